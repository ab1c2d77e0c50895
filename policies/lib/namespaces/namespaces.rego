# METADATA
# title: Namespaces that policies name, and those that the fleet has
package lib.namespaces

import data.lib.fields
import data.lib.fleet
import data.lib.kinds

# Where a policy of the network or of the mesh lets somebody of another namespace in or out by its name.
named(resource) := ({{"path": array.concat(["spec", field, i, side, j, "namespaceSelector", "matchLabels"], [_label]), "name": name} |
	kinds.is(resource, "networking.k8s.io", "NetworkPolicy")
	some field, side in {"ingress": "from", "egress": "to"}
	some i, rule in resource.object.spec[field]
	some j, peer in rule[side]
	name := fields.at(peer, ["namespaceSelector", "matchLabels", _label])
	is_string(name)
} | {{"path": ["spec", "rules", i, "from", j, "source", "principals", k], "name": name} |
	kinds.is(resource, "security.istio.io", "AuthorizationPolicy")
	some i, rule in resource.object.spec.rules
	some j, from in rule.from
	some k, principal in from.source.principals
	[[_, name]] := regex.find_all_string_submatch_n(`^cluster\.local/ns/([a-z0-9-]+)/sa/`, principal, 1)
}) | {{"path": ["spec", "rules", i, "from", j, "source", "namespaces", k], "name": name} |
	kinds.is(resource, "security.istio.io", "AuthorizationPolicy")
	some i, rule in resource.object.spec.rules
	some j, from in rule.from
	some k, name in from.source.namespaces
}

_label := "kubernetes.io/metadata.name"

# One for each agent and component, those of Kubernetes, and what the root itself renders.
are_known if {
	count(fleet.agents) > 0
	count(fleet.components) > 0
}

is_known(name) if name in {"kube-system", "kube-public", "kube-node-lease", "default"}

is_known(name) if fleet.agents[name]

is_known(name) if {
	some component in fleet.components
	component.namespace == name
}

is_known(name) if {
	some resource in input.objects
	name in {resource.namespace, _own_name(resource)}
}

_own_name(resource) := resource.name if kinds.is(resource, "", "Namespace")

_own_name(resource) := resource.namespace if not kinds.is(resource, "", "Namespace")
