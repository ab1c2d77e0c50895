# METADATA
# title: An agent stays within its allowance
# description: Above the allowance somebody should ask why before the bill does; the cap is further away.
# custom:
#   id: COST-04
#   severity: warn
#   scope: root
#   failure_msg: "the pods of {agent} request {requested} {unit} in one cluster, above its allowance of {granted}"
#   solution: "Lower replicas, the autoscaler's maximum or requests in agent.yaml, or state an exception under allowances in fleet.yaml."
#   controls: [SOC2 A1.1, NIS2 21(2)(c), NIST CP-2, NIST SC-5]
package rules.cost.agent_allowance

import data.lib.allowances
import data.lib.contract
import data.lib.result

scope := "root"

deny contains result.at(excess.resource, excess.path, excess.args) if {
	_is_agent
	some excess in allowances.excesses("warn")
}

undecided contains result.missing(gap) if {
	_is_agent
	some gap in allowances.gaps("warn")
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_agent if {
	input.scope == scope
	input.root.kind == "agent"
}
