# METADATA
# title: A memory limit stays near its request
# description: A limit far above the request lets a node promise the same memory twice; the agent that needs it then is killed.
# custom:
#   id: REL-12
#   severity: warn
#   scope: root
#   failure_msg: "container {container} may use {factor} times the memory that it requests"
#   solution: "Raise requests.memory to at least half of limits.memory."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.memory_headroom

import data.lib.contract
import data.lib.fields
import data.lib.result

scope := "root"

deny contains result.at(resource, path, {"container": container.name, "factor": factor}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	container.role in {"main", "init"}
	_is_amount(fields.at(container.requests, "memory"))
	_is_amount(fields.at(container.limits, "memory"))
	container.limits.memory > container.requests.memory * 2
	factor := round((container.limits.memory * 10) / container.requests.memory) / 10
	path := array.concat(container.path, ["resources", "limits", "memory"])
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_amount(value) if {
	is_number(value)
	value > 0
}
