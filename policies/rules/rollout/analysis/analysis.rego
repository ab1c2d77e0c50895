# METADATA
# title: A Rollout is judged by metrics that can fail
# description: A step without an analysis, or with one that can not fail in time, promotes whatever it is given, and nothing takes it back.
# custom:
#   id: ROL-03
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Use the canary trait of the agent's risk tier; a metric needs both conditions, one provider and a count above its failureLimit."
#   controls: [SOC2 CC8.1, SOC2 A1.2, SOC2 PI1.3, HIPAA 164.312(c)(1), GDPR 32(1)(c), GDPR 32(1)(d), NIS2 21(2)(c), NIS2 21(2)(e), NIST CM-4, NIST CP-10, NIST SI-17]
package rules.rollout.analysis

import data.lib.analysis
import data.lib.canary
import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(path, fault.path), {"subject": resource.name, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	path := ["spec", "strategy", "canary"]
	some fault in canary.judgement_faults(resource.object.spec.strategy.canary)
}

deny contains result.at(resource, ["spec", "strategy", "blueGreen"], {"subject": resource.name, "problem": "has no analysis before it is promoted"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	strategy := resource.object.spec.strategy.blueGreen
	not analysis.is_filled_list(fields.at(strategy, ["prePromotionAnalysis", "templates"]))
}

deny contains result.at(resource, ["spec", "strategy", "canary", "analysis"], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	strategy := resource.object.spec.strategy.canary
	templates := analysis.metrics_in(resource.namespace)
	lasts := canary.seconds(strategy, templates)
	some used in strategy.analysis.templates
	some metric in templates[used.templateName]
	some untimely in _untimely(metric, lasts)
	problem := concat(" ", ["is watched by metric", _name(metric), untimely])
}

deny contains result.at(resource, ["spec", "strategy", "canary", "steps", i, "analysis"], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	templates := analysis.metrics_in(resource.namespace)
	some i, step in resource.object.spec.strategy.canary.steps
	some used in step.analysis.templates
	some metric in templates[used.templateName]
	analysis.seconds(metric) > 3600
	problem := concat(" ", ["waits more than an hour in one step for metric", _name(metric)])
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

_untimely(metric, lasts) := {"that can not fail before the last step" | analysis.seconds_to_fail(metric) >= lasts} | {"that ends before the last step" |
	analysis.seconds(metric) < lasts
}

_name(metric) := metric.name if is_string(metric.name)

_name(metric) := "without a name" if not is_string(fields.at(metric, "name"))
