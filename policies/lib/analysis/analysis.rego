# METADATA
# title: What is wrong with the metrics of an AnalysisTemplate
package lib.analysis

import data.lib.durations
import data.lib.fields
import data.lib.kinds

is_template(resource) if {
	some kind in ["AnalysisTemplate", "ClusterAnalysisTemplate"]
	kinds.is(resource, "argoproj.io", kind)
}

is_filled_list(value) if {
	is_array(value)
	count(value) > 0
}

# Places below the metric with what is wrong there.
metric_faults(metric) := union({_conditions(metric), _provider(metric), _count(metric), _failures(metric)})

_conditions(metric) := {{"path": [field], "problem": concat(" ", ["has no", field])} |
	some field in ["successCondition", "failureCondition"]
	not _is_text(fields.at(metric, field))
}

_is_text(value) if {
	is_string(value)
	value != ""
}

_provider(metric) := {{"path": ["provider"], "problem": "needs exactly one provider"} | not _has_one_provider(metric)}

_has_one_provider(metric) if {
	is_object(metric.provider)
	count(metric.provider) == 1
	every settings in metric.provider { is_object(settings) }
}

# Without a count a metric with an interval never ends.
_count(metric) := {{"path": ["count"], "problem": "does not say how often it measures"} | not _is_finite(fields.at(metric, "count"))}

_is_finite(value) if {
	is_number(value)
	value >= 1
}

# A negative limit switches failing off, and one not below the count can not be passed.
_failures(metric) := {{"path": ["failureLimit"], "problem": "can not fail within its count"} | not _can_fail(metric)}

_can_fail(metric) if {
	is_number(metric.failureLimit)
	metric.failureLimit >= 0
	metric.failureLimit < object.get(metric, "count", 0)
}

# Seconds between the first and the last measurement; 0 where the metric does not say.
seconds(metric) := (metric.count - 1) * durations.seconds(metric.interval)

seconds(metric) := 0 if not _is_timed(metric)

_is_timed(metric) if {
	is_number(metric.count)
	durations.seconds(metric.interval) > 0
}

# Seconds from the start until a metric that always fails has failed.
seconds_to_fail(metric) := _delay(metric) + (metric.failureLimit * durations.seconds(metric.interval))

_delay(metric) := durations.seconds(metric.initialDelay)

_delay(metric) := 0 if not _is_delayed(metric)

_is_delayed(metric) if durations.seconds(metric.initialDelay) >= 0

# Metrics of each AnalysisTemplate of the root in one namespace, by name; those of the templates that it includes too.
metrics_in(namespace) := {resource.name: metrics |
	some resource in input.objects
	is_template(resource)
	resource.namespace == namespace
	metrics := _own(resource) | _included(resource)
}

_own(resource) := {metric | some metric in resource.object.spec.metrics; is_object(metric)}

_included(resource) := {metric |
	some included in resource.object.spec.templates
	some other in input.objects
	is_template(other)
	other.namespace == resource.namespace
	other.name == included.templateName
	some metric in other.object.spec.metrics
	is_object(metric)
}
