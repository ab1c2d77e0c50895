# METADATA
# title: Every service says who may call it
# description: A network policy knows addresses; only an identity tells the conflict arbiter from a pod that took its address.
# custom:
#   id: ZT-04
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Add an AuthorizationPolicy that names principals (cluster.local/ns/<namespace>/sa/<account>), as the network traits do."
#   controls: [SOC2 CC6.1, SOC2 CC6.6, HIPAA 164.312(a)(1), HIPAA 164.312(e)(1), GDPR 32(1)(b), NIS2 21(2)(i), NIST AC-3, NIST AC-4, NIST SC-7]
package rules.network.authorization

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.peers
import data.lib.result
import data.lib.selector

scope := "root"

deny contains result.at(service, ["spec", "selector"], {"subject": concat(" ", ["Service", service.name]), "problem": problem}) if {
	input.scope == scope
	some service in input.objects
	kinds.is(service, "", "Service")
	some resource in input.objects
	resource.namespace == service.namespace
	some workload in resource.workloads
	selector.has_labels(service.object.spec.selector, workload.labels)
	not _is_guarded(service.namespace, workload.labels)
	problem := "leads to pods that no AuthorizationPolicy guards"
}

deny contains result.at(policy, array.concat(["spec"], fault.path), {"subject": concat(" ", ["AuthorizationPolicy", policy.name]), "problem": fault.problem}) if {
	input.scope == scope
	some policy in _policies
	_allows(policy)
	some fault in _faults(fields.at(policy.object, "spec"))
}

deny contains result.at(policy, ["spec", "action"], {"subject": concat(" ", ["AuthorizationPolicy", policy.name]), "problem": "leaves the decision to others"}) if {
	input.scope == scope
	some policy in _policies
	fields.at(policy.object, ["spec", "action"]) in {"CUSTOM", "AUDIT"}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_policies contains policy if {
	some policy in input.objects
	kinds.is(policy, "security.istio.io", "AuthorizationPolicy")
}

_allows(policy) if fields.at(policy.object, ["spec", "action"]) in {null, "ALLOW"}

# A policy with targetRefs needs a waypoint, which the mesh of the fleet does not have.
_is_guarded(namespace, labels) if {
	some policy in _policies
	policy.namespace == namespace
	_allows(policy)
	fields.at(policy.object, ["spec", "targetRefs"]) == null
	selector.has_labels(object.get(policy.object, ["spec", "selector", "matchLabels"], {}), labels)
}

_faults(spec) := ({{"path": ["rules"], "problem": "is no list of rules"} |
	rules := fields.at(spec, "rules")
	rules != null
	not is_array(rules)
} | {{"path": ["rules", i], "problem": "allows every caller"} |
	some i, rule in fields.at(spec, "rules")
	not _names_callers(rule)
}) | {{"path": ["rules", i, "from", j, "source"], "problem": "names callers by *, by what they are not, or by what ztunnel can not see"} |
	some i, rule in fields.at(spec, "rules")
	some j, from in fields.at(rule, "from")
	not _is_named(fields.at(from, "source"))
}

_names_callers(rule) if {
	is_array(rule.from)
	count(rule.from) > 0
}

_is_named(source) if {
	is_object(source)
	count(source) > 0
	every field, values in source {
		is_array(values)
		count(values) > 0
		every value in values { _is_one(field, value) }
	}
}

_is_one("principals", value) if regex.match(`^cluster\.local/ns/[a-z0-9-]+/sa/[a-z0-9.-]+$`, value)

_is_one("namespaces", value) if regex.match(`^[a-z0-9-]+$`, value)

# Peers outside the mesh have no identity but their address.
_is_one("ipBlocks", value) if peers.is_narrow(value)
