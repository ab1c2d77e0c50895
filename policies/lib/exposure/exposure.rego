# METADATA
# title: How the world outside reaches pods
package lib.exposure

import data.lib.fields

service_faults(service) := ({{"path": ["type"], "problem": "opens a door of its own"} |
	not fields.at(service, ["spec", "type"]) in {null, "ClusterIP"}
} | {{"path": [field], "problem": "takes addresses of others"} |
	some field in ["externalIPs", "loadBalancerIP", "externalName"]
	not fields.at(service, ["spec", field]) in {null, "", []}
}) | {{"path": ["ports", i, "nodePort"], "problem": "opens a port of every node"} |
	some i, port in fields.at(service, ["spec", "ports"])
	not fields.at(port, "nodePort") in {null, 0}
}

ingress_faults(ingress) := ({{"path": ["defaultBackend"], "problem": "answers on every name"} |
	fields.at(ingress, ["spec", "defaultBackend"]) != null
} | {{"path": ["rules", i, "host"], "problem": "answers on every name"} |
	some i, rule in fields.at(ingress, ["spec", "rules"])
	not is_host(fields.at(rule, "host"))
}) | {{"path": ["rules", i, "host"], "problem": "answers in plain text"} |
	some i, rule in fields.at(ingress, ["spec", "rules"])
	not rule.host in _encrypted(ingress)
}

_encrypted(ingress) := {host |
	some entry in fields.at(ingress, ["spec", "tls"])
	_is_text(fields.at(entry, "secretName"))
	some host in entry.hosts
}

route_faults(route) := ({{"path": ["hostnames"], "problem": "answers on every name of its gateway"} |
	not _is_filled(fields.at(route, ["spec", "hostnames"]))
} | {{"path": ["hostnames", i], "problem": "answers on every name"} |
	some i, host in fields.at(route, ["spec", "hostnames"])
	not is_host(host)
}) | {{"path": ["parentRefs"], "problem": "attaches to another parent than the gateway of the fleet"} |
	not _attaches_to_fleet(fields.at(route, ["spec", "parentRefs"]))
}

_attaches_to_fleet(parents) if {
	_is_filled(parents)
	every parent in parents {
		parent.name == "fleet"
		parent.namespace == "envoy-gateway-system"
		fields.at(parent, "kind") in {null, "Gateway"}
	}
}

# One certificate may serve all names of a domain, since each route names its own.
gateway_faults(gateway) := (({{"path": ["listeners", i, "hostname"], "problem": "answers on every name"} |
	some i, listener in fields.at(gateway, ["spec", "listeners"])
	not _is_domain(fields.at(listener, "hostname"))
} | {{"path": ["listeners", i, "protocol"], "problem": "answers in plain text"} |
	some i, listener in fields.at(gateway, ["spec", "listeners"])
	not fields.at(listener, "protocol") in {"HTTPS", "TLS"}
}) | {{"path": ["listeners", i, "tls"], "problem": "answers without a certificate of its own"} |
	some i, listener in fields.at(gateway, ["spec", "listeners"])
	not _is_filled(fields.at(listener, ["tls", "certificateRefs"]))
}) | {{"path": ["listeners", i, "allowedRoutes"], "problem": "takes routes of every namespace"} |
	some i, listener in fields.at(gateway, ["spec", "listeners"])
	fields.at(listener, ["allowedRoutes", "namespaces", "from"]) == "All"
}

# Services and ingresses that an operator or a chart makes of a field; the paths begin inside the specification.
hidden_faults(resource) := {{"path": path, "problem": "lets an operator open a door"} |
	walk(resource.object.spec, [path, value])
	value in {"NodePort", "LoadBalancer"}
	path[count(path) - 1] in {"type", "serviceType"}
} | {{"path": path, "problem": "lets a chart make an ingress"} |
	walk(resource.object.spec, [path, value])
	path[count(path) - 1] == "ingress"
	fields.at(value, "enabled") == true
}

is_host(host) if regex.match(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`, host)

_is_domain(host) if is_host(trim_prefix(host, "*."))

_is_text(value) if {
	is_string(value)
	value != ""
}

_is_filled(list) if {
	is_array(list)
	count(list) > 0
}
