# METADATA
# title: Fields of an object that name another one, by a table
# description: A sibling kind or group says what is named; without it, the last two columns do. Other namespaces belong to other roots.
package lib.typed_references

import data.lib.kinds

of(resource) := {reference |
	some [group, kind, rest, to_group, to_kind] in _rows
	kinds.is(resource, group, kind)
	walk(object.get(resource.object, rest[0], null), [steps, name])
	is_string(name)
	name != ""
	array.concat([rest[0]], [_step(part) | some part in steps]) == rest
	path := array.concat([rest[0]], steps)
	holder := object.get(resource.object, array.slice(path, 0, count(path) - 1), {})
	target := object.get(holder, "kind", to_kind)
	namespace := _namespace(target, object.get(holder, "namespace", resource.namespace))
	namespace in {"", resource.namespace, _home(resource, namespace)}
	reference := {"group": object.get(holder, "group", to_group), "kind": target, "namespace": namespace, "name": name, "path": path}
}

_step(part) := "*" if is_number(part)

_step(part) := part if is_string(part)

# What has no namespace itself names that of its target.
_home(resource, namespace) := namespace if resource.namespace == ""

_home(resource, _) := resource.namespace if resource.namespace != ""

_namespace(kind, _) := "" if kind in _without_namespace

_namespace(kind, namespace) := namespace if not kind in _without_namespace

_without_namespace := {
	"ClusterRole", "ClusterSecretStore", "GatewayClass", "PersistentVolume", "RuntimeClass",
	"StorageClass", "ValidatingAdmissionPolicy", "VolumeSnapshotClass",
}

# What components put beside all namespaces, what the installation of a cluster brings, and the roles of Kubernetes itself.
is_shared(reference) if {
	[reference.group, reference.kind, reference.name] in {
		["external-secrets.io", "ClusterSecretStore", "openbao"],
		["storage.k8s.io", "StorageClass", "encrypted"],
		["snapshot.storage.k8s.io", "VolumeSnapshotClass", "encrypted"],
	}
}

is_shared(reference) if {
	reference.kind == "ClusterRole"
	regex.match(`^(system:.+|admin|edit|view|cluster-admin)$`, reference.name)
}

_gateway := "gateway.networking.k8s.io"

_rows := (({[group, kind, ["spec", "targetRefs", "*", "name"], to_group, to_kind] |
	some [group, kinds_of, to_group, to_kind] in [
		["gateway.envoyproxy.io", ["SecurityPolicy", "ClientTrafficPolicy", "BackendTrafficPolicy", "EnvoyExtensionPolicy"], _gateway, "HTTPRoute"],
		["security.istio.io", ["AuthorizationPolicy", "RequestAuthentication"], "", "Service"],
	]
	some kind in kinds_of
} | {[_gateway, kind, row[0], row[1], row[2]] |
	some kind in ["HTTPRoute", "GRPCRoute", "TLSRoute"]
	some row in [
		[["spec", "parentRefs", "*", "name"], _gateway, "Gateway"],
		[["spec", "rules", "*", "filters", "*", "requestMirror", "backendRef", "name"], "", "Service"],
	]
}) | {["monitoring.coreos.com", kind, array.concat(["spec", endpoints, "*"], rest), "", "Secret"] |
	some kind, endpoints in {"PodMonitor": "podMetricsEndpoints", "ServiceMonitor": "endpoints"}
	some rest in [["basicAuth", "username", "name"], ["basicAuth", "password", "name"], ["authorization", "credentials", "name"], ["tlsConfig", "keySecret", "name"]]
}) | {
	[_gateway, "Gateway", ["spec", "gatewayClassName"], _gateway, "GatewayClass"],
	[_gateway, "Gateway", ["spec", "listeners", "*", "tls", "certificateRefs", "*", "name"], "", "Secret"],
	[_gateway, "GatewayClass", ["spec", "parametersRef", "name"], "gateway.envoyproxy.io", "EnvoyProxy"],
	["external-secrets.io", "ExternalSecret", ["spec", "secretStoreRef", "name"], "external-secrets.io", "SecretStore"],
	["admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", ["spec", "policyName"], "admissionregistration.k8s.io", "ValidatingAdmissionPolicy"],
	["rbac.authorization.k8s.io", "RoleBinding", ["roleRef", "name"], "rbac.authorization.k8s.io", "Role"],
	["rbac.authorization.k8s.io", "ClusterRoleBinding", ["roleRef", "name"], "rbac.authorization.k8s.io", "ClusterRole"],
	["keda.sh", "ScaledObject", ["spec", "triggers", "*", "authenticationRef", "name"], "keda.sh", "TriggerAuthentication"],
	["keda.sh", "TriggerAuthentication", ["spec", "secretTargetRef", "*", "name"], "", "Secret"],
	["argoproj.io", "AnalysisTemplate", ["spec", "args", "*", "valueFrom", "secretKeyRef", "name"], "", "Secret"],
	["", "PersistentVolumeClaim", ["spec", "storageClassName"], "storage.k8s.io", "StorageClass"],
	["", "PersistentVolumeClaim", ["spec", "volumeName"], "", "PersistentVolume"],
	["apps", "StatefulSet", ["spec", "volumeClaimTemplates", "*", "spec", "storageClassName"], "storage.k8s.io", "StorageClass"],
	["postgresql.cnpg.io", "Cluster", ["spec", "storage", "storageClass"], "storage.k8s.io", "StorageClass"],
	["postgresql.cnpg.io", "Cluster", ["spec", "walStorage", "storageClass"], "storage.k8s.io", "StorageClass"],
	["postgresql.cnpg.io", "Cluster", ["spec", "backup", "volumeSnapshot", "className"], "snapshot.storage.k8s.io", "VolumeSnapshotClass"],
	["postgresql.cnpg.io", "Cluster", ["spec", "bootstrap", "initdb", "secret", "name"], "", "Secret"],
	["postgresql.cnpg.io", "ScheduledBackup", ["spec", "cluster", "name"], "postgresql.cnpg.io", "Cluster"],
	["postgresql.cnpg.io", "Pooler", ["spec", "cluster", "name"], "postgresql.cnpg.io", "Cluster"],
}
