# METADATA
# title: Agents leave in order
# description: An agent that is killed inside its cycle leaves half a change in the network.
# custom:
#   id: REL-09
#   severity: warn
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Give each container a preStop hook and the pod terminationGracePeriodSeconds of 60 or more: the trait workload does."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.shutdown

import data.lib.contract
import data.lib.fields
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

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_faults(workload) := {{"path": ["terminationGracePeriodSeconds"], "problem": "gets less than 60 seconds to end its cycle"} |
	not _is_long(fields.at(workload.spec, "terminationGracePeriodSeconds"))
}

_is_long(value) if {
	is_number(value)
	value >= 60
}
