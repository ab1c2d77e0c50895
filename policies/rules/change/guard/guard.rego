# METADATA
# title: What guards a cluster neither goes nor changes unseen
# description: |
#   An admission policy, a webhook, a definition or a priority class decides over every object that comes after it. Whether another text of
#   it is weaker can not be told from the text alone, so two persons look at each change: a waiver has an owner and somebody else who approves.
# custom:
#   id: GIT-12
#   severity: deny
#   scope: change
#   failure_msg: "{kind} {name} in {root} {problem}"
#   solution: "Add the stricter guard beside the old one; to change or remove one, merge a waiver that names it first."
#   controls: [SOC2 CC8.1, SOC2 CC6.1, SOC2 CC7.1, NIS2 21(2)(e), NIST CM-3, NIST CM-5, NIST CM-7]
package rules.change.guard

import data.lib.contract
import data.lib.kinds
import data.lib.result

scope := "change"

deny contains {"object": gone.id, "path": [], "args": args} if {
	input.scope == scope
	some gone in input.objects
	gone.change == "removed"
	gone.kind != "CustomResourceDefinition" # change.deletion says what goes with it
	_guards[[kinds.group_of(gone.apiVersion), gone.kind]]
	args := {"kind": gone.kind, "name": gone.name, "root": gone.root, "problem": "guards the cluster no more"}
}

deny contains {"object": changed.id, "path": path, "args": args} if {
	input.scope == scope
	some changed in input.objects
	changed.change == "changed"
	fields := _guards[[kinds.group_of(changed.apiVersion), changed.kind]]
	some path in changed.paths
	path[0] in fields
	problem := concat(" ", ["judges otherwise from now on:", path[0], "changes"])
	args := {"kind": changed.kind, "name": changed.name, "root": changed.root, "problem": problem}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.object_change_gaps
}

# Fields with which each of them judges, or hands over to somebody who does.
_guards[["admissionregistration.k8s.io", kind]] := {"spec"} if {
	some kind in ["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"]
}

_guards[["admissionregistration.k8s.io", kind]] := {"webhooks"} if {
	some kind in ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"]
}

_guards[["apiregistration.k8s.io", "APIService"]] := {"spec"}

_guards[["apiextensions.k8s.io", "CustomResourceDefinition"]] := {"spec"}

_guards[["scheduling.k8s.io", "PriorityClass"]] := {"value", "globalDefault", "preemptionPolicy"}
