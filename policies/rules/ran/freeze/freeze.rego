# METADATA
# title: Nothing changes where the calendar says freeze
# description: |
#   Holidays, elections, mass events and storms are when a fault costs most and fewest people watch. A freeze holds for the clusters
#   and UTC days that freezes/<name>.yaml names; the calendar of the base counts as well, so that a change can not lift the freeze it breaks.
#   A revert of a pin is exempt. A change that must go on is waived by the owner of the freeze.
# custom:
#   id: RAN-19
#   severity: deny
#   scope: change
#   failure_msg: "the freeze {freeze} ({reason}) lasts until {until}, today is {day}, and the change reaches {clusters}"
#   solution: "Merge after the freeze, or ask its owner for a waiver; a revert of pins alone is allowed."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIST CM-3]
package rules.ran.freeze

import data.lib.contract
import data.lib.fields
import data.lib.result

scope := "change"

deny contains result.about(freeze.name, args) if {
	input.scope == scope
	some freeze in input.facts.freezes
	freeze.firstDay <= data.run.day
	freeze.lastDay >= data.run.day
	frozen := sort(_reached & {cluster | some cluster in freeze.clusters})
	count(frozen) > 0
	args := {"clusters": _few(frozen), "until": freeze.lastDay, "freeze": freeze.name, "reason": freeze.reason, "day": data.run.day}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.change_fact_gaps | contract.reach_gaps)
}

undecided contains result.missing("data.run.day") if {
	input.scope == scope
	not _knows_day
}

undecided contains result.missing(concat(".", ["input.facts.freezes", format_int(i, 10)])) if {
	input.scope == scope
	some i, freeze in input.facts.freezes
	not _is_whole(freeze)
}

_reached contains cluster if {
	some root in input.roots
	not _is_revert(root)
	some cluster in root.clusters
}

_is_revert(root) if {
	some move in input.facts.moves
	move.direction == "back"
	move.agent == fields.at(root, "agent")
	move.ring == fields.at(root, "ring")
}

_is_whole(freeze) if {
	every field in ["name", "reason"] { is_string(freeze[field]) }
	every field in ["firstDay", "lastDay"] { _is_day(freeze[field]) }
	is_array(freeze.clusters)
}

_knows_day if _is_day(data.run.day)

_is_day(text) if regex.match(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, text)

_few(names) := concat(", ", names) if count(names) <= 5

_few(names) := concat(" ", [concat(", ", array.slice(names, 0, 5)), "and", format_int(count(names) - 5, 10), "more"]) if count(names) > 5
