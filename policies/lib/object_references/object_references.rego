# METADATA
# title: What an object other than a pod refers to by name
package lib.object_references

import data.lib.fields
import data.lib.kinds
import data.lib.pod_references

of(resource) := union({
	_analysis_templates(resource), _services(resource), _scaled(resource),
	_route(resource), _borrowed(resource), _ingress(resource), _granted(resource),
})

_analysis_templates(resource) := {reference |
	kinds.is(resource, "argoproj.io", "Rollout")
	walk(resource.object.spec.strategy, [path, template])
	object.get(template, "templateName", null) != null
	reference := {
		"group": "argoproj.io", "kind": "AnalysisTemplate", "name": pod_references.name(template, "templateName"),
		"path": array.concat(["spec", "strategy"], array.concat(path, ["templateName"])),
	}
}

_service_fields := {
	"StatefulSet": [["spec", "serviceName"]],
	"Rollout": [
		["spec", "strategy", "canary", "canaryService"],
		["spec", "strategy", "canary", "stableService"],
		["spec", "strategy", "blueGreen", "activeService"],
		["spec", "strategy", "blueGreen", "previewService"],
	],
}

_services(resource) := {reference |
	some path in _service_fields[resource.kind]
	service := object.get(resource.object, path, null)
	service != null
	reference := {"group": "", "kind": "Service", "name": pod_references.name({"name": service}, "name"), "path": path}
}

_scaled(resource) := {reference |
	some [group, kind, field] in [
		["autoscaling", "HorizontalPodAutoscaler", "scaleTargetRef"],
		["keda.sh", "ScaledObject", "scaleTargetRef"],
		["autoscaling.k8s.io", "VerticalPodAutoscaler", "targetRef"],
	]
	kinds.is(resource, group, kind)
	target := ["spec", field]
	reference := {
		"group": kinds.group_of(object.get(resource.object, array.concat(target, ["apiVersion"]), "apps/v1")),
		"kind": object.get(resource.object, array.concat(target, ["kind"]), "Deployment"),
		"name": object.get(resource.object, array.concat(target, ["name"]), ""),
		"path": array.concat(target, ["name"]),
	}
}

# Backends in another namespace belong to another root.
_route(resource) := {reference |
	some kind in ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"]
	kinds.is(resource, "gateway.networking.k8s.io", kind)
	some i, rule in resource.object.spec.rules
	some j, backend in rule.backendRefs
	fields.at(backend, "namespace") in {null, resource.namespace}
	fields.at(backend, "kind") in {null, "Service"}
	reference := {
		"group": "", "kind": "Service", "name": pod_references.name(backend, "name"),
		"path": ["spec", "rules", i, "backendRefs", j, "name"],
	}
}

# The pods of a Rollout that names another workload; without it the Rollout would run what nobody judged.
_borrowed(resource) := {reference |
	kinds.is(resource, "argoproj.io", "Rollout")
	target := resource.object.spec.workloadRef
	target != null
	reference := {
		"group": kinds.group_of(pod_references.name(target, "apiVersion")), "kind": pod_references.name(target, "kind"),
		"name": pod_references.name(target, "name"), "path": ["spec", "workloadRef", "name"],
	}
}

# Services and certificates of an Ingress.
_ingress(resource) := {reference |
	kinds.is(resource, "networking.k8s.io", "Ingress")
	walk(resource.object.spec, [path, service])
	path[count(path) - 1] == "service"
	reference := {
		"group": "", "kind": "Service", "name": pod_references.name(service, "name"),
		"path": array.concat(["spec"], array.concat(path, ["name"])),
	}
} | {reference |
	kinds.is(resource, "networking.k8s.io", "Ingress")
	some i, entry in resource.object.spec.tls
	entry.secretName
	reference := {
		"group": "", "kind": "Secret", "name": pod_references.name(entry, "secretName"),
		"path": ["spec", "tls", i, "secretName"],
	}
}

# A binding without its role, or of nobody, grants nothing; those of other namespaces belong to other roots.
_granted(resource) := {reference |
	kinds.is(resource, "rbac.authorization.k8s.io", "RoleBinding")
	fields.at(resource.object, ["roleRef", "kind"]) == "Role"
	reference := {
		"group": "rbac.authorization.k8s.io", "kind": "Role", "name": pod_references.name(resource.object.roleRef, "name"),
		"path": ["roleRef", "name"],
	}
} | {reference |
	kinds.is(resource, "rbac.authorization.k8s.io", "RoleBinding")
	some i, subject in resource.object.subjects
	subject.kind == "ServiceAccount"
	fields.at(subject, "namespace") in {null, resource.namespace}
	fields.at(subject, "name") != "default"
	reference := {
		"group": "", "kind": "ServiceAccount", "name": pod_references.name(subject, "name"),
		"path": ["subjects", i, "name"],
	}
}
