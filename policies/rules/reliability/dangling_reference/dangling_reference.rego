# METADATA
# title: Everything that a root refers to is rendered with it
# description: A name or label that nothing carries is accepted by the cluster and fails later, as a pod that never starts or traffic that goes nowhere.
# custom:
#   id: REL-08
#   severity: deny
#   scope: root
#   failure_msg: "{subject} refers to {kind} {name}, which is not rendered in its namespace"
#   solution: "Render what is missing in the same root, or fix the name or label; kustomize needs agents/_traits/kinds for a Rollout."
#   controls: [SOC2 A1.2, SOC2 PI1.3, NIS2 21(2)(c), NIST CM-6, NIST SI-13]
package rules.reliability.dangling_reference

import data.lib.contract
import data.lib.kinds
import data.lib.object_references
import data.lib.pod_references
import data.lib.result
import data.lib.selector

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

deny contains result.at(resource, ["spec", "selector"], {"subject": subject, "kind": selected, "name": "with its labels"}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some selected in _unmet_selections(resource)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_rendered contains [resource.namespace, kinds.group_of(resource.object.apiVersion), resource.kind, resource.name] if {
	some resource in input.objects
}

_unmet_selections(resource) := ({"Pod" |
	kinds.is(resource, "", "Service")
	not resource.object.spec.type == "ExternalName"
	not _service_reaches_pods(resource)
} | {"Pod" |
	kinds.is(resource, "monitoring.coreos.com", "PodMonitor")
	not _looks_elsewhere(resource)
	not _monitor_reaches_pods(resource)
}) | {"Service" |
	kinds.is(resource, "monitoring.coreos.com", "ServiceMonitor")
	not _looks_elsewhere(resource)
	not _monitor_reaches_services(resource)
}

_service_reaches_pods(service) if {
	labels := service.object.spec.selector
	count(labels) > 0
	some resource in input.objects
	resource.namespace == service.namespace
	some workload in resource.workloads
	selector.has_labels(labels, workload.labels)
}

_monitor_reaches_pods(monitor) if {
	some resource in input.objects
	resource.namespace == monitor.namespace
	some workload in resource.workloads
	selector.matches(monitor.object.spec.selector, workload.labels)
}

_monitor_reaches_services(monitor) if {
	some service in input.objects
	kinds.is(service, "", "Service")
	service.namespace == monitor.namespace
	selector.matches(monitor.object.spec.selector, object.get(service.object, ["metadata", "labels"], {}))
}

# What other namespaces hold is for other roots to render.
_looks_elsewhere(monitor) if monitor.object.spec.namespaceSelector.any == true

_looks_elsewhere(monitor) if {
	some namespace in monitor.object.spec.namespaceSelector.matchNames
	namespace != monitor.namespace
}
