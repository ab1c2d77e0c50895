# METADATA
# title: What guards a cluster is not weakened
# description: A relabelled namespace, a webhook that fails open or a policy that only warns takes a guard away without touching it.
# custom:
#   id: GIT-09
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Enforce the restricted standard on each namespace, fail closed and deny in admission; cluster-wide kinds belong to platform components."
#   controls: [SOC2 CC6.1, SOC2 CC7.1, SOC2 CC8.1, HIPAA 164.312(a)(1), GDPR 32(1)(b), NIS2 21(2)(e), NIST CM-3, NIST CM-5, NIST CM-7]
package rules.gitops.guards

import data.lib.contract
import data.lib.guards
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, fault.path, {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some fault in guards.faults(resource)
}

deny contains result.at(resource, ["kind"], {"subject": concat(" ", [resource.kind, resource.name]), "problem": "holds for the whole cluster and is not an agent's to write"}) if {
	input.scope == scope
	input.root.kind in {"agent", "facts"}
	some resource in input.objects
	_is_cluster_wide(resource)
}

deny contains result.at(resource, ["metadata", "name"], {"subject": concat(" ", ["Namespace", resource.name]), "problem": "is not the namespace of its agent"}) if {
	input.scope == scope
	input.root.kind == "agent"
	some resource in input.objects
	kinds.is(resource, "", "Namespace")
	resource.name != input.root.agent
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_cluster_wide(resource) if kinds.group_of(resource.object.apiVersion) in {
	"admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "scheduling.k8s.io",
	"node.k8s.io", "certificates.k8s.io", "storage.k8s.io", "flowcontrol.apiserver.k8s.io", "policy.networking.k8s.io",
}

_is_cluster_wide(resource) if {
	some kind in ["ClusterRole", "ClusterRoleBinding"]
	kinds.is(resource, "rbac.authorization.k8s.io", kind)
}

_is_cluster_wide(resource) if {
	some kind in ["Node", "PersistentVolume"]
	kinds.is(resource, "", kind)
}
