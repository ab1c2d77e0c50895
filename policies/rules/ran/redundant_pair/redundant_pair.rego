# METADATA
# title: One element of a redundant pair changes at a time
# description: |
#   Two clusters that hold copies of each other's agent memory, or two hubs of one country, are each other's way back. They are never in
#   one production wave, so that no change reaches both. Budgets and quorums inside a cluster are rules of their own.
# custom:
#   id: RAN-14
#   severity: deny
#   scope: change
#   failure_msg: "{cluster} and {other} are {pair} and change together in wave {wave}"
#   solution: "Put the two clusters into different waves."
#   controls: [SOC2 A1.2, NIST CP-2, NIST CM-3]
package rules.ran.redundant_pair

import data.lib.contract
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(cluster, {"cluster": cluster, "other": other, "pair": pair, "wave": facts.wave}) if {
	input.scope == scope
	some cluster, facts in fleet.production
	some other, others in fleet.production
	cluster < other
	facts.wave == others.wave
	some pair in _pairs(cluster, other)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.fact_gaps | contract.place_gaps)
}

_pairs(cluster, other) := union({
	{"memory peers" | _are_peers(cluster, other)},
	{"hubs of one country" | _are_sibling_hubs(fleet.production[cluster], fleet.production[other])},
})

_are_peers(cluster, other) if other in fleet.production[cluster].memoryPeers

_are_peers(cluster, other) if cluster in fleet.production[other].memoryPeers

_are_sibling_hubs(cluster, other) if {
	cluster.tier == "hub"
	other.tier == "hub"
	cluster.country == other.country
}
