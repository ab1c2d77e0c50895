# METADATA
# title: Traffic between pods is encrypted and carries identities
# description: Outside the mesh, or with a mode that also takes plain text, nobody can say who speaks, and everybody on the path can listen.
# custom:
#   id: ZT-03
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Label the Namespace istio.io/dataplane-mode: ambient, keep mtls.mode: STRICT, and open single ports of selected pods only."
#   controls: [SOC2 CC6.6, SOC2 CC6.7, HIPAA 164.312(e)(1), HIPAA 164.312(e)(2), GDPR 32(1)(a), NIS2 21(2)(h), NIST SC-7, NIST SC-8]
package rules.network.mesh

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.pod_security
import data.lib.result

scope := "root"

deny contains result.at(resource, workload.path, {"subject": subject, "problem": "runs in a namespace that is not in the mesh"}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	not resource.namespace in _mesh_namespaces
}

deny contains result.at(resource, workload.path, {"subject": subject, "problem": "steps out of the mesh"}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	some marks in [workload.labels, pod_security.annotations(resource, workload)]
	some key, value in marks
	_opts_out(key, value)
}

deny contains result.at(resource, ["metadata", "labels", _mode], {"subject": subject, "problem": "steps out of the mesh"}) if {
	input.scope == scope
	some resource in input.objects
	some kind in ["Namespace", "Service"]
	kinds.is(resource, "", kind)
	fields.at(resource.object, ["metadata", "labels", _mode]) == "none"
	subject := concat(" ", [resource.kind, resource.name])
}

deny contains result.at(policy, fault.path, {"subject": concat(" ", ["PeerAuthentication", policy.name]), "problem": fault.problem}) if {
	input.scope == scope
	some policy in input.objects
	kinds.is(policy, "security.istio.io", "PeerAuthentication")
	some fault in _mode_faults(fields.at(policy.object, "spec"))
}

deny contains result.at(resource, ["spec"], {"subject": subject, "problem": "rewrites the proxies below every policy of the mesh"}) if {
	input.scope == scope
	some resource in input.objects
	some [group, kind] in [["networking.istio.io", "EnvoyFilter"], ["extensions.istio.io", "WasmPlugin"]]
	kinds.is(resource, group, kind)
	subject := concat(" ", [resource.kind, resource.name])
}

deny contains result.at(rule, ["spec"], {"subject": concat(" ", ["DestinationRule", rule.name]), "problem": "sends plain text"}) if {
	input.scope == scope
	some rule in input.objects
	kinds.is(rule, "networking.istio.io", "DestinationRule")
	walk(rule.object.spec, [_, settings])
	fields.at(settings, ["tls", "mode"]) == "DISABLE"
}

# Without it the mesh takes plain text wherever no namespace says otherwise.
deny contains {"object": "PeerAuthentication istio-system/default", "path": [], "args": args} if {
	input.scope == scope
	input.root.component == "istio-ambient"
	is_array(input.objects)
	count([true | some policy in input.objects; _is_mesh_wide(policy)]) == 0
	args := {"subject": "the mesh", "problem": "has no PeerAuthentication that holds for all namespaces"}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_mode := "istio.io/dataplane-mode"

_mesh_namespaces contains namespace.name if {
	some namespace in input.objects
	kinds.is(namespace, "", "Namespace")
	fields.at(namespace.object, ["metadata", "labels", _mode]) == "ambient"
}

_opts_out(key, value) if {
	key == _mode
	value != "ambient"
}

_opts_out("sidecar.istio.io/inject", "false")

_opts_out("ambient.istio.io/bypass-inbound-capture", value) if value != "false"

_opts_out(key, _) if startswith(key, "traffic.sidecar.istio.io/exclude")

_mode_faults(spec) := ({{"path": ["spec", "mtls", "mode"], "problem": "takes plain text"} |
	not fields.at(spec, ["mtls", "mode"]) == "STRICT"
} | {{"path": ["spec", "portLevelMtls", port], "problem": "takes plain text on a port of all pods"} |
	some port, settings in fields.at(spec, "portLevelMtls")
	not settings.mode == "STRICT"
	fields.at(spec, ["selector", "matchLabels"]) in {null, {}}
}) | {{"path": ["spec", "portLevelMtls", port], "problem": "switches encryption off"} |
	some port, settings in fields.at(spec, "portLevelMtls")
	not fields.at(settings, "mode") in {"STRICT", "PERMISSIVE"}
}

_is_mesh_wide(policy) if {
	kinds.is(policy, "security.istio.io", "PeerAuthentication")
	policy.namespace == "istio-system"
	fields.at(policy.object, ["spec", "selector"]) == null
	policy.object.spec.mtls.mode == "STRICT"
}
