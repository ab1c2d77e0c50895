# METADATA
# title: A consensus group keeps its quorum
# description: To survive f faulty members a group needs 3f+1 of them, and 2f+1 must stay through a drain; fewer lose safety or progress.
# custom:
#   id: REL-04
#   severity: deny
#   scope: root
#   failure_msg: "{subject} has {members} members {when}, needs {needed} to survive {faults} faulty ones"
#   solution: "Raise the replicas of the placement, lower consensus.f, or tighten maxUnavailable; a consensus group does not autoscale."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), GDPR 32(1)(c), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.consensus_quorum

import data.lib.contract
import data.lib.disruption
import data.lib.fields
import data.lib.fleet
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, ["spec", "replicas"], _args(resource.name, workload.replicas, "in all", needed)) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	workload.kind in kinds.replicated
	needed := (3 * _faults) + 1
	not _suffices(workload.replicas, needed)
}

deny contains result.at(resource, [], _args(resource.name, 0, "during a drain without a disruption budget", needed)) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	workload.kind in kinds.replicated
	needed := (2 * _faults) + 1
	count([budget | some budget in input.objects; disruption.covers(budget, resource, workload)]) == 0
}

deny contains result.at(budget, ["spec"], _args(resource.name, remaining, "during a drain", needed)) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	workload.kind in kinds.replicated
	is_number(workload.replicas)
	some budget in input.objects
	disruption.covers(budget, resource, workload)
	remaining := _remaining(budget, workload.replicas)
	needed := (2 * _faults) + 1
	not _suffices(remaining, needed)
}

undecided contains result.missing(concat(".", ["data.fleet.agents", input.root.agent])) if {
	input.scope == scope
	input.root.kind == "agent"
	not is_object(fields.at(fleet.agents, input.root.agent))
}

undecided contains result.missing(concat(".", ["data.fleet.agents", input.root.agent, "consensus.f"])) if {
	input.scope == scope
	_declares_consensus
	not _faults
}

undecided contains result.missing("a workload of the consensus group") if {
	input.scope == scope
	_faults
	count([workload | some workload in input.objects[_].workloads; workload.kind in kinds.replicated]) == 0
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_declares_consensus if {
	input.root.kind == "agent"
	fields.at(fleet.agents, [input.root.agent, "consensus"]) != null
}

# Faulty members that the group must survive; undefined for any other root.
_faults := data.fleet.agents[input.root.agent].consensus.f if {
	_declares_consensus
	is_number(data.fleet.agents[input.root.agent].consensus.f)
	data.fleet.agents[input.root.agent].consensus.f >= 1
}

_suffices(members, needed) if {
	is_number(members)
	members >= needed
}

_remaining(budget, replicas) := replicas - disruption.evictable(budget, replicas)

_remaining(budget, replicas) := null if not disruption.is_countable(budget, replicas)

_args(subject, members, when, needed) := {
	"subject": subject,
	"members": _text(members),
	"when": when,
	"needed": needed,
	"faults": _faults,
}

_text(members) := members if members != null

_text(null) := "an unstated number of"
