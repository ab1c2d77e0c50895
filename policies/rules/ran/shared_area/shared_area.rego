# METADATA
# title: Clusters that share a tracking area change apart
# description: |
#   A neighbour is where phones camp and where an emergency call goes when a cell fails, so it must not fail in the same step.
#   A step is a wave, or whatever one change reaches. Adjacent coverage beyond a shared tracking area is not in the facts and is not judged.
# custom:
#   id: RAN-10
#   severity: deny
#   scope: change
#   failure_msg: "{cluster} and {other} share tracking areas {areas} and change in one step: {step}"
#   solution: "Put one of the two clusters into another wave, or correct `trackingAreas` in its cluster.yaml."
#   controls: [SOC2 A1.2, NIST CM-3, NIST CP-2]
package rules.ran.shared_area

import data.lib.contract
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(cluster, {"cluster": cluster, "other": other, "areas": concat(", ", sort(areas)), "step": step}) if {
	input.scope == scope
	some cluster, facts in fleet.clusters
	some other, others in fleet.clusters
	cluster < other
	areas := {format_int(area, 10) | some area in facts.trackingAreas; area in others.trackingAreas}
	count(areas) > 0
	some step in _steps(cluster, other)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in ((contract.fact_gaps | contract.place_gaps) | contract.reach_gaps)
}

_steps(cluster, other) := union({
	{concat(" ", ["wave", wave]) | wave := fleet.clusters[cluster].wave; fleet.clusters[other].wave == wave},
	{"this change" | _are_reached(cluster, other); fleet.clusters[cluster].wave != fleet.clusters[other].wave},
})

_are_reached(cluster, other) if {
	_reached[cluster]
	_reached[other]
}

_reached := {cluster | some root in input.roots; some cluster in root.clusters}
