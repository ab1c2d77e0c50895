# METADATA
# title: Every replicated workload has one disruption budget that lets a node drain
# description: Without a budget a drain takes all pods at once; with one that allows nothing, the drain never ends.
# custom:
#   id: REL-05
#   severity: deny
#   scope: root
#   failure_msg: "{subject}: {problem}"
#   solution: "Keep one PodDisruptionBudget per workload with the workload's labels and maxUnavailable: 1."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), GDPR 32(1)(c), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.disruption_budget

import data.lib.contract
import data.lib.disruption
import data.lib.kinds
import data.lib.result
import data.lib.scaling

scope := "root"

deny contains result.at(resource, [], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	workload.kind in kinds.replicated
	budgets := [budget | some budget in input.objects; disruption.covers(budget, resource, workload)]
	count(budgets) != 1
	problem := ["no disruption budget covers it", "more than one disruption budget covers it"][min([count(budgets), 1])]
}

deny contains result.at(budget, path, {"subject": budget.name, "problem": "it names no labels of pods"}) if {
	input.scope == scope
	some budget in input.objects
	disruption.is_budget(budget)
	not disruption.names_pods(budget)
	path := ["spec", "selector", "matchLabels"]
}

deny contains result.at(budget, ["spec", "selector"], {"subject": budget.name, "problem": "it covers no workload"}) if {
	input.scope == scope
	some budget in input.objects
	disruption.names_pods(budget)
	disruption.is_budget(budget)
	not _covers_any(budget)
}

deny contains result.at(budget, ["spec"], {"subject": budget.name, "problem": problem}) if {
	input.scope == scope
	some budget in input.objects
	disruption.is_budget(budget)
	given := {field | some field in _fields; disruption.is_given(budget, field)}
	count(given) != 1
	problem := "it needs one of maxUnavailable and minAvailable"
}

deny contains result.at(budget, ["spec", field], {"subject": budget.name, "problem": "it allows no disruption"}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some budget in input.objects
	disruption.covers(budget, resource, workload)
	some field in _fields
	[field] == [given | some given in _fields; disruption.is_given(budget, given)]
	not disruption.lets_one_go(budget, _fewest_pods(resource, workload))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_fields := ["maxUnavailable", "minAvailable"]

_covers_any(budget) if {
	some resource in input.objects
	some workload in resource.workloads
	disruption.covers(budget, resource, workload)
}

# A number that is not stated counts as one pod, and so does none: the fewest that a budget can be about.
_fewest_pods(resource, workload) := max({1} | {pods | pods := scaling.fewest_pods(resource, workload); is_number(pods)})
