# METADATA
# title: A sync never prunes what holds state
# description: Every Application prunes by itself; a rename or a lost line would delete the set, the claim or the database with all it holds.
# custom:
#   id: GIT-10
#   severity: deny
#   scope: root
#   failure_msg: "{kind} {subject} may be pruned by a sync"
#   solution: "Annotate it with argocd.argoproj.io/sync-options: Prune=false; take it away by hand, after its data is safe."
#   controls: [SOC2 A1.2, SOC2 A1.3, HIPAA 164.308(a)(7)(ii), GDPR 32(1)(c), NIS2 21(2)(c), NIST CP-9, NIST CP-10]
package rules.gitops.stateful_prune

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, ["metadata", "annotations"], {"subject": resource.name, "kind": resource.kind}) if {
	input.scope == scope
	some resource in input.objects
	_holds_state(resource)
	not _is_kept(fields.at(resource.object, ["metadata", "annotations", "argocd.argoproj.io/sync-options"]))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_holds_state(resource) if {
	kinds.is(resource, "apps", "StatefulSet")
	count(resource.object.spec.volumeClaimTemplates) > 0
}

_holds_state(resource) if kinds.is(resource, "", "PersistentVolumeClaim")

_holds_state(resource) if kinds.is(resource, "postgresql.cnpg.io", "Cluster")

_is_kept(options) if {
	is_string(options)
	some option in split(options, ",")
	trim_space(option) in {"Prune=false", "Prune=confirm"}
}
