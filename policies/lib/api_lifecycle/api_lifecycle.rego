# METADATA
# title: In which Kubernetes version an API was deprecated and removed
# description: |
#   Minor versions of Kubernetes 1: `[deprecated, removed]`. From the generated lifecycle of the module k8s.io/api v0.37.2 and, for what
#   that module no longer holds (autoscaling v2beta1 and v2beta2, PodSecurityPolicy, APIService), the Kubernetes deprecation guide.
package lib.api_lifecycle

# The version of a cluster that states none.
default_version := "1.37"

# `[deprecated, removed]` of an object's API; undefined for one that stays.
of(resource) := _lifecycle[resource.object.apiVersion][resource.kind]

# Minor version of `1.37` or `v1.37.2`; undefined for anything else.
minor(version) := to_number(match[0][1]) if {
	is_string(version)
	match := regex.find_all_string_submatch_n(`^v?1\.([0-9]+)(?:\.[0-9]+)?$`, version, 1)
	count(match) == 1
}

# Clusters that a root reaches; all of them where the root does not say.
clusters_of(root, clusters) := {name: cluster |
	some name, cluster in clusters
	_reaches(root, name, cluster)
}

_reaches(root, name, _) if {
	root.kind in {"cluster", "facts"}
	root.cluster == name
}

_reaches(root, _, cluster) if {
	root.kind == "agent"
	root.ring == cluster.wave
	root.tier == cluster.tier
}

_reaches(root, _, _) if root.kind in {"component", "bootstrap"}

_lifecycle := {
	"admissionregistration.k8s.io/v1alpha1": {"ValidatingAdmissionPolicy": [29, 32], "ValidatingAdmissionPolicyBinding": [29, 32], "MutatingAdmissionPolicy": [35, 38], "MutatingAdmissionPolicyBinding": [35, 38]},
	"admissionregistration.k8s.io/v1beta1": {"MutatingWebhookConfiguration": [16, 22], "ValidatingWebhookConfiguration": [16, 22], "ValidatingAdmissionPolicy": [31, 34], "ValidatingAdmissionPolicyBinding": [31, 34], "MutatingAdmissionPolicy": [37, 40], "MutatingAdmissionPolicyBinding": [37, 40]},
	"apiextensions.k8s.io/v1beta1": {"CustomResourceDefinition": [16, 22]},
	"apiregistration.k8s.io/v1beta1": {"APIService": [19, 22]},
	"apps/v1beta1": {"Deployment": [8, 16], "StatefulSet": [8, 16]},
	"apps/v1beta2": {"DaemonSet": [9, 16], "Deployment": [9, 16], "ReplicaSet": [9, 16], "StatefulSet": [9, 16]},
	"autoscaling/v2beta1": {"HorizontalPodAutoscaler": [22, 25]},
	"autoscaling/v2beta2": {"HorizontalPodAutoscaler": [23, 26]},
	"batch/v1beta1": {"CronJob": [21, 25]},
	"certificates.k8s.io/v1alpha1": {"ClusterTrustBundle": [34, 37]},
	"certificates.k8s.io/v1beta1": {"CertificateSigningRequest": [19, 22], "ClusterTrustBundle": [37, 40], "PodCertificateRequest": [37, 40]},
	"coordination.k8s.io/v1alpha2": {"LeaseCandidate": [35, 38]},
	"coordination.k8s.io/v1beta1": {"Lease": [19, 22], "LeaseCandidate": [36, 39]},
	"discovery.k8s.io/v1beta1": {"EndpointSlice": [21, 25]},
	"extensions/v1beta1": {"DaemonSet": [8, 16], "Deployment": [8, 16], "ReplicaSet": [8, 16], "NetworkPolicy": [9, 16], "PodSecurityPolicy": [11, 16], "Ingress": [14, 22]},
	"flowcontrol.apiserver.k8s.io/v1beta1": {"FlowSchema": [23, 26], "PriorityLevelConfiguration": [23, 26]},
	"flowcontrol.apiserver.k8s.io/v1beta2": {"FlowSchema": [26, 29], "PriorityLevelConfiguration": [26, 29]},
	"flowcontrol.apiserver.k8s.io/v1beta3": {"FlowSchema": [29, 32], "PriorityLevelConfiguration": [29, 32]},
	"lifecycle.k8s.io/v1alpha1": {"EvictionRequest": [40, 43]},
	"networking.k8s.io/v1beta1": {"Ingress": [19, 22], "IngressClass": [19, 22], "IPAddress": [34, 37], "ServiceCIDR": [34, 37]},
	"node.k8s.io/v1beta1": {"RuntimeClass": [22, 25]},
	"policy/v1beta1": {"PodDisruptionBudget": [21, 25], "PodSecurityPolicy": [21, 25]},
	"rbac.authorization.k8s.io/v1beta1": {"ClusterRole": [17, 22], "ClusterRoleBinding": [17, 22], "Role": [17, 22], "RoleBinding": [17, 22]},
	"resource.k8s.io/v1alpha3": {"DeviceTaintRule": [36, 39]},
	"resource.k8s.io/v1beta1": {"DeviceClass": [35, 38], "ResourceClaim": [35, 38], "ResourceClaimTemplate": [35, 38], "ResourceSlice": [35, 38]},
	"resource.k8s.io/v1beta2": {"DeviceClass": [36, 39], "ResourceClaim": [36, 39], "ResourceClaimTemplate": [36, 39], "ResourceSlice": [36, 39], "DeviceTaintRule": [39, 42]},
	"scheduling.k8s.io/v1beta1": {"PriorityClass": [14, 22], "PodGroup": [40, 43], "Workload": [40, 43]},
	"storage.k8s.io/v1alpha1": {"CSIStorageCapacity": [21, 24], "VolumeAttachment": [21, 24], "VolumeAttributesClass": [32, 35]},
	"storage.k8s.io/v1beta1": {"CSINode": [17, 22], "CSIDriver": [19, 22], "StorageClass": [19, 22], "VolumeAttachment": [19, 22], "CSIStorageCapacity": [24, 27], "VolumeAttributesClass": [34, 37]},
	"storagemigration.k8s.io/v1beta1": {"StorageVersionMigration": [37, 40]},
}
