# METADATA
# title: Stored data is encrypted, and so is the way to it
# description: A disk that is taken out or a copy that is overheard must hold nothing that can be read.
# custom:
#   id: DR-02
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Name storageClassName: encrypted on every claim, let databases take TLS only, and write each endpoint of the memory with a scheme that encrypts."
#   controls: [SOC2 CC6.1, SOC2 CC6.7, HIPAA 164.312(a)(2)(iv), HIPAA 164.312(e)(2), GDPR 32(1)(a), NIS2 21(2)(h), NIST SC-28, NIST SC-8]
package rules.data.encrypted

import data.lib.contract
import data.lib.encryption
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, fault.path, {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some fault in _faults(resource)
}

deny contains result.at(resource, array.concat(workload.path, path), {"subject": subject, "problem": "claims a disk that need not be encrypted"}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	some i, volume in workload.spec.volumes
	fields.at(volume, "ephemeral") != null
	path := ["volumes", i, "ephemeral", "volumeClaimTemplate", "spec", "storageClassName"]
	not encryption.is_class(fields.at(workload.spec.volumes[i], ["ephemeral", "volumeClaimTemplate", "spec", "storageClassName"]))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_faults(resource) := union({
	{fault | kinds.is(resource, "", "PersistentVolumeClaim"); some fault in encryption.claim_faults(resource.object, [])},
	{fault |
		kinds.is(resource, "apps", "StatefulSet")
		some i, claim in fields.at(resource.object, ["spec", "volumeClaimTemplates"])
		some fault in encryption.claim_faults(claim, ["spec", "volumeClaimTemplates", i])
	},
	{fault | kinds.is(resource, "storage.k8s.io", "StorageClass"); some fault in encryption.class_faults(resource)},
	{fault | kinds.is(resource, "postgresql.cnpg.io", "Cluster"); some fault in encryption.database_faults(resource.object)},
	{fault | kinds.is(resource, "argoproj.io", "Application"); some fault in encryption.chart_faults(resource.object)},
	{fault | kinds.is(resource, "argoproj.io", "Application"); some fault in encryption.bridge_faults(resource.object)},
	{fault | kinds.is(resource, "", "ConfigMap"); some fault in encryption.endpoint_faults(resource.object)},
	{fault | some workload in resource.workloads; some fault in encryption.variable_faults(workload)},
})
