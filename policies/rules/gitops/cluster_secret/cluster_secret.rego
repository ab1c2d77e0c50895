# METADATA
# title: Nothing but Argo CD itself adds clusters and repositories to Argo CD
# description: A Secret with that label is a cluster or a login of Argo CD, and a copied tracking mark lets one Application prune what belongs to another.
# custom:
#   id: GIT-05
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Take the label or annotation out; clusters and repositories are registered from the vault by the platform team."
#   controls: [SOC2 CC6.1, SOC2 CC6.3, HIPAA 164.312(a)(1), GDPR 25(2), NIS2 21(2)(i), NIST AC-3, NIST AC-6, NIST CM-5]
package rules.gitops.cluster_secret

import data.lib.contract
import data.lib.result

scope := "root"

# Anywhere in an object: an ExternalSecret carries the labels of the Secret that it makes.
deny contains result.at(resource, path, {"subject": subject, "problem": _marks[key]}) if {
	input.scope == scope
	some resource in input.objects
	contains(json.marshal(resource.object), "argocd.argoproj.io/")
	subject := concat(" ", [resource.kind, resource.name])
	walk(resource.object, [path, _])
	key := path[count(path) - 1]
	_marks[key]
}

# Agents have no business in the namespace that holds the credentials of all clusters.
deny contains result.at(resource, ["metadata", "namespace"], {"subject": concat(" ", [resource.kind, resource.name]), "problem": "is placed in the namespace of Argo CD"}) if {
	input.scope == scope
	_is_outside
	some resource in input.objects
	resource.namespace == "argocd"
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_marks := {
	"argocd.argoproj.io/secret-type": "registers a cluster or a repository with Argo CD",
	"argocd.argoproj.io/tracking-id": "claims to belong to an Application",
	"argocd.argoproj.io/installation-id": "claims to belong to an installation of Argo CD",
}

_is_outside if input.root.kind in {"agent", "facts"}

_is_outside if {
	input.root.kind == "component"
	object.get(input.root, "component", "") != "argo-cd"
}
