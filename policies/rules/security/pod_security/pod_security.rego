# METADATA
# title: Pods meet the restricted Pod Security Standard and keep their root filesystem read-only
# description: A container that is root, privileged or close to the node is the first step of an escape to every agent of the cluster.
# custom:
#   id: SEC-01
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Set the field as the workload trait does; see the restricted profile of the Pod Security Standards."
#   controls: [SOC2 CC6.1, SOC2 CC6.8, HIPAA 164.312(a)(1), GDPR 25, GDPR 32(1)(b), NIS2 21(2)(g), NIST CM-7, NIST SC-39, NIST AC-6]
package rules.security.pod_security

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
	some fault in _container_faults(container.container)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_pod_faults(workload) := union({
	_wrong_values(workload.spec, pod_security.pod),
	_root_user(workload.spec),
	_uninherited(workload),
	_sysctls(workload.spec),
	_volumes(workload.spec),
})

_container_faults(container) := union({
	_wrong_values(container, pod_security.container),
	_root_user(container),
	_overridden(container),
	_capabilities(container),
	_host_ports(container),
})

_wrong_values(holder, rows) := {row |
	some row in rows
	not fields.at(holder, row.path) in row.allowed
}

_root_user(holder) := {{"path": path, "problem": "runs as root"} |
	path := ["securityContext", "runAsUser"]
	user := fields.at(holder, path)
	user != null
	not _is_ordinary_user(user)
}

_is_ordinary_user(user) if {
	is_number(user)
	user > 0
}

# The pod sets a wrong value, or sets none while a container relies on it.
_uninherited(workload) := {row |
	some row in pod_security.inherited
	relying := [true | some c in workload.containers; fields.at(c.container, row.path) == null]
	not fields.at(workload.spec, row.path) in (row.allowed | {null | count(relying) == 0})
}

_overridden(container) := {row |
	some row in pod_security.inherited
	not fields.at(container, row.path) in (row.allowed | {null})
}

_sysctls(spec) := {{"path": ["securityContext", "sysctls", i, "name"], "problem": "sets an unsafe kernel parameter"} |
	some i, parameter in fields.at(spec, ["securityContext", "sysctls"])
	not fields.at(parameter, "name") in pod_security.sysctls
}

_volumes(spec) := {{"path": ["volumes", i, source], "problem": "mounts a volume of a forbidden kind"} |
	some i, volume in spec.volumes
	some source, _ in volume
	not source in (pod_security.volume_sources | {"name"})
}

_capabilities(container) := {{"path": array.concat(path, ["drop"]), "problem": "does not drop ALL capabilities"} |
	path := ["securityContext", "capabilities"]
	drop := fields.at(container, array.concat(path, ["drop"]))
	not "ALL" in [name | is_array(drop); some name in drop]
} | {{"path": array.concat(path, place), "problem": "adds a forbidden capability"} |
	path := ["securityContext", "capabilities"]
	some place in _forbidden_additions(fields.at(container, array.concat(path, ["add"])))
}

_forbidden_additions(null) := set()

_forbidden_additions(added) := {["add", i] | some i, name in added; not name in pod_security.capabilities} if is_array(added)

_forbidden_additions(added) := {["add"]} if {
	added != null
	not is_array(added)
}

_host_ports(container) := {{"path": ["ports", i, "hostPort"], "problem": "opens a port of the node"} |
	some i, port in container.ports
	not fields.at(port, "hostPort") in {0, null}
}
