# METADATA
# title: Whether what a pod does is recorded, and the records are kept
package lib.audit

import data.lib.durations
import data.lib.fields
import data.lib.kinds
import data.lib.selector

pod_faults(workload) := {"does not say what it records" |
	not fields.at(workload.labels, "ranfleet.norvik.example/audit") in {"decisions", "access"}
} | {"does not carry its name" |
	not _is_filled(fields.at(workload.labels, "app.kubernetes.io/name"))
}

_is_filled(text) if {
	is_string(text)
	text != ""
}

# Records leave by the collector; without a way there they end with the pod.
reaches_collector(resource, workload) if {
	some policy in input.objects
	kinds.is(policy, "networking.k8s.io", "NetworkPolicy")
	policy.namespace == resource.namespace
	selector.matches(policy.object.spec.podSelector, workload.labels)
	some rule in policy.object.spec.egress
	some peer in rule.to
	fields.at(peer, ["namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"]) == "opentelemetry"
}

# Thirteen months, in seconds (rule 45 of the RAN change-safety rules).
_kept := ((396 * 24) * 60) * 60

# Places where a store of records is told to forget them sooner.
forgets(resource) := {array.concat(["spec"], array.concat(path, ["retention_period"])) |
	kinds.is(resource, "argoproj.io", "Application")
	walk(resource.object.spec, [path, values])
	period := fields.at(values, "retention_period")
	period != null
	not _is_long(period)
}

_is_long(period) if durations.seconds(period) >= _kept
