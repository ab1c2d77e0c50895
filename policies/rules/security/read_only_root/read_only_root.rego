# METADATA
# title: Containers can not change their own files
# description: An attacker who can write keeps a tool; room that has no bound fills the disk of the node.
# custom:
#   id: SEC-04
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Set readOnlyRootFilesystem: true, and write only to a PersistentVolumeClaim or to an emptyDir with a sizeLimit."
#   controls: [SOC2 CC6.8, SOC2 CC7.1, HIPAA 164.312(c)(1), GDPR 32(1)(b), NIS2 21(2)(g), NIST CM-7, NIST SI-7]
package rules.security.read_only_root

import data.lib.contract
import data.lib.fields
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(container.path, path), {"subject": subject, "problem": "may write to its root filesystem"}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	path := ["securityContext", "readOnlyRootFilesystem"]
	not fields.at(container.container, path) == true
	subject := concat(" ", ["container", container.name])
}

deny contains result.at(resource, array.concat(workload.path, ["volumes", i]), {"subject": "the pod", "problem": "has a volume without a size limit"}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some i, volume in workload.spec.volumes
	_is_scratch(volume)
	not _is_size(fields.at(volume, ["emptyDir", "sizeLimit"]))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

# Kubernetes makes an emptyDir of a volume that names no source, or only empty ones.
_is_scratch(volume) if fields.at(volume, "emptyDir") != null

_is_scratch(volume) if {
	sources := [source | some key, source in volume; key != "name"; source != null]
	count(sources) == 0
}

# Zero is read as no limit.
_is_size(value) if {
	is_number(value)
	value > 0
}

_is_size(value) if {
	is_string(value)
	regex.match(`^[0-9.]+([KMGTPE]i?|k|e[0-9]{1,2})?$`, value)
	regex.match(`[1-9]`, value)
}
