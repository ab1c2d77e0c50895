# METADATA
# title: One writing agent at a time is under observation in a cluster
# description: |
#   Where two agents that write to the network change together, no KPI tells which of them did the harm. One change moves one tier-W
#   agent per cluster, and one agent of a conflict group that has writers. A release counts as under observation in a ring while the
#   next ring of its agent still runs another one; a revert may always go.
# custom:
#   id: RAN-12
#   severity: deny
#   scope: change
#   failure_msg: "{agents} {problem}"
#   solution: "Promote one agent, let its release go on to the next ring or revert it, then promote the other."
#   controls: [SOC2 CC8.1, NIST CM-3, NIST CM-4]
package rules.ran.one_writer

import data.lib.contract
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(".", {"agents": concat(", ", sort(agents)), "problem": problem}) if {
	input.scope == scope
	waves := {fleet.clusters[cluster].wave | some cluster, _ in _together}
	agents := {agent | some agent in _together[_]}
	count(agents) > 1
	problem := concat(" ", ["write to the network and change together in a cluster of", concat(", ", sort(waves))])
}

deny contains result.about(".", {"agents": concat(", ", sort(agents)), "problem": problem}) if {
	input.scope == scope
	some group in _writing_groups
	some cluster in _reached
	agents := {agent | some agent in _changed(cluster); fleet.agents[agent].conflictGroup == group}
	count(agents) > 1
	count({agent | some agent in agents; _writes(agent)}) < 2
	problem := concat(" ", ["are of conflict group", group, "and change together in a cluster of", fleet.clusters[cluster].wave])
}

deny contains result.about(agent, {"agents": agent, "problem": problem}) if {
	input.scope == scope
	some {"agent": agent, "ring": ring, "direction": direction} in _moves
	direction != "back"
	some other, _ in fleet.agents
	other != agent
	_conflicts(agent, other)
	_is_observed(other, ring)
	problem := concat(" ", ["is promoted in", ring, "while", input.facts.pins[other].base[ring], "of", other, "is under observation there"])
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in union({contract.fact_gaps, contract.envelope_gaps, contract.reach_gaps, contract.change_fact_gaps})
}

_moves contains {"agent": move.agent, "ring": move.ring, "direction": move.direction} if some move in input.facts.moves

_reached contains cluster if {
	some root in input.roots
	root.kind == "agent"
	some cluster in root.clusters
	fleet.clusters[cluster]
}

# Writing agents that change together, by cluster.
_together[cluster] := agents if {
	some cluster in _reached
	agents := {agent | some agent in _changed(cluster); _writes(agent)}
	count(agents) > 1
}

_changed(cluster) := {root.agent |
	some root in input.roots
	root.kind == "agent"
	cluster in root.clusters
	not _is_revert(root.agent, root.ring)
}

_is_revert(agent, ring) if {"agent": agent, "ring": ring, "direction": "back"} in _moves

_writes(agent) if fleet.agents[agent].tier == "W"

_writing_groups contains agent.conflictGroup if {
	some agent in fleet.agents
	agent.tier == "W"
}

_conflicts(agent, other) if {
	_writes(agent)
	_writes(other)
}

_conflicts(agent, other) if {
	group := fleet.agents[agent].conflictGroup
	group in _writing_groups
	fleet.agents[other].conflictGroup == group
}

# The ring runs a release that the next ring of the agent does not run yet.
_is_observed(agent, ring) if {
	pins := input.facts.pins[agent].base
	some at
	fleet.rings[at] == ring
	later := [pins[wave] | some i, wave in fleet.rings; i > at; pins[wave]]
	later[0] != pins[ring]
}
