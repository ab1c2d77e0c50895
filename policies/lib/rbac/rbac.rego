# METADATA
# title: Which rights of the API server are more than an agent or a component needs
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/rbac-good-practices/
package lib.rbac

import data.lib.fields
import data.lib.kinds

is_role(resource) if {
	some kind in ["Role", "ClusterRole"]
	kinds.is(resource, "rbac.authorization.k8s.io", kind)
}

is_binding(resource) if {
	some kind in ["RoleBinding", "ClusterRoleBinding"]
	kinds.is(resource, "rbac.authorization.k8s.io", kind)
}

# Places below a rule of a role with what is wrong there.
rule_faults(rule) := union({_lists(rule), _wildcards(rule), _verbs(rule), _resources(rule), _guards(rule)})

_fields := ["verbs", "apiGroups", "resources", "nonResourceURLs"]

_lists(rule) := {{"path": [field], "problem": "has a field that is no list"} |
	some field in _fields
	value := fields.at(rule, field)
	value != null
	not is_array(value)
}

# Lists hold what exists today; a wildcard holds what someone adds tomorrow.
_wildcards(rule) := {{"path": [field, i], "problem": "grants everything with *"} |
	some field in _fields
	some i, entry in rule[field]
	contains(entry, "*")
}

_verbs(rule) := {{"path": ["verbs", i], "problem": "grants a verb that gives out rights"} |
	some i, verb in rule.verbs
	lower(verb) in {"escalate", "bind", "impersonate", "approve", "sign"}
}

# Each of them is a shell, a credential or a way round the API server.
_resources(rule) := {{"path": ["resources", i], "problem": "grants a way into pods, nodes or credentials"} |
	some i, entry in rule.resources
	_core(rule)
	entry in {
		"pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "pods/ephemeralcontainers",
		"services/proxy", "nodes/proxy", "serviceaccounts/token",
	}
} | {{"path": ["resources", i], "problem": "reads or writes secrets beyond named ones"} |
	some i, entry in rule.resources
	_core(rule)
	entry == "secrets"
	fields.at(rule, "resourceNames") in {null, []}
}

_core(rule) if "" in rule.apiGroups

# Who may write these may write away every other rule.
_guarded := {
	"rbac.authorization.k8s.io", "admissionregistration.k8s.io", "certificates.k8s.io", "apiregistration.k8s.io",
	"policy.networking.k8s.io",
}

_guards(rule) := {{"path": ["apiGroups", i], "problem": "changes what guards the cluster"} |
	some i, group in rule.apiGroups
	group in _guarded
	count({verb | some verb in rule.verbs} & {"create", "update", "patch", "delete", "deletecollection"}) > 0
}

role_faults(role) := {{"path": ["aggregationRule"], "problem": "takes the rights of roles that it does not name"} |
	fields.at(role, "aggregationRule") != null
} | {{"path": ["metadata", "labels", label], "problem": "adds its rights to a role of others"} |
	some label, _ in fields.at(role, ["metadata", "labels"])
	startswith(label, "rbac.authorization.k8s.io/aggregate-to-")
}

binding_faults(binding) := union({_role_bound(binding), _subjects(binding)})

_role_bound(binding) := {{"path": ["roleRef", "name"], "problem": "binds a role of the system that grants too much"} |
	_is_broad(fields.at(binding, ["roleRef", "name"]))
}

# Reads what a controller of the API server may ask about logins, and nothing else.
_narrow := {"system:auth-delegator", "extension-apiserver-authentication-reader"}

_is_broad(name) if not is_string(name)

_is_broad(name) if name in {"", "cluster-admin", "admin", "edit"}

_is_broad(name) if {
	startswith(name, "system:")
	not name in _narrow
}

_subjects(binding) := {{"path": ["subjects", i], "problem": "binds more than one named identity"} |
	some i, subject in fields.at(binding, "subjects")
	not _is_named(subject)
}

# People and groups get their rights in Argo CD and at the gateway, not from Git.
_is_named(subject) if {
	subject.kind == "ServiceAccount"
	is_string(subject.name)
	not subject.name in {"", "default", "*"}
}
