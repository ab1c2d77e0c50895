# METADATA
# title: Containers can not gain rights
# description: A privileged container is root of the node, and one that may gain rights is one flaw of a binary away from it.
# custom:
#   id: SEC-02
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Set allowPrivilegeEscalation: false on every container, and leave privileged, procMount and hostProcess out."
#   controls: [SOC2 CC6.1, SOC2 CC6.8, HIPAA 164.312(a)(1), GDPR 25, GDPR 32(1)(b), NIS2 21(2)(g), NIST CM-7, NIST AC-6, NIST SC-39]
package rules.security.privilege

import data.lib.contract
import data.lib.pod_security
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(workload.path, fault.path), {"subject": "the pod", "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some fault in pod_security.wrong_values(workload.spec, {_host_process})
}

deny contains result.at(resource, array.concat(container.path, fault.path), {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	subject := concat(" ", ["container", container.name])
	some fault in pod_security.wrong_values(container.container, _rows)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_host_process := {
	"path": ["securityContext", "windowsOptions", "hostProcess"], "allowed": {null, false},
	"problem": "runs as a process of the node",
}

_rows := {
	_host_process,
	{
		"path": ["securityContext", "allowPrivilegeEscalation"], "allowed": {false},
		"problem": "may gain more rights than its parent process",
	},
	{"path": ["securityContext", "privileged"], "allowed": {null, false}, "problem": "is privileged"},
	{"path": ["securityContext", "procMount"], "allowed": {null, "Default"}, "problem": "unmasks /proc"},
}
