# METADATA
# title: Drift is hidden only where a controller owns the field
# description: What Argo CD ignores, anybody with access to the cluster may change without a word.
# custom:
#   id: GIT-07
#   severity: deny
#   scope: root
#   failure_msg: "{subject} ignores {what}"
#   solution: "Ignore single fields that a controller writes, like the weights of a route; never a whole object, a pod template, or rights."
#   controls: [SOC2 CC7.1, SOC2 CC7.2, HIPAA 164.312(c)(1), GDPR 32(1)(b), NIS2 21(2)(e), NIST CM-2, NIST CM-6, NIST SI-7]
package rules.gitops.ignored_differences

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, ["spec", "ignoreDifferences", i], {"subject": subject, "what": what}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Application")
	subject := concat(" ", [resource.kind, resource.name])
	some i, entry in fields.at(resource.object, ["spec", "ignoreDifferences"])
	some what in _open(entry)
}

# The settings of Argo CD hide a field in every Application at once.
deny contains result.at(resource, ["data", key], {"subject": "argocd-cm", "what": "fields of all Applications at once"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "", "ConfigMap")
	resource.name == "argocd-cm"
	some key, _ in fields.at(resource.object, "data")
	startswith(key, "resource.customizations.ignoreDifferences")
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

# Fields with a controller that writes them, by kind.
_owned := {
	"HTTPRoute": {"jqPathExpressions": {".spec.rules[].backendRefs[].weight"}, "jsonPointers": set()},
	"Rollout": {"jqPathExpressions": set(), "jsonPointers": {"/spec/replicas"}},
	"Deployment": {"jqPathExpressions": set(), "jsonPointers": {"/spec/replicas"}},
	"ValidatingWebhookConfiguration": {"jqPathExpressions": {".webhooks[].clientConfig.caBundle"}, "jsonPointers": set()},
	"MutatingWebhookConfiguration": {"jqPathExpressions": {".webhooks[].clientConfig.caBundle"}, "jsonPointers": set()},
}

_open(entry) := ({path |
	some field in ["jqPathExpressions", "jsonPointers"]
	some path in fields.at(entry, field)
	not path in object.get(_owned, [object.get(entry, "kind", ""), field], set())
} | {"all that some controller writes" |
	not fields.at(entry, "managedFieldsManagers") in [null, []]
}) | {"an object that it does not name" |
	not is_string(fields.at(entry, "kind"))
}
