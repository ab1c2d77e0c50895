# METADATA
# title: No field changes that the cluster keeps as it was
# description: The cluster refuses a new value of such a field, so that the sync fails here and the revert fails too; only deleting the object changes it.
# custom:
#   id: ROL-11
#   severity: deny
#   scope: change
#   failure_msg: "{kind} {name} in {root} changes {field}, which means to replace it"
#   solution: "Give the object a new name beside the old one, move what it holds, then remove the old one."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIS2 21(2)(e), NIST CM-3, NIST CM-4, NIST SI-17]
package rules.change.immutable_field

import data.lib.contract
import data.lib.kinds
import data.lib.result

scope := "change"

deny contains {"object": changed.id, "path": path, "args": args} if {
	input.scope == scope
	some changed in input.objects
	changed.change == "changed"
	some path in changed.paths
	_is_kept([kinds.group_of(changed.apiVersion), changed.kind], path)
	args := {"kind": changed.kind, "name": changed.name, "root": changed.root, "field": concat(".", [_text(part) | some part in path])}
}

deny contains {"object": changed.id, "path": path, "args": args} if {
	input.scope == scope
	some changed in input.objects
	changed.change == "changed"
	changed.immutable == true
	changed.kind in {"ConfigMap", "Secret"}
	some path in changed.paths
	path[0] in {"data", "binaryData", "stringData"}
	args := {"kind": changed.kind, "name": changed.name, "root": changed.root, "field": concat(".", [_text(part) | some part in path])}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.object_change_gaps
}

# Fields below which no value may change once the object is there; from the API reference and the validation of each kind.
_kept := {
	["apps", "Deployment"]: [["spec", "selector"]],
	["apps", "DaemonSet"]: [["spec", "selector"]],
	["apps", "ReplicaSet"]: [["spec", "selector"]],
	["argoproj.io", "Rollout"]: [["spec", "selector"]],
	["batch", "Job"]: [["spec", "template"], ["spec", "selector"], ["spec", "completionMode"], ["spec", "podFailurePolicy"]],
	["", "Service"]: [["spec", "clusterIP"], ["spec", "clusterIPs"]],
	["rbac.authorization.k8s.io", "RoleBinding"]: [["roleRef"]],
	["rbac.authorization.k8s.io", "ClusterRoleBinding"]: [["roleRef"]],
	["scheduling.k8s.io", "PriorityClass"]: [["value"], ["preemptionPolicy"]],
	["storage.k8s.io", "StorageClass"]: [["provisioner"], ["parameters"], ["reclaimPolicy"], ["volumeBindingMode"]],
}

# Kinds of whose spec only these fields may change.
_loose := {
	["apps", "StatefulSet"]: {"replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds", "revisionHistoryLimit"},
	["", "PersistentVolumeClaim"]: {"resources", "volumeAttributesClassName"},
}

_is_kept(kind, path) if {
	some kept in _kept[kind]
	array.slice(path, 0, count(kept)) == kept
}

_is_kept(kind, path) if {
	loose := _loose[kind]
	path[0] == "spec"
	count(path) > 1
	not path[1] in loose
}

_text(part) := part if is_string(part)

_text(part) := format_int(part, 10) if is_number(part)
