# METADATA
# title: An Argo CD project names what it may touch
# description: A project with * deploys anything from anywhere to everywhere, and one team owns the cluster of another.
# custom:
#   id: GIT-04
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Name repositories, namespaces and kinds; src/fleet/generate-rings.ts writes the projects. Only platform may hold every namespaced kind."
#   controls: [SOC2 CC6.1, SOC2 CC6.3, SOC2 CC8.1, HIPAA 164.312(a)(1), GDPR 25(2), NIS2 21(2)(i), NIST AC-3, NIST AC-6, NIST CM-5]
package rules.gitops.project_scope

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.project
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(["spec"], fault.path), {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "AppProject")
	subject := concat(" ", ["project", resource.name])
	some fault in project.faults(resource.name, fields.at(resource.object, "spec"))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}
