# METADATA
# title: Every object has one name that the cluster takes
# description: A generated name makes a new object at each sync, and one that the cluster refuses stops the sync of everything beside it.
# custom:
#   id: GIT-04
#   severity: deny
#   scope: root
#   failure_msg: "{kind}: {problem}"
#   solution: "Give metadata.name of at most 253 lower-case letters, digits, - and ., and no generateName."
#   controls: [SOC2 CC6.1, SOC2 CC8.1, NIS2 21(2)(e), NIST CM-2, NIST CM-3, NIST CM-5, NIST SI-7]
package rules.gitops.object_name

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, fault.path, {"kind": resource.kind, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some fault in _faults(resource)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_faults(resource) := union({
	{{"path": ["metadata", "generateName"], "problem": "its name would be another at each sync"} | fields.at(resource.object, ["metadata", "generateName"]) != null},
	{{"path": ["metadata", "name"], "problem": "it has no name"} | resource.name == ""},
	{{"path": ["metadata", "name"], "problem": concat(" ", ["no cluster takes the name", substring(resource.name, 0, 80)])} | resource.name != ""; not _is_name(resource)},
	{{"path": ["metadata", "namespace"], "problem": concat(" ", ["no cluster takes the namespace", substring(resource.namespace, 0, 80)])} | not _is_namespace(resource.namespace)},
})

_is_namespace("")

_is_namespace(name) if {
	regex.match(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`, name)
	count(name) <= 63
}

# Roles and what binds them may hold a colon, like system:node.
_is_name(resource) if {
	kinds.group_of(resource.object.apiVersion) == "rbac.authorization.k8s.io"
	regex.match(`^[A-Za-z0-9:._-]+$`, resource.name)
	count(resource.name) <= 253
}

# A Service and a Namespace become one label of a DNS name.
_is_name(resource) if {
	kinds.group_of(resource.object.apiVersion) != "rbac.authorization.k8s.io"
	regex.match(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`, resource.name)
	count(resource.name) <= object.get({"Service": 63, "Namespace": 63}, resource.kind, 253)
}
