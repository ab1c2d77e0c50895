# METADATA
# title: Roles grant what is named, and nothing that gives out rights
# description: Who may exec into pods, read all secrets, bind or impersonate is an administrator by another name.
# custom:
#   id: SEC-10
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Name every verb, group and resource, and bind the role to one ServiceAccount."
#   controls: [SOC2 CC6.1, SOC2 CC6.2, SOC2 CC6.3, HIPAA 164.312(a)(1), HIPAA 164.308(a)(4), GDPR 25(2), GDPR 32(1)(b), NIS2 21(2)(i), NIST AC-2, NIST AC-3, NIST AC-6]
package rules.security.rbac

import data.lib.contract
import data.lib.fields
import data.lib.rbac
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(["rules", i], fault.path), {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	rbac.is_role(resource)
	subject := concat(" ", [resource.kind, resource.name])
	some i, rule in fields.at(resource.object, "rules")
	some fault in rbac.rule_faults(rule)
}

deny contains result.at(resource, fault.path, {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	rbac.is_role(resource)
	subject := concat(" ", [resource.kind, resource.name])
	some fault in rbac.role_faults(resource.object)
}

deny contains result.at(resource, fault.path, {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	rbac.is_binding(resource)
	subject := concat(" ", [resource.kind, resource.name])
	some fault in rbac.binding_faults(resource.object)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}
