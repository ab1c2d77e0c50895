# METADATA
# title: How many pods an autoscaler keeps
package lib.scaling

import data.lib.fields
import data.lib.kinds

is_scaler(resource) if kinds.is(resource, "autoscaling", "HorizontalPodAutoscaler")

is_scaler(resource) if kinds.is(resource, "keda.sh", "ScaledObject")

# Autoscalers that set the number of pods of one resource.
of(resource) := {scaler.id: scaler |
	some scaler in input.objects
	is_scaler(scaler)
	some runner in input.objects
	_runs(runner, resource)
	targets(scaler, runner)
}

_runs(runner, resource) if runner.id == resource.id

_runs(runner, resource) if borrows(runner, resource)

# A Rollout that names a workload runs its pods in its place.
borrows(rollout, resource) if {
	kinds.is(rollout, "argoproj.io", "Rollout")
	rollout.namespace == resource.namespace
	fields.at(rollout.object, ["spec", "workloadRef", "name"]) == resource.name
	fields.at(rollout.object, ["spec", "workloadRef", "kind"]) == resource.kind
}

targets(scaler, resource) if {
	scaler.namespace == resource.namespace
	target := scaler.object.spec.scaleTargetRef
	target.name == resource.name
	object.get(target, "kind", "Deployment") == resource.kind
}

# Kubernetes keeps one pod where nothing is stated, KEDA none.
least(scaler) := object.get(scaler.object, ["spec", "minReplicas"], 1) if scaler.kind == "HorizontalPodAutoscaler"

least(scaler) := object.get(scaler.object, ["spec", "minReplicaCount"], 0) if scaler.kind == "ScaledObject"

most(scaler) := object.get(scaler.object, ["spec", "maxReplicas"], null) if scaler.kind == "HorizontalPodAutoscaler"

most(scaler) := object.get(scaler.object, ["spec", "maxReplicaCount"], 100) if scaler.kind == "ScaledObject"

# Fewest pods that a workload keeps: an autoscaler overrules the stated number; null where neither is a number.
fewest_pods(resource, _) := min(stated) if {
	stated := _minimums(resource)
	count(stated) > 0
}

fewest_pods(resource, workload) := fields.at(workload, "replicas") if count(_minimums(resource)) == 0

_minimums(resource) := {pods |
	some scaler in of(resource)
	pods := least(scaler)
	is_number(pods)
}
