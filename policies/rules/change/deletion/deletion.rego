# METADATA
# title: Nothing that holds state or others goes without a decision
# description: Deleting a set, a claim or a database takes its data, a Namespace or a definition takes all that is in it, and an Application all that it deployed.
# custom:
#   id: ROL-08
#   severity: deny
#   scope: change
#   failure_msg: "{kind} {name} is deleted by {root}: {takes}"
#   solution: "Keep it, or ask for a waiver that names it, with the plan for its data."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIS2 21(2)(e), NIST CM-3, NIST CM-4, NIST SI-17]
package rules.change.deletion

import data.lib.contract
import data.lib.kinds
import data.lib.result

scope := "change"

deny contains {"object": gone.id, "path": [], "args": args} if {
	input.scope == scope
	some gone in input.objects
	gone.change == "removed"
	takes := _takes[[kinds.group_of(gone.apiVersion), gone.kind]]
	args := {"kind": gone.kind, "name": gone.name, "root": gone.root, "takes": takes}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.object_change_gaps
}

_takes := {
	["apps", "StatefulSet"]: "its pods go, and its volumes stay without an owner",
	["", "PersistentVolumeClaim"]: "its data goes",
	["", "PersistentVolume"]: "its data goes",
	["postgresql.cnpg.io", "Cluster"]: "its database goes",
	["", "Namespace"]: "everything in it goes",
	["apiextensions.k8s.io", "CustomResourceDefinition"]: "every object of its kind goes, in all namespaces",
	["argoproj.io", "Application"]: "what it deployed goes with it, or stays with nobody to sync it",
	["argoproj.io", "AppProject"]: "its Applications stop to sync",
}
