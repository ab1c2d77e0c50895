# METADATA
# title: One owner sets the number of pods
# description: A number in Git that an autoscaler also sets is put back at each sync, in the middle of the load that it scaled for.
# custom:
#   id: REL-07
#   severity: deny
#   scope: root
#   failure_msg: "{subject}: {problem}"
#   solution: "Remove spec.replicas where an autoscaler owns the workload, and keep one autoscaler whose least is at or below its most."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.autoscaler

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result
import data.lib.scaling

scope := "root"

deny contains result.at(resource, ["spec", "replicas"], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	workload.replicas != null
	some scaler in scaling.of(resource)
	problem := concat(" ", ["spec.replicas is set, but", scaler.kind, scaler.name, "owns it"])
}

deny contains result.at(resource, [], {"subject": resource.name, "problem": "more than one autoscaler owns it"}) if {
	input.scope == scope
	some resource in input.objects
	count(scaling.of(resource)) > 1
}

deny contains result.at(scaler, ["spec", "scaleTargetRef"], {"subject": scaler.name, "problem": problem}) if {
	input.scope == scope
	some scaler in input.objects
	scaling.is_scaler(scaler)
	not fields.at(scaler.object, ["spec", "scaleTargetRef", "kind"]) in (kinds.replicated | {null})
	problem := "its target is no kind that keeps a number of pods"
}

deny contains result.at(scaler, ["spec"], {"subject": scaler.name, "problem": problem}) if {
	input.scope == scope
	some scaler in input.objects
	scaling.is_scaler(scaler)
	some problem in _problems(scaling.least(scaler), scaling.most(scaler))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_problems(least, most) := {"its least or most is no number"} if not _are_numbers(least, most)

_problems(least, most) := {"its least is above its most" | least > most} if _are_numbers(least, most)

_are_numbers(least, most) if {
	is_number(least)
	is_number(most)
}
