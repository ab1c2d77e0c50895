# METADATA
# title: What the pods of an agent request in its namespace, and what it may
# description: All pods that a root makes at their most. A request that is absent is the limit, as the API server fills it in.
package lib.allowances

import data.lib.fields
import data.lib.fleet
import data.lib.scaling

# One entry for each container that requests something of which all pods together take more than the level, `warn` or `cap`, grants.
excesses(level) := {excess |
	some kind, unit in _units
	granted := fields.at(_granted(level), _fields[kind])
	is_number(granted)
	requested := _requested(kind)
	requested > granted
	some resource in input.objects
	some workload in resource.workloads
	some place in _places(workload, kind)
	excess := {
		"resource": resource, "path": place,
		"args": {"agent": input.root.agent, "requested": requested, "granted": granted, "unit": unit},
	}
}

_units := {"cpu": "cores", "memory": "GiB of memory", "gpu": "devices like GPUs"}

_fields := {"cpu": "cpu", "memory": "memoryGi", "gpu": "gpu"}

# What is not known: what the level grants, and how many nodes start a pod of a DaemonSet.
gaps(level) := {gap |
	some field in _fields
	not is_number(fields.at(_granted(level), field))
	gap := concat(".", ["data.config.allowances", level, field])
} | {gap |
	some resource in input.objects
	resource.kind == "DaemonSet"
	gap := concat(" ", ["the number of pods of", resource.id])
}

_granted(level) := object.union(
	_object(fields.at(fleet.config, ["allowances", level])),
	_object(fields.at(fleet.config, ["allowances", "exceptions", input.root.agent, level])),
)

_object(value) := value if is_object(value)

_object(value) := {} if not is_object(value)

_requested(kind) := round(100 * sum([amount |
	some resource in input.objects
	some workload in resource.workloads
	amount := _most_pods(resource, workload) * _per_pod(workload, kind)
])) / 100

_most_pods(resource, workload) := max(_counts(resource, workload)) if count(_counts(resource, workload)) > 0

_most_pods(resource, workload) := 1 if count(_counts(resource, workload)) == 0

_counts(resource, workload) := {pods |
	some pods in union({
		{workload.replicas},
		{scaling.most(scaler) | some scaler in scaling.of(resource)},
		{fields.at(resource.object, path) | path := _parallel[resource.kind]},
		{pods | resource.kind == "ScaledJob"; pods := object.get(resource.object, ["spec", "maxReplicaCount"], 100)},
	})
	is_number(pods)
}

_parallel := {"Job": ["spec", "parallelism"], "CronJob": ["spec", "jobTemplate", "spec", "parallelism"]}

# Init containers run one after another before the others, unless they stay on as sidecars.
_per_pod(workload, kind) := max(array.concat(
	[sum([_amount(container, kind) | some container in workload.containers; _stays(container)]) + _claims(workload, kind)],
	[_amount(container, kind) | some container in workload.containers; container.role == "init"],
))

_stays(container) if container.role == "main"

_stays(container) if fields.at(container.container, "restartPolicy") == "Always"

_amount(container, "cpu") := _stated(container, "cpu")

_amount(container, "memory") := _stated(container, "memory") / 1073741824

_amount(container, "gpu") := sum([_stated(container, device) | some device in _devices(container)])

_stated(container, name) := object.get(container.requests, name, object.get(container.limits, name, 0))

# Only devices are named by a domain, and a driver of them is asked for by a claim.
_devices(container) := {name |
	some name in (object.keys(container.requests) | object.keys(container.limits))
	contains(name, "/")
}

_claims(workload, kind) := count([claim | kind == "gpu"; some claim in fields.at(workload.spec, "resourceClaims")])

_places(workload, kind) := ({array.concat(container.path, ["resources", "requests", kind]) |
	some container in workload.containers
	kind != "gpu"
	_amount(container, kind) > 0
} | {array.concat(container.path, ["resources", "limits", device]) |
	kind == "gpu"
	some container in workload.containers
	some device in _devices(container)
}) | {array.concat(workload.path, ["resourceClaims"]) | _claims(workload, kind) > 0}
