# METADATA
# title: The gateway is the only door
# description: A node port or a load balancer of an agent is a door without login; a route without a host answers on the names of others.
# custom:
#   id: ZT-05
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Keep Services of type ClusterIP, and route by an HTTPRoute with its own host to the Gateway in envoy-gateway-system."
#   controls: [SOC2 CC6.6, SOC2 CC6.7, HIPAA 164.312(e)(1), GDPR 32(1)(a), NIS2 21(2)(h), NIST SC-7, NIST SC-8]
package rules.network.exposure

import data.lib.contract
import data.lib.exposure
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(["spec"], fault.path), {"subject": subject, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some fault in _faults(resource)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_gateway := "envoy-gateway-system"

_faults(resource) := exposure.service_faults(resource.object) if {
	kinds.is(resource, "", "Service")
	resource.namespace != _gateway
}

_faults(resource) := exposure.ingress_faults(resource.object) if kinds.is(resource, "networking.k8s.io", "Ingress")

_faults(resource) := exposure.route_faults(resource.object) if {
	some kind in ["HTTPRoute", "GRPCRoute", "TLSRoute"]
	kinds.is(resource, "gateway.networking.k8s.io", kind)
}

_faults(resource) := {{"path": [], "problem": "opens a port without names or login"}} if {
	some kind in ["TCPRoute", "UDPRoute"]
	kinds.is(resource, "gateway.networking.k8s.io", kind)
}

# Addresses by hand reach what no selector and no NetworkPolicy of the sender would (CVE-2021-25740).
_faults(resource) := {{"path": [], "problem": "leads to addresses that no selector found"}} if {
	some [group, kind] in [["", "Endpoints"], ["discovery.k8s.io", "EndpointSlice"]]
	kinds.is(resource, group, kind)
}

# Doors of other controllers, and listeners that are added to a gateway from elsewhere.
_faults(resource) := {{"path": [], "problem": "is a door beside the gateway of the fleet"}} if {
	some [group, kind] in [
		["gateway.networking.k8s.io", "ListenerSet"], ["gateway.networking.x-k8s.io", "XListenerSet"],
		["networking.istio.io", "Gateway"], ["networking.istio.io", "VirtualService"], ["route.openshift.io", "Route"],
		["traefik.io", "IngressRoute"], ["traefik.io", "IngressRouteTCP"], ["projectcontour.io", "HTTPProxy"],
	]
	kinds.is(resource, group, kind)
}

_faults(resource) := exposure.gateway_faults(resource.object) | {{"path": [], "problem": "is a second gateway"} | resource.namespace != _gateway} if {
	kinds.is(resource, "gateway.networking.k8s.io", "Gateway")
}

_faults(resource) := exposure.hidden_faults(resource) if {
	some [group, kind] in [
		["argoproj.io", "Application"], ["postgresql.cnpg.io", "Cluster"], ["postgresql.cnpg.io", "Pooler"],
		["gateway.envoyproxy.io", "EnvoyProxy"], ["ray.io", "RayCluster"], ["ray.io", "RayService"],
		["perses.dev", "Perses"], ["monitoring.coreos.com", "Prometheus"], ["monitoring.coreos.com", "Alertmanager"],
	]
	kinds.is(resource, group, kind)
	not _gateway in {resource.namespace, fields.at(resource.object, ["spec", "destination", "namespace"])}
}
