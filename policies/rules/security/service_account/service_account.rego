# METADATA
# title: Every agent has an identity of its own, and a token only where it needs one
# description: With a shared identity nobody can say which agent acted, and a token in each pod is a way into the API server.
# custom:
#   id: SEC-11
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Name a ServiceAccount of the agent's own namespace, set automountServiceAccountToken: false, and bind a Role where the API is needed."
#   controls: [SOC2 CC6.1, SOC2 CC6.2, SOC2 CC6.3, HIPAA 164.312(a)(2)(i), GDPR 32(1)(b), NIS2 21(2)(j), NIST IA-2, NIST IA-5, NIST AC-6]
package rules.security.service_account

import data.lib.contract
import data.lib.fields
import data.lib.identity
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(workload.path, fault.path), {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	some fault in (_name_faults(workload) | _token_faults(resource, workload))
}

deny contains result.at(resource, array.concat(workload.path, ["serviceAccountName"]), {"subject": subject, "problem": "shares its identity with another component"}) if {
	input.scope == scope
	input.root.kind == "component"
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	count(_users[[resource.namespace, identity.account(workload)]]) > 1
}

# An agent in the namespace of another would have its rights, its secrets and its peers.
deny contains result.at(resource, ["metadata", "namespace"], {"subject": subject, "problem": "is not in the namespace of its agent"}) if {
	input.scope == scope
	input.root.kind == "agent"
	some resource in input.objects
	_has_home(resource)
	resource.namespace != input.root.agent
	subject := concat(" ", [resource.kind, resource.name])
}

deny contains result.at(resource, ["automountServiceAccountToken"], {"subject": subject, "problem": "mounts its token everywhere"}) if {
	input.scope == scope
	some resource in input.objects
	identity.is_account(resource)
	not fields.at(resource.object, "automountServiceAccountToken") == false
	subject := concat(" ", [resource.kind, resource.name])
}

deny contains result.at(resource, ["type"], {"subject": concat(" ", ["Secret", resource.name]), "problem": "asks for a token that never expires"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "", "Secret")
	fields.at(resource.object, "type") in {"kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token"}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_has_home(resource) if count(resource.workloads) > 0

_has_home(resource) if identity.is_account(resource)

_name_faults(workload) := {{"path": ["serviceAccountName"], "problem": "runs under the account that all pods share"} |
	not _is_own(identity.account(workload))
} | {{"path": ["serviceAccount"], "problem": "names two accounts"} |
	other := fields.at(workload.spec, "serviceAccount")
	not other in {null, "", identity.account(workload)}
}

_is_own(name) if {
	is_string(name)
	not name in {"", "default"}
}

_token_faults(resource, workload) := {{"path": ["automountServiceAccountToken"], "problem": "mounts a token of the API server without a right to use it"} |
	not _has_right(resource, workload)
	identity.mounts_token(resource, workload)
} | identity.token_faults(workload.spec, _may_have_token(resource, workload))

_has_right(resource, workload) if [resource.namespace, identity.account(workload)] in identity.bound

default _may_have_token(_, _) := false

_may_have_token(resource, workload) if _has_right(resource, workload)

_users[[resource.namespace, identity.account(workload)]] contains resource.name if {
	some resource in input.objects
	some workload in resource.workloads
}
