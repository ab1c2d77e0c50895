# METADATA
# title: A canary is judged by errors and by the latency target
# description: An analysis that never asks for errors or for slow decisions promotes a version that fails or is late.
# custom:
#   id: ROL-04
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Judge by the templates of the trait analysis: error-ratio, and slow-decisions with at most 5 percent above 100 ms (KPI S1)."
#   controls: [SOC2 CC8.1, SOC2 A1.2, SOC2 PI1.3, HIPAA 164.312(c)(1), GDPR 32(1)(c), GDPR 32(1)(d), NIS2 21(2)(c), NIS2 21(2)(e), NIST CM-4, NIST CP-10, NIST SI-17]
package rules.rollout.metrics

import data.lib.analysis
import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, ["spec", "strategy"], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	input.root.kind == "agent"
	metrics := _judging(resource)
	some problem in _lacking(metrics)
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

# Metrics of all templates that any part of the strategy uses.
_judging(rollout) := {metric |
	templates := analysis.metrics_in(rollout.namespace)
	walk(rollout.object.spec.strategy, [_, used])
	some metric in templates[used.templateName]
}

_lacking(metrics) := {"is not judged by its share of errors" | count([m | some m in metrics; _is_error_share(m)]) == 0} | {"is not judged by the share of decisions slower than 100 ms" |
	_decides
	count([m | some m in metrics; _is_latency_target(m)]) == 0
}

# An agent that only reads has no deadline for its decisions.
_decides if fleet.agents[input.root.agent].tier in {"A", "W"}

_is_error_share(metric) if {
	query := metric.provider.prometheus.query
	regex.match(`(?i)error|failure|code=~?"5`, query)
	contains(query, "/")
	_bound(metric) <= 0.05
}

# Share of decisions above a bucket of at most 0.1 s, at most 5 percent.
_is_latency_target(metric) if {
	query := metric.provider.prometheus.query
	contains(query, "_seconds_bucket")
	some [_, bucket] in regex.find_all_string_submatch_n(`le="([0-9.]+)"`, query, -1)
	to_number(bucket) <= 0.1
	_bound(metric) <= 0.05
}

# The 95th percentile or a higher one, at most 0.1 s.
_is_latency_target(metric) if {
	query := metric.provider.prometheus.query
	some [_, quantile] in regex.find_all_string_submatch_n(`histogram_quantile\(\s*(0\.[0-9]+)`, query, -1)
	to_number(quantile) >= 0.95
	_bound(metric) <= 0.1
}

# The highest value that the success condition accepts.
_bound(metric) := max([to_number(bound) |
	some [_, bound] in regex.find_all_string_submatch_n(`result(?:\[0\])?\s*<=?\s*([0-9]+(?:\.[0-9]+)?)`, metric.successCondition, -1)
])
