# METADATA
# title: The verdict of one evaluation
# description: Finds every rule under data.rules by its package path; none is registered.
# entrypoint: true
package main

verdict := {"deny": deny, "undecided": undecided, "rules": rules}

deny contains object.union(result, {"code": concat(".", [area, rule])}) if {
	some area, rule
	some result in data.rules[area][rule].deny
}

undecided contains object.union(result, {"code": concat(".", [area, rule])}) if {
	some area, rule
	some result in data.rules[area][rule].undecided
}

# No rule speaks about an input of another scope, and silence would read as consent.
undecided contains object.union(data.lib.result.missing("input.scope"), {"code": "main.scope"}) if {
	not _is_judged
}

rules contains concat(".", [area, rule]) if {
	some area, rule
	data.rules[area][rule].scope
}

_is_judged if input.scope in {scope | scope := data.rules[_][_].scope}
