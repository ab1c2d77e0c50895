# METADATA
# title: Fields that may be absent
# description: |
#   Rego takes the arguments out of a negated call, so that `not is_string(input.a.b)` is undefined, not true, where b is
#   absent, and a rule that denies by it passes. Inside `not`, read a field that may be absent with `at`.
package lib.fields

# The value under a key or at a path, null where there is none.
at(holder, path) := object.get(holder, path, null) if is_object(holder)

at(holder, _) := null if not is_object(holder)
