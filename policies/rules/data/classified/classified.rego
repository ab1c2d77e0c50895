# METADATA
# title: Data has a class, and stays where that class may be
# description: Nobody can keep personal data inside its country who does not know which workload holds it.
# custom:
#   id: DR-01
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Set the label ranfleet.norvik.example/data-class to public, internal or personal; personal data belongs on clusters in EU/.. or UK."
#   controls: [SOC2 C1.1, SOC2 C1.2, SOC2 P4.1, HIPAA 164.312(a)(1), GDPR 5(1)(b), GDPR 5(1)(c), GDPR 5(1)(e), GDPR 25, GDPR 44, NIST PT-2, NIST SI-12, NIST AC-4]
package rules.data.classified

import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.kinds
import data.lib.regions
import data.lib.result
import data.lib.selector

scope := "root"

deny contains result.at(resource, holder.path, {"subject": subject, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some holder in _holders(resource)
	some problem in _faults(fields.at(holder.labels, _label))
}

# Whoever reaches the memory sees what was learnt from subscribers, whatever its label says.
deny contains result.at(resource, workload.path, {"subject": subject, "problem": "reaches the agents' memory and is not labelled personal"}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	not fields.at(workload.labels, _label) in _restricted
	some policy in input.objects
	kinds.is(policy, "networking.k8s.io", "NetworkPolicy")
	policy.namespace == resource.namespace
	selector.matches(policy.object.spec.podSelector, workload.labels)
	some rule in policy.object.spec.egress
	some peer in rule.to
	fields.at(peer, ["namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"]) == "agent-memory"
}

deny contains result.at(resource, holder.path, {"subject": subject, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some holder in _holders(resource)
	fields.at(holder.labels, _label) in _restricted
	some name, cluster in fleet.of_root(input.root)
	not _may_hold_personal(cluster)
	problem := concat("", ["holds personal data on ", name, ", which is in residency zone ", cluster.residency])
}

# Only the facts of its clusters say where data lies: a second word about it, on a pod, a disk or a bucket, could say otherwise.
deny contains result.at(resource, place, {"subject": subject, "problem": "chooses a region itself, beside the facts of its clusters"}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some place in regions.chosen(resource)
}

deny contains result.at(resource, place, {"subject": subject, "problem": "copies restricted data to a place of which no fact says the residency zone"}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	fields.at(resource.object, ["metadata", "labels", _label]) in _restricted
	some place in regions.copies(resource)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.rendered_gaps | _fact_gaps)
}

_fact_gaps := ({gap | input.root.kind in {"agent", "component"}; some gap in contract.fact_gaps} | {gap |
	input.root.kind == "component"
	not is_array(fields.at(fleet.components, [input.root.component, "tiers"]))
	gap := concat(".", ["data.fleet.components", input.root.component, "tiers"])
}) | {concat(".", ["input.root", field]) |
	input.root.kind == "agent"
	some field in ["ring", "tier"]
	not is_string(fields.at(input.root, field))
}

_label := "ranfleet.norvik.example/data-class"

_classes := {"public", "internal", "personal", "phi"}

_restricted := {"personal", "phi"}

# A pod, and the databases whose pods an operator makes.
_holders(resource) := {{"path": workload.path, "labels": workload.labels} |
	some workload in resource.workloads
} | {{"path": ["metadata", "labels"], "labels": fields.at(resource.object, ["metadata", "labels"])} |
	kinds.is(resource, "postgresql.cnpg.io", "Cluster")
}

_faults(class) := {"has no data class"} if not class in _classes

_faults(class) := {problem |
	class == "phi"
	problem := "holds health data, for which no cluster is declared"
} if {
	class in _classes
}

# Laboratories simulate their subscribers.
_may_hold_personal(cluster) if cluster.env != "production"

_may_hold_personal(cluster) if regex.match(`^(EU/[A-Z]{2}|UK)$`, cluster.residency)
