# METADATA
# title: A cluster that is born on unrecorded pins is told
# description: |
#   As long as no record of an agent in a ring exists nobody can say whether the ring has verified what its pin names. A repository that has
#   just begun must be able to grow, so this is advice; the first record of the agent in the ring ends it (change.birth).
# custom:
#   id: PRO-07
#   severity: warn
#   scope: change
#   failure_msg: "{cluster} takes {count} agents of {ring} as the pins name them, without a record and without a canary: {agents}"
#   solution: "Look whether the ring runs them in health; records begin with the first promotion by ranfleet promote --apply."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIS2 21(2)(e), NIST CM-3, NIST SI-17]
package rules.change.birth_unrecorded

import data.lib.contract
import data.lib.fields
import data.lib.result

scope := "change"

deny contains result.about(cluster, args) if {
	input.scope == scope
	some cluster in {birth.cluster | some birth in _unrecorded}
	agents := sort({birth.agent | some birth in _unrecorded; birth.cluster == cluster})
	some ring in {birth.ring | some birth in _unrecorded; birth.cluster == cluster}
	args := {"cluster": cluster, "ring": ring, "count": count(agents), "agents": _few(agents)}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.record_gaps
}

_unrecorded contains birth if {
	some birth in input.records.births
	birth.standing == "unrecorded"
	not is_object(fields.at(birth, "barred"))
	not birth.joins
}

_few(names) := concat(", ", names) if count(names) <= 5

_few(names) := concat(" ", [concat(", ", array.slice(names, 0, 5)), "and", format_int(count(names) - 5, 10), "more"]) if count(names) > 5
