# METADATA
# title: A change reaches one wave of one environment
# description: A fault that reaches one wave is stopped by its canary; one that reaches two waves at once is in the fleet before it is seen.
# custom:
#   id: RAN-07
#   severity: deny
#   scope: change
#   failure_msg: "the change reaches {reached} ({values}), among others through {roots}"
#   solution: "Split the pull request: promote ring by ring, each after the soak of the one before."
#   controls: [SOC2 CC8.1, NIST CM-3, NIST CM-4]
package rules.change.one_wave

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(".", {"reached": reached, "values": concat(", ", sort(values)), "roots": roots}) if {
	input.scope == scope
	some field, reached in {"waves": "more than one wave", "environments": "more than one environment"}
	values := {value | some value in input.roots[_][field]}
	count(values) > 1
	paths := {root.path | some root in input.roots; count(root[field]) > 0}
	roots := concat(", ", array.slice(sort(paths), 0, 5))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.changed_root_gaps
}
