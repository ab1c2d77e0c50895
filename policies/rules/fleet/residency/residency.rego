# METADATA
# title: Agent memory stays in its residency zone
# description: |
#   Memory holds what was learnt from subscribers' traffic; replicating it to a peer elsewhere exports personal data. The hub of a cluster
#   trains its models and runs its sandboxes, so it lies in the same zone.
# custom:
#   id: RAN-43
#   severity: deny
#   scope: root
#   failure_msg: "{cluster} says that it is in {residency}, but {peer} is in {peer_residency}"
#   solution: "Take the peer out of spec.memoryPeers in the cluster's cluster.yaml, or correct the residency of either cluster."
#   controls: [SOC2 C1.1, SOC2 P4.1, GDPR 44, NIST AC-4]
package rules.fleet.residency

import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(facts, ["data", "memory-peers"], args) if {
	some facts in _facts
	some peer in split(facts.object.data["memory-peers"], " ")
	peer != ""
	residency := facts.object.data.residency
	elsewhere := object.get(fleet.clusters, [peer, "residency"], "unknown")
	elsewhere != residency
	args := {"cluster": facts.object.data.name, "residency": residency, "peer": peer, "peer_residency": elsewhere}
}

deny contains result.about(input.root.cluster, args) if {
	_is_judged
	declared := fleet.clusters[input.root.cluster]
	elsewhere := object.get(fleet.clusters, [declared.hub, "residency"], "unknown")
	elsewhere != declared.residency
	args := {"cluster": input.root.cluster, "residency": declared.residency, "peer": declared.hub, "peer_residency": elsewhere}
}

# The rendered zone is the declared one, or peers would be compared with a claim.
deny contains result.at(facts, ["data", "residency"], args) if {
	some facts in _facts
	residency := facts.object.data.residency
	declared := fleet.clusters[input.root.cluster].residency
	declared != residency
	args := {"cluster": facts.object.data.name, "residency": residency, "peer": input.root.cluster, "peer_residency": declared}
}

undecided contains result.missing("a ConfigMap cluster-facts") if {
	_is_judged
	count(_facts) == 0
}

undecided contains result.unreadable(facts, ["data", key], key) if {
	some facts in _facts
	some key in ["name", "residency", "memory-peers"]
	not is_string(fields.at(facts, ["object", "data", key]))
}

undecided contains result.missing(concat(".", ["data.fleet.clusters", input.root.cluster])) if {
	_is_judged
	not fleet.clusters[input.root.cluster]
}

undecided contains result.missing(concat(".", ["data.fleet.clusters", input.root.cluster, "hub"])) if {
	_is_judged
	declared := fleet.clusters[input.root.cluster]
	not is_string(fields.at(declared, "hub"))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.rendered_gaps | _fact_gaps)
}

_fact_gaps := {gap | _is_judged; some gap in contract.fact_gaps}

_is_judged if {
	input.scope == scope
	input.root.kind == "cluster"
}

_facts contains resource if {
	_is_judged
	some resource in input.objects
	kinds.is(resource, "", "ConfigMap")
	startswith(resource.name, "cluster-facts")
}
