# METADATA
# title: What of the input breaks the contract
# description: Rules lean on the shapes of src/model/policy.ts. Where the input has another shape, every rule of that scope is undecided.
package lib.contract

import data.lib.fields

rendered_gaps contains "input.root" if {
	not fields.at(input, ["root", "kind"]) in {"agent", "cluster", "facts", "component", "bootstrap"}
}

rendered_gaps contains concat(".", ["input.root", kind]) if {
	some kind in ["agent", "cluster"]
	input.root.kind == kind
	not is_string(fields.at(input, ["root", kind]))
}

rendered_gaps contains "input.objects" if not is_array(fields.at(input, "objects"))

rendered_gaps contains _place(["input.objects", i, field]) if {
	some i, resource in input.objects
	some field in _object_gaps(resource)
}

rendered_gaps contains _place(["input.objects", i, "workloads", j, field]) if {
	some i, resource in input.objects
	some j, workload in resource.workloads
	some field in _workload_gaps(workload)
}

rendered_gaps contains _place(["input.objects", i, "workloads", j, "containers", k, field]) if {
	some i, resource in input.objects
	some j, workload in resource.workloads
	some k, container in workload.containers
	some field in _container_gaps(container)
}

_object_gaps(resource) := union({
	{field | some field in ["id", "kind", "namespace", "name"]; not is_string(fields.at(resource, field))},
	{"object" | not is_string(fields.at(resource, ["object", "apiVersion"]))},
	{"workloads" | not is_array(fields.at(resource, "workloads"))},
	{"workloads" | _asks_for_pods(resource.id); count(resource.workloads) == 0; not _borrows_pods(resource)},
})

_workload_gaps(workload) := union({
	{"kind" | not is_string(fields.at(workload, "kind"))},
	{"replicas" | not _states_replicas(workload)},
	{field | some field in ["labels", "spec"]; not is_object(fields.at(workload, field))},
	{"path" | not is_array(fields.at(workload, "path"))},
	{"containers" | not _is_filled_list(fields.at(workload, "containers"))},
	{"spec.volumes" | not _is_list_of_maps(fields.at(workload, ["spec", "volumes"]))},
})

_container_gaps(container) := union({
	{"name" | not is_string(fields.at(container, "name"))},
	{"role" | not fields.at(container, "role") in {"main", "init", "ephemeral"}},
	{"path" | not is_array(fields.at(container, "path"))},
	{"image" | not is_string(fields.at(container, ["image", "raw"]))},
	{field | some field in ["container", "requests", "limits"]; not is_object(fields.at(container, field))},
	{concat(".", ["container", list]) |
		some list in ["env", "envFrom", "ports"]
		not _is_list_of_maps(fields.at(container, ["container", list]))
	},
})

# Built-in kinds and the Rollout always hold a pod template; without one the host did not understand the object.
_asks_for_pods(id) if {
	regex.match(`^(v1/Pod|apps/v1/(Deployment|StatefulSet|DaemonSet|ReplicaSet)|batch/v1/(Job|CronJob)|argoproj\.io/v1alpha1/Rollout)/`, id)
}

# A Rollout may take its pods from a Deployment, which is judged in its own right and must be rendered beside it.
_borrows_pods(resource) if {
	startswith(resource.id, "argoproj.io/v1alpha1/Rollout/")
	is_object(resource.object.spec.workloadRef)
}

_is_filled_list(value) if {
	is_array(value)
	count(value) > 0
}

_states_replicas(workload) if {
	is_number(workload.replicas)
	workload.replicas >= 0
}

_states_replicas(workload) if workload.replicas == null

# Kubernetes reads null as absent.
_is_list_of_maps(null)

_is_list_of_maps(value) if {
	is_array(value)
	every element in value { is_object(element) }
}

_place(parts) := concat(".", [text | some part in parts; text := _text(part)])

_text(part) := part if is_string(part)

_text(part) := format_int(part, 10) if is_number(part)
