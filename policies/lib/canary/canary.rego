# METADATA
# title: What is wrong with a canary strategy
# description: Weights are percent of pods; after the last step all pods are new.
package lib.canary

import data.lib.analysis
import data.lib.durations
import data.lib.fields

# Places below the strategy with what is wrong there.
step_faults(strategy) := union({_length(strategy), _weights(strategy), _pauses(strategy), _bounds(strategy), _outage(strategy)})

_length(strategy) := {{"path": ["steps"], "problem": "has fewer than three steps"} |
	not _has_steps(strategy)
}

_has_steps(strategy) if {
	analysis.is_filled_list(strategy.steps)
	count(strategy.steps) >= 3
}

judgement_faults(strategy) := {{"path": ["steps"], "problem": "has no analysis step"} |
	analysis.is_filled_list(strategy.steps)
	count([true | some step in strategy.steps; _judges(step)]) == 0
}

_judges(step) if {
	analysis.is_filled_list(step.analysis.templates)
	every template in step.analysis.templates { is_string(template.templateName) }
}

# A canary that waits for a person stands half done until one looks; weights and analyses end by themselves.
_pauses(strategy) := {{"path": ["steps", i, "pause"], "problem": "waits without an end"} |
	some i, step in strategy.steps
	is_object(step.pause)
	not _ends(fields.at(step.pause, "duration"))
}

_ends(duration) if durations.seconds(duration) > 0

_bounds(strategy) := {{"path": [field], "problem": "leaves the pods that may come or go at once to a default"} |
	some field in ["maxSurge", "maxUnavailable"]
	not _is_amount(fields.at(strategy, field))
}

# Without traffic routing the controller takes as many pods of the stable version away as this lets it.
_outage(strategy) := {{"path": ["maxUnavailable"], "problem": "lets more than half of the pods go at once"} |
	regex.match(`^[0-9]{1,3}%$`, strategy.maxUnavailable)
	to_number(trim_suffix(strategy.maxUnavailable, "%")) > 50
}

_is_amount(value) if is_number(value)

_is_amount(value) if regex.match(`^[0-9]{1,3}%$`, value)

_weights(strategy) := set() if not analysis.is_filled_list(fields.at(strategy, "steps"))

_weights(strategy) := union({_absent(weights), _strange(weights), _leaps(numbers)}) if {
	analysis.is_filled_list(strategy.steps)
	weights := [{"step": i, "weight": step.setWeight} | some i, step in strategy.steps]
	numbers := [entry | some entry in weights; is_number(entry.weight)]
}

_absent(weights) := {{"path": ["steps"], "problem": "sets no weight"} | count(weights) == 0}

_strange(weights) := {{"path": ["steps", entry.step, "setWeight"], "problem": "sets a weight that is no number"} |
	some entry in weights
	not is_number(entry.weight)
}

_leaps(numbers) := union({_first_leap(numbers), _leaps_between(numbers), _last_leap(numbers)})

_first_leap(numbers) := {{"path": ["steps", numbers[0].step, "setWeight"], "problem": "starts with more than 10 percent"} |
	numbers[0].weight > 10
}

_leaps_between(numbers) := {{"path": ["steps", entry.step, "setWeight"], "problem": "goes up by more than 50 points"} |
	some i, entry in numbers
	entry.weight - numbers[i - 1].weight > 50
}

_last_leap(numbers) := {{"path": ["steps", last.step, "setWeight"], "problem": "leaves more than 50 points to the end"} |
	last := numbers[count(numbers) - 1]
	last.weight < 50
}

# Seconds that the pauses and inline analyses of a strategy last when all goes well; `templates` are the root's, by name.
seconds(strategy, templates) := sum([part |
	some step in strategy.steps
	part := _pause_seconds(step) + _analysis_seconds(step, templates)
])

_pause_seconds(step) := durations.seconds(step.pause.duration)

_pause_seconds(step) := 0 if not _ends(fields.at(step, ["pause", "duration"]))

# The metrics of one step run side by side.
_analysis_seconds(step, templates) := max({0} | {analysis.seconds(metric) |
	some used in step.analysis.templates
	some metric in templates[used.templateName]
})
