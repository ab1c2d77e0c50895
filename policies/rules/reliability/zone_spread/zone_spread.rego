# METADATA
# title: Pods of one workload spread over zones
# description: Without a spread over zones the scheduler may put all pods into one, and one power failure takes them together.
# custom:
#   id: REL-06
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Give the pods a topologySpreadConstraint with topologyKey topology.kubernetes.io/zone and a labelSelector that selects them."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.zone_spread

import data.lib.contract
import data.lib.kinds
import data.lib.result
import data.lib.scaling
import data.lib.selector

scope := "root"

deny contains result.at(resource, path, {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	workload.kind in kinds.replicated
	not _is_single(scaling.fewest_pods(resource, workload))
	path := array.concat(workload.path, ["topologySpreadConstraints"])
	some problem in _problems(workload)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_single(pods) if {
	is_number(pods)
	pods < 2
}

_problems(workload) := {"does not spread its pods over zones" | count(_over_zones(workload)) == 0} | {"spreads over zones, but by labels that its pods do not have" |
	count(_over_zones(workload)) > 0
	not _counts_own_pods(workload)
}

_over_zones(workload) := [constraint |
	some constraint in workload.spec.topologySpreadConstraints
	constraint.topologyKey == "topology.kubernetes.io/zone"
]

_counts_own_pods(workload) if {
	some constraint in _over_zones(workload)
	is_object(constraint.labelSelector)
	count(constraint.labelSelector) > 0
	selector.matches(constraint.labelSelector, workload.labels)
}
