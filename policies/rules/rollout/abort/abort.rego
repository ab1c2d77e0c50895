# METADATA
# title: A Rollout that does not get on takes itself back
# description: Without a deadline that aborts, a version whose pods never get ready stands half done; without kept revisions there is nothing to return to.
# custom:
#   id: ROL-06
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Set progressDeadlineSeconds, progressDeadlineAbort: true and revisionHistoryLimit of 3 or more: the trait rollout does."
#   controls: [SOC2 CC8.1, SOC2 A1.2, SOC2 PI1.3, HIPAA 164.312(c)(1), GDPR 32(1)(c), GDPR 32(1)(d), NIS2 21(2)(c), NIS2 21(2)(e), NIST CM-4, NIST CP-10, NIST SI-17]
package rules.rollout.abort

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, ["spec", fault.field], {"subject": resource.name, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	some fault in _faults(resource.object)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_faults(rollout) := union({
	{{"field": "progressDeadlineAbort", "problem": "does not abort by itself when it makes no progress"} |
		fields.at(rollout, ["spec", "progressDeadlineAbort"]) != true
	},
	{{"field": "progressDeadlineSeconds", "problem": "states no deadline of at most an hour"} |
		not _is_between(fields.at(rollout, ["spec", "progressDeadlineSeconds"]), 1, 3600)
	},
	{{"field": "revisionHistoryLimit", "problem": "keeps fewer than three revisions to return to"} |
		not _is_between(fields.at(rollout, ["spec", "revisionHistoryLimit"]), 3, 1000)
	},
})

_is_between(value, least, most) if {
	is_number(value)
	value >= least
	value <= most
}
