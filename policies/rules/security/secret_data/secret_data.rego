# METADATA
# title: No credential is kept in Git
# description: Who can read the repository, or any old clone of it, could act as an agent; secrets come from the operator's vault.
# custom:
#   id: SEC-08
#   severity: deny
#   scope: root
#   failure_msg: "{where} holds {what}"
#   solution: "Store it in the vault and refer to it with an ExternalSecret; revoke what was already pushed."
#   controls: [SOC2 CC6.1, SOC2 CC6.7, HIPAA 164.312(a)(2)(iv), GDPR 32(1)(a), NIS2 21(2)(h), NIST SC-12, NIST SC-28, NIST IA-5(7)]
package rules.security.secret_data

import data.lib.contract
import data.lib.credentials
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, [field], {"where": concat(" ", ["Secret", resource.name]), "what": "secret data"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "", "Secret")
	some field in ["data", "stringData"]
	not fields.at(resource.object, field) in [null, {}]
}

# The value never leaves the rule: a message is read by more people than the repository.
deny contains result.at(resource, path, {"where": where, "what": what}) if {
	input.scope == scope
	some resource in input.objects
	visible := _without_secret(resource)
	credentials.is_suspect(json.marshal(visible))
	where := concat(" ", [resource.kind, resource.name])
	walk(visible, [path, text])
	is_string(text)
	some what in credentials.kinds(credentials.named(path, text))
}

# A variable, and an option of a command line, have their names beside their values.
deny contains result.at(resource, array.concat(container.path, path), {"where": where, "what": what}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	where := concat(" ", [resource.kind, resource.name])
	some [path, text] in credentials.pairs(container.container)
	some what in credentials.kinds(text)
}

# kubectl keeps the whole object there, with the data that was taken out of it since.
deny contains result.at(resource, ["metadata", "annotations", key], {"where": where, "what": "a copy of an applied object"}) if {
	input.scope == scope
	some resource in input.objects
	key := "kubectl.kubernetes.io/last-applied-configuration"
	object.get(resource.object, ["metadata", "annotations", key], null) != null
	where := concat(" ", [resource.kind, resource.name])
}

undecided contains result.unreadable(resource, ["data"], "the plain text of the ConfigMap") if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "", "ConfigMap")
	not _is_map_of_texts(fields.at(resource.object, "data"))
}

undecided contains result.unreadable(resource, container.path, "the plain text of the container") if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	_holds_other_than_texts(container.container)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_map_of_texts(null)

_is_map_of_texts(texts) if {
	is_object(texts)
	every text in texts { is_string(text) }
}

_holds_other_than_texts(container) if {
	some entry in container.env
	not _is_text_or_null(fields.at(entry, "value"))
}

_holds_other_than_texts(container) if {
	some field in ["command", "args"]
	not _is_list_of_texts(fields.at(container, field))
}

_is_text_or_null(null)

_is_text_or_null(value) if is_string(value)

_is_list_of_texts(null)

_is_list_of_texts(texts) if {
	is_array(texts)
	every text in texts { is_string(text) }
}

_without_secret(resource) := object.remove(resource.object, ["data", "stringData"]) if kinds.is(resource, "", "Secret")

_without_secret(resource) := resource.object if not kinds.is(resource, "", "Secret")
