# METADATA
# title: Secrets reach a process as files
# description: Variables end up in crash dumps, in children and in the output of every tool that shows an environment.
# custom:
#   id: SEC-09
#   severity: warn
#   scope: root
#   failure_msg: "container {container} takes a secret as a variable"
#   solution: "Mount the Secret as a volume and let the process read the file."
#   controls: [SOC2 CC6.1, HIPAA 164.312(a)(2)(iv), GDPR 32(1)(a), NIS2 21(2)(h), NIST SC-28, NIST IA-5(7)]
package rules.security.secret_env

import data.lib.contract
import data.lib.fields
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(container.path, path), {"container": container.name}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	some path in _secret_variables(container.container)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_secret_variables(container) := {["env", i, "valueFrom", "secretKeyRef"] |
	some i, entry in container.env
	fields.at(entry, ["valueFrom", "secretKeyRef"]) != null
} | {["envFrom", i, "secretRef"] |
	some i, entry in container.envFrom
	fields.at(entry, "secretRef") != null
}
