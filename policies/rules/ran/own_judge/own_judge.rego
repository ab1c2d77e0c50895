# METADATA
# title: A release does not bring a milder judge along
# description: |
#   Image, configuration, canary steps and analysis move as one release, so a pin that moves to a new image could bring the thresholds that
#   let it pass. Where the image of a unit changes, its canary steps and analysis stay as they are: nobody can compare two queries, so any
#   change of them counts as loosening. Its KPIs may gain members and its objectives may get stricter, not the other way. New thresholds come
#   as a release of their own with the image that runs already. A revert is exempt: it brings back what judged before.
# custom:
#   id: RAN-26
#   severity: deny
#   scope: change
#   failure_msg: "{agent} gets another image in {ring} together with {judge}"
#   solution: "Promote the new analysis, KPIs or objectives with the image that runs; promote the new image after that."
#   controls: [SOC2 CC8.1, NIST CM-3, NIST CM-4]
package rules.ran.own_judge

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(canary.root, {"agent": canary.agent, "ring": canary.ring, "judge": judge}) if {
	input.scope == scope
	some canary in input.facts.canaries
	canary.image
	not _is_revert(canary)
	some judge in (_rendered(canary) | _frozen(canary))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.change_fact_gaps
}

undecided contains result.missing(concat(".", ["input.facts.canaries", format_int(i, 10)])) if {
	input.scope == scope
	some i, canary in input.facts.canaries
	not _is_whole(canary)
}

_is_whole(canary) if {
	every field in ["agent", "ring", "root"] { is_string(canary[field]) }
	is_boolean(canary.image)
	is_array(canary.judgement)
}

_moves(canary) := [move | some move in input.facts.moves; move.agent == canary.agent; move.ring == canary.ring]

_is_revert(canary) if _moves(canary)[_].direction == "back"

_rendered(canary) := {concat("", ["another ", object]) | some object in canary.judgement}

_frozen(canary) := union({
	{concat(" ", ["no KPI", kpi]) |
		some move in _moves(canary)
		some kpi in move.from.kpis
		not kpi in move.to.kpis
	},
	{concat(" ", ["a weaker objective", slo.name]) |
		some move in _moves(canary)
		some slo in move.from.slos
		not _is_kept(slo, move.to.slos)
	},
})

# An objective is kept where the release has it under the same name and no easier to meet.
_is_kept(slo, slos) if {
	some kept in slos
	kept.name == slo.name
	kept.direction == slo.direction
	_is_no_easier(slo.direction, kept.objective, slo.objective)
}

_is_no_easier("at-most", objective, before) if objective <= before

_is_no_easier("at-least", objective, before) if objective >= before
