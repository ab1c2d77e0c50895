# METADATA
# title: Containers state what they need
# description: Without requests the scheduler overfills a node, and without a memory limit one agent evicts its neighbours.
# custom:
#   severity: deny
#   scope: root
#   failure_msg: "container {container} states no {field}"
#   solution: "Set resources.requests.cpu, resources.requests.memory and resources.limits.memory; an agent's come from its placement."
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
