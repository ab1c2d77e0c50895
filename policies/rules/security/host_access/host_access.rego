# METADATA
# title: Pods stay away from the node
# description: Through the network, the processes, the disk or the container runtime of a node a pod reaches every agent on it.
# custom:
#   id: SEC-06
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Take the field out; mount only ConfigMaps, Secrets, projected volumes, emptyDirs and PersistentVolumeClaims."
#   controls: [SOC2 CC6.1, SOC2 CC6.8, HIPAA 164.312(a)(1), GDPR 25, GDPR 32(1)(b), NIS2 21(2)(g), NIST CM-7, NIST SC-39, NIST AC-6]
package rules.security.host_access

import data.lib.contract
import data.lib.host
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(workload.path, fault.path), {"subject": "the pod", "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some fault in host.pod_faults(workload.spec)
}

deny contains result.at(resource, array.concat(container.path, fault.path), {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	subject := concat(" ", ["container", container.name])
	some fault in host.container_faults(container.container)
}

# A claim would mount the disk of the node under another name.
deny contains result.at(resource, ["spec", source], {"subject": concat(" ", [resource.kind, resource.name]), "problem": "is a folder of the node"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "", "PersistentVolume")
	some source in ["hostPath", "local"]
	object.get(resource.object, ["spec", source], null) != null
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}
