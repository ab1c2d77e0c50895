# METADATA
# title: Selectors that select nothing of what is rendered
package lib.selections

import data.lib.fields
import data.lib.kinds
import data.lib.selector

# Where an object selects something that its root does not render.
unmet(resource) := union({_pods(resource), _services(resource), _policies(resource), _mesh(resource)})

_pods(resource) := {{"path": ["spec", "selector"], "kind": "Pod"} |
	kinds.is(resource, "", "Service")
	not resource.object.spec.type == "ExternalName"
	not _service_reaches_pods(resource)
} | {{"path": ["spec", "selector"], "kind": "Pod"} |
	kinds.is(resource, "monitoring.coreos.com", "PodMonitor")
	not _looks_elsewhere(resource)
	not _selects_pods(resource.namespace, fields.at(resource.object, ["spec", "selector"]))
}

_services(resource) := {{"path": ["spec", "selector"], "kind": "Service"} |
	kinds.is(resource, "monitoring.coreos.com", "ServiceMonitor")
	not _looks_elsewhere(resource)
	not _monitor_reaches_services(resource)
}

# A network policy of which nothing is left allows nothing, or guards nothing. An empty selector means all pods, whoever makes them;
# in a root without pods an operator or a chart makes them.
_policies(resource) := {{"path": array.concat(["spec"], place.path), "kind": "Pod"} |
	kinds.is(resource, "networking.k8s.io", "NetworkPolicy")
	_makes_pods(resource.namespace)
	some place in _policy_selectors(resource.object.spec)
	not place.selector in [null, {}]
	not _selects_pods(resource.namespace, place.selector)
}

_mesh(resource) := {{"path": ["spec", "selector"], "kind": "Pod"} |
	some kind in ["AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication"]
	kinds.is(resource, "security.istio.io", kind)
	_makes_pods(resource.namespace)
	wanted := fields.at(resource.object, ["spec", "selector"])
	not wanted in [null, {}]
	not _selects_pods(resource.namespace, wanted)
}

_policy_selectors(spec) := {{"path": ["podSelector"], "selector": fields.at(spec, "podSelector")}} | {{"path": [field, i, side, j, "podSelector"], "selector": peer.podSelector} |
	some field, side in {"ingress": "from", "egress": "to"}
	some i, rule in spec[field]
	some j, peer in rule[side]
	fields.at(peer, "namespaceSelector") == null
}

_makes_pods(namespace) if {
	some resource in input.objects
	resource.namespace == namespace
	count(resource.workloads) > 0
}

_service_reaches_pods(service) if {
	labels := service.object.spec.selector
	count(labels) > 0
	some resource in input.objects
	resource.namespace == service.namespace
	some workload in resource.workloads
	selector.has_labels(labels, workload.labels)
}

_selects_pods(namespace, wanted) if {
	is_object(wanted)
	some resource in input.objects
	resource.namespace == namespace
	some workload in resource.workloads
	selector.matches(wanted, workload.labels)
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
