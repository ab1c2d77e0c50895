# METADATA
# title: How a guard of the cluster may be weakened
package lib.guards

import data.lib.fields
import data.lib.kinds

faults(resource) := union({_namespace(resource), _policy(resource), _webhooks(resource), _priority(resource)})

_standard := "pod-security.kubernetes.io/enforce"

# Their upstream pods enter the network or read the disks of the node.
_privileged := {"istio-system", "monitoring"}

_namespace(resource) := ({{"path": ["metadata", "labels", _standard], "problem": "does not enforce the restricted Pod Security Standard"} |
	kinds.is(resource, "", "Namespace")
	not resource.name in _privileged
	not fields.at(resource.object, ["metadata", "labels", _standard]) == "restricted"
} | {{"path": ["metadata", "labels", _standard], "problem": "says nothing of the Pod Security Standard"} |
	kinds.is(resource, "", "Namespace")
	resource.name in _privileged
	not fields.at(resource.object, ["metadata", "labels", _standard]) in {"restricted", "baseline", "privileged"}
}) | {{"path": ["metadata", "labels", version], "problem": "pins no version of the Pod Security Standard"} |
	kinds.is(resource, "", "Namespace")
	version := concat("", [_standard, "-version"])
	not _is_version(fields.at(resource.object, ["metadata", "labels", version]))
}

# Below 1.37 the standard knows less than the clusters do.
_is_version("latest")

_is_version(version) if regex.match(`^v1\.(3[7-9]|[4-9][0-9])$`, version)

_policy(resource) := (({{"path": ["spec", "failurePolicy"], "problem": "lets everything pass when it fails"} |
	some kind in ["ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"]
	kinds.is(resource, "admissionregistration.k8s.io", kind)
	not fields.at(resource.object, ["spec", "failurePolicy"]) in {null, "Fail"}
} | {{"path": ["spec", "matchConditions"], "problem": "looks away from some requests"} |
	kinds.is(resource, "admissionregistration.k8s.io", "ValidatingAdmissionPolicy")
	not fields.at(resource.object, ["spec", "matchConditions"]) in [null, []]
}) | {{"path": ["spec", "validationActions"], "problem": "only warns"} |
	kinds.is(resource, "admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding")
	actions := fields.at(resource.object, ["spec", "validationActions"])
	not "Deny" in [action | is_array(actions); some action in actions]
}) | {{"path": ["spec", "matchResources"], "problem": "looks away from some namespaces"} |
	kinds.is(resource, "admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding")
	some field in ["namespaceSelector", "objectSelector", "excludeResourceRules"]
	not fields.at(resource.object, ["spec", "matchResources", field]) in [null, {}, []]
}

_webhooks(resource) := {{"path": ["webhooks", i, "failurePolicy"], "problem": "lets everything pass when it fails"} |
	kinds.is(resource, "admissionregistration.k8s.io", "ValidatingWebhookConfiguration")
	some i, webhook in fields.at(resource.object, "webhooks")
	not fields.at(webhook, "failurePolicy") in {null, "Fail"}
}

_priority(resource) := {{"path": ["globalDefault"], "problem": "gives its priority to every pod"} |
	kinds.is(resource, "scheduling.k8s.io", "PriorityClass")
	not fields.at(resource.object, "globalDefault") in {null, false}
} | {{"path": ["value"], "problem": "stands above the pods of the system"} |
	kinds.is(resource, "scheduling.k8s.io", "PriorityClass")
	not _is_ordinary(fields.at(resource.object, "value"))
}

_is_ordinary(value) if {
	is_number(value)
	value <= 1000000000
}
