# METADATA
# title: Hubs change alone, one country at a time
# description: |
#   A hub carries the coordination, consensus and delivery of a country; with its regions or with another hub it would take both ways back
#   with it. The 24 hours between two countries are the bake time of the ring, which the promotion waits for, not this rule.
# custom:
#   id: RAN-13
#   severity: deny
#   scope: change
#   failure_msg: "{subject} has hubs of {countries} together with {others}"
#   solution: "Give each production hub a ring of its own and change one ring at a time."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIST CM-3, NIST CP-2]
package rules.ran.hubs_alone

import data.lib.contract
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(subject, {"subject": subject, "countries": concat(", ", sort(countries)), "others": others}) if {
	input.scope == scope
	some subject, clusters in _steps
	hubs := {name | some name in clusters; fleet.production[name].tier == "hub"}
	count(hubs) > 0
	countries := {fleet.production[hub].country | some hub in hubs}
	some others in _company(clusters - hubs, countries)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in ((contract.fact_gaps | contract.place_gaps) | contract.reach_gaps)
}

_company(rest, countries) := union({
	{"clusters of other tiers" | some name in rest; fleet.production[name]},
	{"each other" | count(countries) > 1},
})

_steps[step] := fleet.in_ring(ring) if {
	some ring in fleet.rings
	step := concat(" ", ["wave", ring])
}

_steps["this change"] := {cluster | some cluster in input.roots[_].clusters}
