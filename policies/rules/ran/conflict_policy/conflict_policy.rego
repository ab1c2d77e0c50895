# METADATA
# title: Agents with the same or coupled attributes have an arbiter policy
# description: |
#   Two agents that write one attribute, or attributes that undo each other (offset and reselection priority, tilt and power, energy saving and
#   anything that its neighbours use), are settled by the conflict-arbiter: they share a conflict group, or `arbitration` of the
#   conflict-arbiter names both groups. Two adapters of one vendor are never settled. Scopes are words, so any two agents may meet in a cell.
# custom:
#   id: RAN-35
#   severity: deny
#   scope: change
#   failure_msg: "{agent} and {other} write {attributes} without an arbiter policy"
#   solution: "Give both agents one conflictGroup, or add their groups to `arbitration` in agents/conflict-arbiter/agent.yaml with a precedence."
#   controls: [SOC2 CC8.1, NIST CM-4, NIST SI-17]
package rules.ran.conflict_policy

import data.lib.contract
import data.lib.envelope
import data.lib.fields
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(name, {"agent": name, "other": other, "attributes": concat(", ", sort(attributes))}) if {
	input.scope == scope
	some name, agent in fleet.agents
	some other, others in fleet.agents
	name < other
	not _is_settled(agent.conflictGroup, others.conflictGroup)
	attributes := {_pair(one, two) | some one in _claims[name]; some two in _claims[other]; _are_coupled(one, two)}
	count(attributes) > 0
}

deny contains result.about(name, {"agent": name, "other": other, "attributes": concat(" ", ["all nodes of", agent.vendor])}) if {
	input.scope == scope
	some name, agent in fleet.agents
	some other, others in fleet.agents
	name < other
	agent.vendor == others.vendor
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.fact_gaps | contract.envelope_gaps)
}

_claims[name] contains _claim(write) if {
	some name, agent in fleet.agents
	not envelope.carries_out(agent)
	some write in agent.writes
}

_claim(write) := concat(".", [write.class, write.attribute]) if is_string(fields.at(write, "attribute"))

_claim(write) := write.class if not is_string(fields.at(write, "attribute"))

_pair(claim, claim) := claim

_pair(one, two) := concat(" and ", [one, two]) if one != two

_is_settled(group, group) if fleet.agents["conflict-arbiter"]

_is_settled(group, other) if {
	some policy in fleet.agents["conflict-arbiter"].arbitration
	{group, other} == {member | some member in policy.groups}
}

_are_coupled(claim, claim)

_are_coupled(one, two) if {
	some coupled in [_offsets, _footprint]
	one in coupled
	two in coupled
}

_are_coupled(one, two) if {
	one in _sleep
	two in _neighbour_use
}

_are_coupled(one, two) if {
	two in _sleep
	one in _neighbour_use
}

_offsets := {"NRCellRelation.cellIndividualOffset", "NRFreqRelation.cellReselectionPriority"}

_footprint := {"CommonBeamformingFunction.digitalTilt", "NRSectorCarrier.configuredMaxTxPower"}

_sleep := {"CESManagementFunction.energySavingControl", "NRCellDU.administrativeState"}

_neighbour_use := (_offsets | _footprint) | {"NRCellRelation", "NRCellRelation.isHOAllowed", "NRCellDU.nRPCI"}
