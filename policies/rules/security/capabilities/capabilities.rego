# METADATA
# title: Containers drop all capabilities
# description: The default set lets a process forge packets and change owners of files; an agent needs none of it.
# custom:
#   id: SEC-03
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Set securityContext.capabilities.drop: [ALL] on every container; only NET_BIND_SERVICE may be added back."
#   controls: [SOC2 CC6.1, SOC2 CC6.8, HIPAA 164.312(a)(1), GDPR 25, GDPR 32(1)(b), NIS2 21(2)(g), NIST CM-7, NIST AC-6]
package rules.security.capabilities

import data.lib.contract
import data.lib.fields
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(container.path, fault.path), {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	subject := concat(" ", ["container", container.name])
	some fault in (_dropped(container.container) | _added(container.container))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_allowed := {"NET_BIND_SERVICE"}

_capabilities := ["securityContext", "capabilities"]

_dropped(container) := {{"path": path, "problem": "does not drop ALL capabilities"} |
	path := array.concat(_capabilities, ["drop"])
	drop := fields.at(container, path)
	not "ALL" in [name | is_array(drop); some name in drop]
}

_added(container) := {{"path": array.concat(_capabilities, place), "problem": "adds a forbidden capability"} |
	some place in _forbidden(fields.at(container, array.concat(_capabilities, ["add"])))
}

_forbidden(null) := set()

_forbidden(added) := {["add", i] | some i, name in added; not name in _allowed} if is_array(added)

_forbidden(added) := {["add"]} if {
	added != null
	not is_array(added)
}
