# METADATA
# title: Everything that a root refers to is there
# description: A name or label that nothing carries is accepted by the cluster and fails later, as a pod that never starts or traffic that goes nowhere.
# custom:
#   id: REL-08
#   severity: deny
#   scope: root
#   failure_msg: "{subject} refers to {kind} {name}, which is nowhere where it looks"
#   solution: "Render what is missing in the same root, or fix the name or label; kustomize needs agents/_traits/kinds for a Rollout."
#   controls: [SOC2 A1.2, SOC2 PI1.3, NIS2 21(2)(c), NIST CM-6, NIST SI-13]
package rules.reliability.dangling_reference

import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.kinds
import data.lib.namespaces
import data.lib.object_references
import data.lib.pod_references
import data.lib.result
import data.lib.secrets
import data.lib.selections
import data.lib.typed_references

scope := "root"

deny contains result.at(resource, reference.path, {"subject": subject, "kind": reference.kind, "name": reference.name}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some reference in object_references.of(resource)
	not [resource.namespace, reference.group, reference.kind, reference.name] in _rendered
}

deny contains result.at(resource, reference.path, {"subject": subject, "kind": reference.kind, "name": reference.name}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some workload in resource.workloads
	some reference in pod_references.of(workload)
	not [resource.namespace, reference.group, reference.kind, reference.name] in _rendered
}

deny contains result.at(resource, reference.path, {"subject": subject, "kind": reference.kind, "name": reference.name}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some reference in typed_references.of(resource)
	not [reference.namespace, reference.group, reference.kind, reference.name] in _rendered
	not typed_references.is_shared(reference)
}

deny contains result.at(resource, place.path, {"subject": subject, "kind": "Namespace", "name": place.name}) if {
	input.scope == scope
	namespaces.are_known
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some place in namespaces.named(resource)
	not namespaces.is_known(place.name)
}

undecided contains result.missing("data.fleet.agents and data.fleet.components") if {
	input.scope == scope
	not namespaces.are_known
	some resource in input.objects
	count(namespaces.named(resource)) > 0
}

deny contains result.at(resource, path, {"subject": subject, "kind": "PriorityClass", "name": name}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some workload in resource.workloads
	name := fields.at(workload.spec, "priorityClassName")
	not name in {null, ""}
	not _is_class(name)
	path := array.concat(workload.path, ["priorityClassName"])
}

deny contains result.at(resource, selection.path, {"subject": subject, "kind": selection.kind, "name": "with its labels"}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some selection in selections.unmet(resource)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_rendered contains [resource.namespace, kinds.group_of(resource.object.apiVersion), resource.kind, resource.name] if {
	some resource in input.objects
}

# Kustomize writes a namespace also into what has none.
_rendered contains ["", kinds.group_of(resource.object.apiVersion), resource.kind, resource.name] if {
	some resource in input.objects
}

# What the operator's vault, or the issuer of certificates, puts there.
_rendered contains [resource.namespace, "", "Secret", name] if {
	some resource in input.objects
	name := secrets.made_by(resource)
}

# Classes stand beside all namespaces; those of the fleet come from a component.
_is_class(name) if name in {"system-cluster-critical", "system-node-critical"}

_is_class(name) if name in [class | some class in fleet.config.priority_classes]

_is_class(name) if {
	some resource in input.objects
	kinds.is(resource, "scheduling.k8s.io", "PriorityClass")
	resource.name == name
}
