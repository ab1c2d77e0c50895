# METADATA
# title: A Rollout goes in small steps and judges each
# description: Without small steps and an analysis that can fail, a bad version reaches every pod and nothing takes it back.
# custom:
#   id: ROL-02
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Use the canary trait of the agent's risk tier; a metric needs both conditions, one provider and a count above its failureLimit."
#   controls: [SOC2 CC8.1, SOC2 A1.2, SOC2 PI1.3, HIPAA 164.312(c)(1), GDPR 32(1)(c), NIS2 21(2)(c), NIST CM-4, NIST CP-10, NIST SI-17]
package rules.rollout.steps_and_analysis

import data.lib.analysis
import data.lib.canary
import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, ["spec", "strategy"], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	chosen := [name | some name in ["canary", "blueGreen"]; is_object(resource.object.spec.strategy[name])]
	count(chosen) != 1
	problem := "needs one strategy, canary or blueGreen"
}

deny contains result.at(resource, array.concat(path, fault.path), {"subject": resource.name, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	path := ["spec", "strategy", "canary"]
	some fault in canary.faults(resource.object.spec.strategy.canary)
}

deny contains result.at(resource, ["spec", "progressDeadlineAbort"], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	not resource.object.spec.progressDeadlineAbort == true
	problem := "does not abort by itself when it makes no progress"
}

deny contains result.at(resource, ["spec", "revisionHistoryLimit"], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	not _is_number_from(fields.at(resource, ["object", "spec", "revisionHistoryLimit"]), 3)
	problem := "keeps fewer than three revisions to return to"
}

deny contains result.at(resource, path, {"subject": subject, "problem": "measures nothing"}) if {
	input.scope == scope
	some resource in input.objects
	analysis.is_template(resource)
	path := ["spec", "metrics"]
	not analysis.is_filled_list(fields.at(resource, ["object", "spec", "metrics"]))
	not analysis.is_filled_list(fields.at(resource, ["object", "spec", "templates"]))
	subject := resource.name
}

deny contains result.at(resource, array.concat(["spec", "metrics", i], fault.path), {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	analysis.is_template(resource)
	some i, metric in resource.object.spec.metrics
	subject := concat(" ", [resource.name, "metric", _name(metric)])
	some fault in analysis.metric_faults(metric)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_number_from(value, least) if {
	is_number(value)
	value >= least
}

_name(metric) := metric.name if is_string(metric.name)

_name(metric) := "without a name" if not is_string(fields.at(metric, "name"))
