# METADATA
# title: No agent takes more than its cap
# description: A namespace that grows without an end takes the room and the money of all others; the cap is a number that somebody agreed to.
# custom:
#   id: COST-03
#   severity: deny
#   scope: root
#   failure_msg: "the pods of {agent} request {requested} {unit} in one cluster, above its cap of {granted}"
#   solution: "Lower replicas, the autoscaler's maximum or requests in agent.yaml, or raise the cap under allowances in fleet.yaml in a pull request of its own."
#   controls: [SOC2 A1.1, NIS2 21(2)(c), NIST CP-2, NIST SC-5]
package rules.cost.agent_cap

import data.lib.allowances
import data.lib.contract
import data.lib.result

scope := "root"

deny contains result.at(excess.resource, excess.path, excess.args) if {
	_is_agent
	some excess in allowances.excesses("cap")
}

undecided contains result.missing(gap) if {
	_is_agent
	some gap in allowances.gaps("cap")
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_agent if {
	input.scope == scope
	input.root.kind == "agent"
}
