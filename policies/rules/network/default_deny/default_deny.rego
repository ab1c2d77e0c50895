# METADATA
# title: Traffic is denied unless a policy allows it
# description: An agent that can reach everything turns one flaw into a flaw of the whole network.
# custom:
#   id: ZT-01
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Keep the traits network (default deny) and network-*; name every peer by namespace, pod labels or a narrow CIDR."
#   controls: [SOC2 CC6.6, SOC2 CC6.7, HIPAA 164.312(e)(1), GDPR 32(1)(a), NIS2 21(2)(h), NIST SC-7]
package rules.network.default_deny

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result
import data.lib.selector

scope := "root"

# One finding for a namespace, at its first workload.
deny contains {"object": min(ids), "path": [], "args": {"subject": subject, "problem": "has no policy that denies by default"}} if {
	input.scope == scope
	some namespace, ids in _workloads
	not _denies_by_default(namespace)
	subject := concat(" ", ["namespace", namespace])
}

deny contains result.at(resource, workload.path, {"subject": resource.name, "problem": "is selected by no policy that allows"}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	not _is_allowed_something(resource.namespace, workload.labels)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

# Ids of the objects with pods, by namespace.
_workloads[resource.namespace] contains resource.id if {
	some resource in input.objects
	count(resource.workloads) > 0
}

_policies[policy.namespace] contains policy.object.spec if {
	some policy in input.objects
	kinds.is(policy, "networking.k8s.io", "NetworkPolicy")
}

_denies_by_default(namespace) if {
	some spec in _policies[namespace]
	spec.podSelector == {}
	{"Ingress", "Egress"} == {type | some type in spec.policyTypes}
	not _allows(spec)
}

_is_allowed_something(namespace, labels) if {
	some spec in _policies[namespace]
	selector.matches(spec.podSelector, labels)
	_allows(spec)
}

_allows(spec) if {
	some field in ["ingress", "egress"]
	not fields.at(spec, field) in [null, []]
}
