# METADATA
# title: What an object other than a pod refers to by name
package lib.object_references

import data.lib.fields
import data.lib.kinds
import data.lib.pod_references

of(resource) := union({_analysis_templates(resource), _services(resource), _scaled(resource), _route(resource), _borrowed(resource)})

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
	some [group, kind] in [["autoscaling", "HorizontalPodAutoscaler"], ["keda.sh", "ScaledObject"]]
	kinds.is(resource, group, kind)
	target := ["spec", "scaleTargetRef"]
	reference := {
		"group": kinds.group_of(object.get(resource.object, array.concat(target, ["apiVersion"]), "apps/v1")),
		"kind": object.get(resource.object, array.concat(target, ["kind"]), "Deployment"),
		"name": object.get(resource.object, array.concat(target, ["name"]), ""),
		"path": array.concat(target, ["name"]),
	}
}

# Backends in another namespace belong to another root.
_route(resource) := {reference |
	kinds.is(resource, "gateway.networking.k8s.io", "HTTPRoute")
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
