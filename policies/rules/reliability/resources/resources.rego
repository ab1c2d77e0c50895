# METADATA
# title: Containers state what they need
# description: Without requests the scheduler overfills a node, and without a memory limit one agent evicts its neighbours.
# custom:
#   id: REL-01
#   severity: deny
#   scope: root
#   failure_msg: "container {container} states no {field}"
#   solution: "Set resources.requests.cpu, resources.requests.memory and resources.limits.memory; an agent's come from its placement."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), GDPR 32(1)(c), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.resources

import data.lib.contract
import data.lib.fields
import data.lib.result

scope := "root"

deny contains result.at(resource, path, {"container": container.name, "field": concat(".", place)}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	container.role in {"main", "init"}
	some place in [["requests", "cpu"], ["requests", "memory"], ["limits", "memory"]]
	not _is_amount(fields.at(container, place))
	path := array.concat(container.path, array.concat(["resources"], place))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_amount(value) if {
	is_number(value)
	value > 0
}
