# METADATA
# title: Processes run as an ordinary user
# description: Root in a container is the first step of an escape to the node; a high number belongs to no user of the node.
# custom:
#   id: SEC-01
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Set runAsNonRoot: true and runAsUser: 65532 as the workload trait does; the number must be 10000 or more."
#   controls: [SOC2 CC6.1, SOC2 CC6.8, HIPAA 164.312(a)(1), GDPR 25, GDPR 32(1)(b), NIS2 21(2)(g), NIST CM-7, NIST AC-6, NIST SC-39]
package rules.security.non_root

import data.lib.contract
import data.lib.fields
import data.lib.pod_security
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(workload.path, fault.path), {"subject": "the pod", "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some fault in _pod_faults(workload)
}

deny contains result.at(resource, array.concat(container.path, fault.path), {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	subject := concat(" ", ["container", container.name])
	some fault in (_identity(container.container) | pod_security.overridden(container.container, _inherited))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_inherited := {{"path": ["securityContext", "runAsNonRoot"], "allowed": {true}, "problem": "may run as root"}}

_pod_faults(workload) := union({
	_identity(workload.spec),
	pod_security.uninherited(workload, _inherited),
	_unnumbered(workload),
	_root_groups(workload.spec),
})

_user := ["securityContext", "runAsUser"]

# Without a number the image decides, and its next version may decide otherwise.
_unnumbered(workload) := {{"path": _user, "problem": "leaves its user to the image"} |
	fields.at(workload.spec, _user) == null
	count([true | some c in workload.containers; fields.at(c.container, _user) == null]) > 0
}

_identity(holder) := ({{"path": _user, "problem": "runs as a user below 10000"} |
	not _is_ordinary(fields.at(holder, _user))
} | {{"path": path, "problem": "runs in the group of root"} |
	path := ["securityContext", "runAsGroup"]
	not _is_no_root(fields.at(holder, path))
}) | {{"path": path, "problem": "runs as an administrator of Windows"} |
	path := ["securityContext", "windowsOptions", "runAsUserName"]
	fields.at(holder, path) != null
}

_is_ordinary(null)

_is_ordinary(user) if {
	is_number(user)
	user >= 10000
}

_is_no_root(null)

_is_no_root(group) if {
	is_number(group)
	group > 0
}

_root_groups(spec) := {{"path": path, "problem": "gives its files to the group of root"} |
	path := ["securityContext", "fsGroup"]
	not _is_no_root(fields.at(spec, path))
} | {{"path": path, "problem": "joins the group of root"} |
	path := ["securityContext", "supplementalGroups"]
	groups := fields.at(spec, path)
	not _are_no_root(groups)
}

_are_no_root(null)

_are_no_root(groups) if {
	is_array(groups)
	every group in groups { _is_no_root(group) }
}
