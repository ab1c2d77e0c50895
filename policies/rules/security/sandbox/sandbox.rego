# METADATA
# title: What runs code of others runs in a sandbox
# description: Generated code shares neither the kernel of the node nor the network with anything but the broker.
# custom:
#   id: SEC-12
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Set runtimeClassName: gvisor or kata on a pod with the label ranfleet.norvik.example/sandboxed, and let it out to NATS and DNS only."
#   controls: [SOC2 CC6.1, SOC2 CC6.6, SOC2 CC6.8, HIPAA 164.312(a)(1), GDPR 32(1)(b), NIS2 21(2)(g), NIST CM-7, NIST SC-7, NIST SC-39]
package rules.security.sandbox

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result
import data.lib.selector

scope := "root"

# Any other runtime class changes the kernel or the rights that a pod gets.
deny contains result.at(resource, array.concat(workload.path, ["runtimeClassName"]), {"subject": subject, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	some problem in _class_faults(resource, workload)
}

deny contains result.at(policy, ["spec", "egress", i], {"subject": concat(" ", ["NetworkPolicy", policy.name]), "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	_is_sandboxed(resource, workload)
	problem := concat(" ", ["lets the sandbox", resource.name, "out to more than the broker and DNS"])
	some policy in input.objects
	kinds.is(policy, "networking.k8s.io", "NetworkPolicy")
	policy.namespace == resource.namespace
	selector.matches(policy.object.spec.podSelector, workload.labels)
	some i, rule in policy.object.spec.egress
	not _is_closed(rule)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_approved := {"gvisor", "kata"}

_label := "ranfleet.norvik.example/sandboxed"

_class_faults(resource, workload) := {"is sandboxed and names no approved runtime class" |
	_is_sandboxed(resource, workload)
	not fields.at(workload.spec, "runtimeClassName") in _approved
} | {"names a runtime class that nobody approved" |
	not fields.at(workload.spec, "runtimeClassName") in (_approved | {null, ""})
}

# Any value but a plain no: a misspelt yes is no way out.
_is_sandboxed(_, workload) if {
	value := workload.labels[_label]
	value != "false"
}

_is_sandboxed(resource, _) if startswith(kinds.group_of(resource.object.apiVersion), "agents.x-k8s.io")

_is_sandboxed(resource, _) if startswith(kinds.group_of(resource.object.apiVersion), "extensions.agents.x-k8s.io")

_is_closed(rule) if {
	is_array(rule.to)
	count(rule.to) > 0
	every peer in rule.to { _is_broker(peer, rule) }
}

_is_broker(peer, rule) if {
	{key | some key, _ in peer} == {"namespaceSelector"}
	peer.namespaceSelector == {"matchLabels": {"kubernetes.io/metadata.name": "nats"}}
	_ports(rule, {4222, 15008})
}

_is_broker(peer, rule) if {
	peer.namespaceSelector == {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}
	peer.podSelector == {"matchLabels": {"k8s-app": "kube-dns"}}
	_ports(rule, {53})
}

_ports(rule, allowed) if {
	is_array(rule.ports)
	count(rule.ports) > 0
	every port in rule.ports {
		port.port in allowed
		fields.at(port, "endPort") == null
	}
}
