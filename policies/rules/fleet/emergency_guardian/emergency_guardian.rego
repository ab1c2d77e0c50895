# METADATA
# title: Emergency calls are guarded on every regional and edge cluster, and wherever an agent writes
# description: The emergency-call-guardian is the one agent that stops others from taking capacity away from emergency calls.
# custom:
#   id: RAN-50
#   severity: deny
#   scope: change
#   failure_msg: "cluster {cluster} of tier {tier} runs no emergency-call-guardian"
#   solution: "Declare the emergency-call-guardian in the cluster's ring; this agent is never opted out."
#   controls: [SOC2 A1.2, NIST CP-2, NIST SI-17]
package rules.fleet.emergency_guardian

import data.lib.contract
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(name, {"cluster": name, "tier": cluster.tier}) if {
	input.scope == scope
	is_object(input.inventory)
	some name, cluster in fleet.clusters
	_needs_guardian(name, cluster)
	not _is_guarded(name)
}

undecided contains result.missing(concat(".", ["data.fleet.clusters", name])) if {
	input.scope == scope
	some name, _ in input.inventory.clusters
	not fleet.clusters[name]
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.inventory_gaps | contract.fact_gaps)
}

_needs_guardian(_, cluster) if cluster.tier in {"region", "edge"}

_needs_guardian(name, _) if {
	some agent in input.inventory.clusters[name].agents
	fleet.agents[agent].tier == "W"
}

_is_guarded(cluster) if "emergency-call-guardian" in input.inventory.clusters[cluster].agents
