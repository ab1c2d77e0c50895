# METADATA
# title: Pods run under a seccomp profile, and none loosens AppArmor or SELinux
# description: Without a profile a process may ask the kernel of the node for anything, and most escapes begin with a rare system call.
# custom:
#   id: SEC-05
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Set seccompProfile.type: RuntimeDefault in the securityContext of the pod; leave AppArmor and SELinux at their defaults."
#   controls: [SOC2 CC6.1, SOC2 CC6.8, HIPAA 164.312(a)(1), GDPR 32(1)(b), NIS2 21(2)(g), NIST CM-7, NIST SC-39]
package rules.security.confinement

import data.lib.contract
import data.lib.fields
import data.lib.pod_security
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(workload.path, fault.path), {"subject": "the pod", "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some fault in union({
		pod_security.uninherited(workload, _inherited),
		pod_security.wrong_values(workload.spec, _rows),
		_profile(workload.spec),
	})
}

deny contains result.at(resource, array.concat(container.path, fault.path), {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	subject := concat(" ", ["container", container.name])
	some fault in union({
		pod_security.overridden(container.container, _inherited),
		pod_security.wrong_values(container.container, _rows),
		_profile(container.container),
	})
}

# The annotation is older than the field, and old clusters obey it.
deny contains result.at(resource, workload.path, {"subject": "the pod", "problem": "takes off its AppArmor profile by an annotation"}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some key, profile in pod_security.annotations(resource, workload)
	startswith(key, "container.apparmor.security.beta.kubernetes.io/")
	not profile == "runtime/default"
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_inherited := {{
	"path": ["securityContext", "seccompProfile", "type"], "allowed": {"RuntimeDefault", "Localhost"},
	"problem": "has no seccomp profile",
}}

_rows := {
	{
		"path": ["securityContext", "appArmorProfile", "type"], "allowed": {null, "RuntimeDefault", "Localhost"},
		"problem": "has no AppArmor profile",
	},
	{
		"path": ["securityContext", "seLinuxOptions", "type"],
		"allowed": {null, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"},
		"problem": "has another SELinux type",
	},
	{"path": ["securityContext", "seLinuxOptions", "user"], "allowed": {null, ""}, "problem": "has its own SELinux user"},
	{"path": ["securityContext", "seLinuxOptions", "role"], "allowed": {null, ""}, "problem": "has its own SELinux role"},
}

_profile(holder) := {{"path": array.concat(profile, ["localhostProfile"]), "problem": "names no file of a profile"} |
	some profile in [["securityContext", "seccompProfile"], ["securityContext", "appArmorProfile"]]
	fields.at(holder, array.concat(profile, ["type"])) == "Localhost"
	not _is_file(fields.at(holder, array.concat(profile, ["localhostProfile"])))
}

_is_file(name) if {
	is_string(name)
	regex.match(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`, name)
	not contains(name, "..")
}
