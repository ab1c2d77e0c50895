# METADATA
# title: Argo CD applies what was judged
# description: |
#   The gate judges what the pinned kustomize makes of a folder. An Application may patch that once more, name another folder, or run a
#   plugin, and a setting of Argo CD may let any build do so: then what runs was never looked at.
# custom:
#   id: GIT-13
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Keep repoURL, targetRevision and path of a root, write the change into that folder, and the values of a chart into valuesObject."
#   controls: [SOC2 CC6.8, SOC2 CC8.1, NIS2 21(2)(e), NIST CM-3, NIST CM-5, NIST SI-7]
package rules.gitops.judged_source

import data.lib.argo_source
import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, fault.path, {"subject": concat(" ", [resource.kind, resource.name]), "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some fault in argo_source.faults(resource, fields.at(fleet.config, "repository"))
}

deny contains result.at(config, fault.path, {"subject": concat(" ", ["ConfigMap", config.name]), "problem": fault.problem}) if {
	input.scope == scope
	some config in input.objects
	kinds.is(config, "", "ConfigMap")
	some fault in argo_source.setting_faults(config)
}

# What its template makes is in no root, so that no rule sees it; the fleet lists its Applications one by one.
deny contains result.at(resource, ["spec", "template"], {"subject": subject, "problem": "makes Applications that nobody has judged"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "ApplicationSet")
	subject := concat(" ", [resource.kind, resource.name])
}

undecided contains result.missing("data.config.repository") if {
	input.scope == scope
	some resource in input.objects
	count(argo_source.specs(resource)) > 0
	not is_string(fields.at(fleet.config, "repository"))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}
