# METADATA
# title: Agents leave in order, and the ones that write leave last
# description: |
#   An agent that is killed inside its cycle leaves half a change in the network. Where a node has too little room, the kubelet and the
#   scheduler end pods by their priority class: without one an agent that holds leases goes as soon as one that only reads. A cluster
#   refuses pods of a class that it lacks, so a class is asked for in the rings that have them (priorityClasses.rings in fleet.yaml).
# custom:
#   id: REL-09
#   severity: warn
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Give each container a preStop hook and the pod terminationGracePeriodSeconds of 60 or more, as the trait workload does, and the priority class of the agent's tier (priorityClasses in fleet.yaml), as the trait priority does."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.shutdown

import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, path, {"subject": resource.name, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	input.root.kind == "agent"
	workload.kind in kinds.long_running
	some fault in _faults(workload)
	path := array.concat(workload.path, fault.path)
}

deny contains result.at(resource, path, {"subject": container.name, "problem": "has no preStop hook to hand its work back"}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	input.root.kind == "agent"
	workload.kind in kinds.long_running
	some container in workload.containers
	container.role == "main"
	not is_object(fields.at(container.container, ["lifecycle", "preStop"]))
	path := array.concat(container.path, ["lifecycle"])
}

deny contains result.at(resource, array.concat(workload.path, ["priorityClassName"]), {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	input.root.kind == "agent"
	problem := _priority_fault(fields.at(workload.spec, "priorityClassName"))
}

undecided contains result.missing("data.config.priority_classes") if {
	input.scope == scope
	input.root.kind == "agent"
	not is_object(fields.at(fleet.config, "priority_classes"))
}

undecided contains result.missing(concat(".", ["data.fleet.agents", input.root.agent, "tier"])) if {
	input.scope == scope
	input.root.kind == "agent"
	not fields.at(fleet.agents, [input.root.agent, "tier"]) in {"R", "A", "W"}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_class := fleet.config.priority_classes[fleet.agents[input.root.agent].tier]

_priority_fault(name) := concat(" ", ["has no priority class, and agents of its tier run in", _class]) if {
	name in {null, ""}
	input.root.ring in fleet.config.priority_classes.rings
}

_priority_fault(name) := concat(" ", ["runs in the priority class", name, "and not in that of its tier,", _class]) if {
	is_string(name)
	not name in {"", _class}
}

_faults(workload) := {{"path": ["terminationGracePeriodSeconds"], "problem": "gets less than 60 seconds to end its cycle"} |
	not _is_long(fields.at(workload.spec, "terminationGracePeriodSeconds"))
}

_is_long(value) if {
	is_number(value)
	value >= 60
}
