# METADATA
# title: No annotation takes an object out of the sync
# description: One word of an annotation skips validation, replaces what it should patch, never prunes, or hides a difference for ever.
# custom:
#   id: GIT-06
#   severity: deny
#   scope: root
#   failure_msg: "{subject} has {what}, which is not allowed there"
#   solution: "Take it out; allowed are sync waves, SkipDryRunOnMissingResource and ServerSideApply, and Prune=false on what must outlive a sync."
#   controls: [SOC2 CC7.1, SOC2 CC8.1, HIPAA 164.312(c)(1), GDPR 32(1)(b), NIS2 21(2)(e), NIST CM-2, NIST CM-3, NIST CM-6]
package rules.gitops.sync_annotations

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result
import data.lib.sync

scope := "root"

deny contains result.at(resource, ["metadata", field, key], {"subject": subject, "what": what}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some field in ["annotations", "labels"]
	some key, value in fields.at(resource.object, ["metadata", field])
	some what in sync.forbidden(resource, field, key, value)
}

deny contains result.at(resource, array.concat(["spec", "syncPolicy"], fault.path), {"subject": subject, "what": fault.what}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Application")
	subject := concat(" ", [resource.kind, resource.name])
	some fault in sync.policy_faults(fields.at(resource.object, ["spec", "syncPolicy"]))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}
