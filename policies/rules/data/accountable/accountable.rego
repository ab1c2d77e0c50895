# METADATA
# title: Every agent says whose it is, and what it does is recorded
# description: In an incident someone must be called within minutes, and an auditor asks who decided what, months later.
# custom:
#   id: DR-03
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Keep the traits workload and network, the labels of the configuration, owner in the agent's agent.yaml, and the contact of each owner in fleet.yaml."
#   controls: [SOC2 CC7.2, SOC2 CC7.3, SOC2 CC5.2, HIPAA 164.312(b), GDPR 5(2), GDPR 30, NIS2 21(2)(b), NIST AU-2, NIST AU-12]
package rules.data.accountable

import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.kinds
import data.lib.result
import data.lib.selector

scope := "root"

deny contains result.at(resource, workload.path, {"subject": subject, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	some problem in _pod_faults(workload)
}

deny contains result.at(resource, ["metadata", "labels", label], {"subject": subject, "problem": problem}) if {
	_is_agent
	some resource in input.objects
	count(resource.workloads) > 0
	subject := concat(" ", [resource.kind, resource.name])
	some label, fact in {_label("group"): "group", _label("tier"): "tier"}
	fields.at(resource.object, ["metadata", "labels", label]) != fields.at(_facts, fact)
	problem := concat(" ", ["does not carry the", fact, "of its agent.yaml"])
}

# Records leave by the collector; without a way there they end with the pod.
deny contains result.at(resource, workload.path, {"subject": subject, "problem": "has no way to the collector of audit records"}) if {
	_is_agent
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	not _reaches_collector(resource, workload)
}

deny contains result.about(input.root.agent, {"subject": concat(" ", ["agent", input.root.agent]), "problem": "has no owner who could be called"}) if {
	_is_agent
	is_object(_facts)
	not _is_team(fields.at(_facts, "owner"))
}

deny contains result.about(input.root.agent, {"subject": concat(" ", ["agent", input.root.agent]), "problem": problem}) if {
	_is_agent
	owner := fields.at(_facts, "owner")
	_is_team(owner)
	is_object(fields.at(fleet.config, "contacts"))
	not _is_filled(fields.at(fleet.config.contacts, owner))
	problem := concat("", ["belongs to ", owner, ", of which fleet.yaml says no contact"])
}

undecided contains result.missing("data.config.contacts") if {
	_is_agent
	not is_object(fields.at(fleet.config, "contacts"))
}

undecided contains result.missing(concat(".", ["data.fleet.agents", input.root.agent])) if {
	_is_agent
	not is_object(_facts)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_agent if {
	input.scope == scope
	input.root.kind == "agent"
}

_facts := fields.at(fleet.agents, input.root.agent)

_is_team(owner) if regex.match(`^@[a-z0-9-]+/[a-z0-9-]+$`, owner)

_label(name) := concat("/", ["ranfleet.norvik.example", name])

_pod_faults(workload) := {"does not say what it records" |
	not fields.at(workload.labels, _label("audit")) in {"decisions", "access"}
} | {"does not carry its name" |
	not _is_filled(fields.at(workload.labels, "app.kubernetes.io/name"))
}

_is_filled(text) if {
	is_string(text)
	text != ""
}

_reaches_collector(resource, workload) if {
	some policy in input.objects
	kinds.is(policy, "networking.k8s.io", "NetworkPolicy")
	policy.namespace == resource.namespace
	selector.matches(policy.object.spec.podSelector, workload.labels)
	some rule in policy.object.spec.egress
	some peer in rule.to
	fields.at(peer, ["namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"]) == "opentelemetry"
}
