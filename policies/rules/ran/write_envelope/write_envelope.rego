# METADATA
# title: A write envelope stays bounded, and two persons accept a wider one
# description: |
#   Every writing agent states attributes, scope, step, bounds, a pace of at least 60 minutes per cell and a number of samples, and stays within
#   what operators hold for safe (offset 6 dB by 2, tilt 4 degrees by 1, power 3 dB by 1, priority 2). An entry that reaches further than at the
#   base, or than that, needs an entry under `riskAccepted` by two persons that this change brings; scopes are words, so other words count as
#   wider. A narrower envelope needs nothing. Frozen copies of the newest and of new configurations are what agent.yaml says.
# custom:
#   id: RAN-34
#   severity: deny
#   scope: change
#   failure_msg: "{agent} {attribute}: {problem}"
#   solution: "Narrow the entry in agent.yaml, or add riskAccepted with a change record and two persons; then `ranfleet agent revise`."
#   controls: [SOC2 CC8.1, SOC2 CC3.2, NIST CM-3, NIST AC-6]
package rules.ran.write_envelope

import data.lib.contract
import data.lib.envelope
import data.lib.fields
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(name, {"agent": name, "attribute": envelope.name(write), "problem": problem}) if {
	input.scope == scope
	some name, agent in fleet.agents
	not envelope.carries_out(agent)
	some write in agent.writes
	some problem in _unbounded(write)
}

deny contains result.about(name, {"agent": name, "attribute": envelope.name(write), "problem": problem}) if {
	input.scope == scope
	some name, agent in fleet.agents
	some write in agent.writes
	some safe in _safe_limits
	[write.class, fields.at(write, "attribute")] == [safe.class, safe.attribute]
	ways := envelope.widened({"range": write.range, "operations": [], "scope": "", "paceMinutes": 0, "minSamples": 0}, safe.entry)
	count(ways) > 0
	not _is_accepted(agent, write, [])
	problem := concat(" ", [concat(", ", sort(ways)), "is more than operators hold for safe"])
}

deny contains result.about(name, {"agent": name, "attribute": envelope.name(write), "problem": problem}) if {
	input.scope == scope
	some name, agent in input.facts.agents
	is_object(agent.base)
	some write in agent.head.writes
	ways := [envelope.widened(write, was) | some was in agent.base.writes; envelope.name(was) == envelope.name(write)]
	not _is_covered(ways)
	not _is_accepted(agent.head, write, object.get(agent.base, "riskAccepted", []))
	problem := concat(" ", [concat(", ", sort(_told(ways))), "reaches further than before, which nobody accepted"])
}

deny contains result.about(name, {"agent": name, "attribute": concat("/", ["config", config.config]), "problem": problem}) if {
	input.scope == scope
	some name, agent in input.facts.agents
	is_object(agent.head)
	some config in agent.configs
	config.writes != agent.head.writes
	problem := "the frozen write envelope is not that of agent.yaml"
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in union({contract.fact_gaps, contract.envelope_gaps, contract.change_fact_gaps})
}

_unbounded(write) := union({
	{"`*` is no bounded envelope" | "*" in {write.class, fields.at(write, "attribute")}},
	{"two writes to a cell may follow within the hour" | write.paceMinutes < 60},
	{"no sample is needed before it writes" | write.minSamples < 1},
	{"neither range nor values bound it" | "set" in write.operations; not _is_bounded(write)},
})

_is_bounded(write) if is_object(write.range)

_is_bounded(write) if count(write.values) > 0

_safe_limits := [{"class": limit[0], "attribute": limit[1], "entry": entry} |
	some limit in [
		["NRCellRelation", "cellIndividualOffset", "dB", 6, 2], ["CommonBeamformingFunction", "digitalTilt", "deg", 4, 1],
		["NRSectorCarrier", "configuredMaxTxPower", "dB", 3, 1], ["NRFreqRelation", "cellReselectionPriority", "priority", 2, 1],
	]
	range := {"unit": limit[2], "relativeTo": "baseline", "min": 0 - limit[3], "max": limit[3], "step": limit[4]}
	entry := {"range": range, "operations": [], "scope": "", "paceMinutes": 0, "minSamples": 0}
]

_is_covered(ways) if {
	some way in ways
	count(way) == 0
}

_told([]) := ["an attribute that is new to it"]

_told(ways) := ways[0] if count(ways) > 0

# Two persons, and an acceptance that did not stand before.
_is_accepted(agent, write, before) if {
	some accepted in agent.riskAccepted
	not accepted in before
	accepted.class == write.class
	fields.at(accepted, "attribute") == fields.at(write, "attribute")
	count({person | some person in accepted.by}) >= 2
}
