# METADATA
# title: No cluster is asked for more than it has
# description: Pods that fit nowhere stay pending; after a change the agent that was placed last is missing, after a lost node any of them.
# custom:
#   id: COST-01
#   severity: deny
#   scope: change
#   failure_msg: "agents request {requested} of {budget} {unit} of {resource} in {cluster} ({percent} %), {delta}"
#   solution: "Lower replicas or requests in agent.yaml, or add nodes in cluster.yaml first. The budget is three quarters of all nodes, in production of all but one."
#   controls: [SOC2 A1.1, HIPAA 164.308(a)(7), GDPR 32(1)(b), NIS2 21(2)(c), NIST CP-2, NIST SC-5]
package rules.cost.capacity

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(name, args) if {
	input.scope == scope
	some name, cluster in input.capacity.clusters
	some resource, unit in {"cpu": "cores", "memory": "GiB"}
	capacity := cluster[resource]
	capacity.percent > 100
	not _was_as_bad(capacity)
	args := {
		"cluster": name, "resource": resource, "unit": unit, "requested": capacity.requested,
		"budget": capacity.budget, "percent": capacity.percent, "delta": _delta(capacity.delta),
	}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.capacity_gaps
}

# A change that does not make it worse is not the one to stop.
_was_as_bad(capacity) if {
	is_number(capacity.before)
	capacity.before >= capacity.percent
}

_delta(delta) := "as it stands" if not is_number(delta)

_delta(delta) := concat(" ", ["this change adds", json.marshal(delta)]) if delta >= 0

_delta(delta) := concat(" ", ["this change takes", json.marshal(0 - delta)]) if delta < 0
