# METADATA
# title: State outlives the pods and the sets that hold it
# description: A StatefulSet without a headless Service has no stable names, one without retention deletes its volumes when it is scaled, and a database without a schedule has no copy to return to.
# custom:
#   id: REL-11
#   severity: deny
#   scope: root
#   failure_msg: "{subject}: {problem}"
#   solution: "Name a headless Service of the same root, set both retention policies to Retain, and give a database Cluster a ScheduledBackup."
#   controls: [SOC2 A1.2, SOC2 A1.3, HIPAA 164.308(a)(7)(ii), GDPR 32(1)(c), NIS2 21(2)(c), NIST CP-9, NIST CP-10]
package rules.reliability.state

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, ["spec", "serviceName"], {"subject": resource.name, "problem": "serviceName names no headless Service of this root"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "apps", "StatefulSet")
	not _has_headless_service(resource)
}

deny contains result.at(resource, ["spec", "persistentVolumeClaimRetentionPolicy", field], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "apps", "StatefulSet")
	_keeps_state(resource)
	some field, problem in {
		"whenDeleted": "its volumes are not retained when it is deleted",
		"whenScaled": "its volumes are not retained when it is scaled",
	}

	# Kubernetes retains where nothing is stated; here it has to be said.
	fields.at(resource.object, ["spec", "persistentVolumeClaimRetentionPolicy", field]) != "Retain"
}

deny contains result.at(resource, [], {"subject": resource.name, "problem": "no ScheduledBackup of this root copies it"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "postgresql.cnpg.io", "Cluster")
	not _is_backed_up(resource)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_keeps_state(resource) if count(resource.object.spec.volumeClaimTemplates) > 0

_has_headless_service(resource) if {
	some service in input.objects
	kinds.is(service, "", "Service")
	service.namespace == resource.namespace
	service.name == resource.object.spec.serviceName
	service.object.spec.clusterIP == "None"
}

_is_backed_up(resource) if {
	some backup in input.objects
	kinds.is(backup, "postgresql.cnpg.io", "ScheduledBackup")
	backup.namespace == resource.namespace
	backup.object.spec.cluster.name == resource.name
	not backup.object.spec.suspend == true
	is_string(backup.object.spec.schedule)
}
