# METADATA
# title: What the fleet leans on runs more than once
# description: One pod is gone for minutes whenever its node drains; 99.95 percent allows 21 minutes a month.
# custom:
#   id: REL-03
#   severity: deny
#   scope: root
#   failure_msg: "{subject} keeps {pods}, {agent} needs {needed}"
#   solution: "Raise the replicas of the agent's placement, or the least number of its autoscaler."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.replicas

import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.kinds
import data.lib.result
import data.lib.scaling

scope := "root"

deny contains result.at(resource, ["spec", "replicas"], args) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	workload.kind in kinds.replicated
	pods := scaling.fewest_pods(resource, workload)
	not _suffices(pods, _needed)
	args := {"subject": resource.name, "pods": _text(pods), "agent": _subject, "needed": _needed}
}

undecided contains result.missing(concat(".", ["data.fleet.agents", input.root.agent])) if {
	input.scope == scope
	input.root.kind == "agent"
	not is_object(fields.at(fleet.agents, input.root.agent))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

# Undefined where one pod is enough: an agent that neither writes nor keeps others running.
_needed := 3 if _is_hub_of_all

_needed := 2 if {
	not _is_hub_of_all
	_matters
}

# All agents wait for the queen, all people for the gateway; the queen also votes.
_is_hub_of_all if {
	input.root.kind == "agent"
	input.root.agent in {"queen-coordinator", "api-gateway-agent"}
}

_is_hub_of_all if {
	input.root.kind == "component"
	input.root.component == "api-gateway"
}

_matters if {
	input.root.kind == "agent"
	fleet.agents[input.root.agent].platformCritical == true
}

_matters if {
	input.root.kind == "agent"
	fleet.agents[input.root.agent].tier == "W"
}

_matters if input.root.kind == "component"

_subject := input.root.agent if input.root.kind == "agent"

_subject := "a platform component" if input.root.kind == "component"

_suffices(pods, needed) if {
	is_number(pods)
	pods >= needed
}

_text(pods) := format_int(pods, 10) if is_number(pods)

_text(pods) := "an unstated number of pods" if not is_number(pods)
