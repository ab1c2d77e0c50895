# METADATA
# title: Stable and canary are told apart on the way to them
# description: Traffic that can not be told apart reaches the canary at every weight, or never.
# custom:
#   id: ROL-05
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Name two Services of the same root that select the Rollout's pods, and a route that leads to both: the trait canary-gateway does."
#   controls: [SOC2 CC8.1, SOC2 A1.2, SOC2 PI1.3, HIPAA 164.312(c)(1), GDPR 32(1)(c), GDPR 32(1)(d), NIS2 21(2)(c), NIS2 21(2)(e), NIST CM-4, NIST CP-10, NIST SI-17]
package rules.rollout.services

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result
import data.lib.selector

scope := "root"

deny contains result.at(resource, fault.path, {"subject": resource.name, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	some fault in _faults(resource)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_faults(rollout) := union({_same(rollout), _lacking(rollout), _strangers(rollout), _routes(rollout)})

_pairs := [
	{"strategy": "canary", "stable": "stableService", "new": "canaryService"},
	{"strategy": "blueGreen", "stable": "activeService", "new": "previewService"},
]

_same(rollout) := {{"path": ["spec", "strategy", pair.strategy, pair.new], "problem": "gives the stable and the new version one Service"} |
	some pair in _pairs
	strategy := rollout.object.spec.strategy[pair.strategy]
	strategy[pair.stable] == strategy[pair.new]
}

_lacking(rollout) := {{"path": path, "problem": "routes traffic, but names no such Service"} |
	is_object(rollout.object.spec.strategy.canary.trafficRouting)
	some field in ["stableService", "canaryService"]
	path := ["spec", "strategy", "canary", field]
	not is_string(fields.at(rollout.object, path))
}

_strangers(rollout) := {{"path": path, "problem": concat(" ", ["names Service", service.name, "which selects other pods"])} |
	some pair in _pairs
	some field in [pair.stable, pair.new]
	path := ["spec", "strategy", pair.strategy, field]
	some service in input.objects
	kinds.is(service, "", "Service")
	service.namespace == rollout.namespace
	service.name == fields.at(rollout.object, path)
	not _selects(service, rollout)
}

_selects(service, rollout) if {
	labels := service.object.spec.selector
	count(labels) > 0
	some workload in rollout.workloads
	selector.has_labels(labels, workload.labels)
}

# The Gateway API plugin moves weights between backends that the route already names.
_routes(rollout) := {{"path": path, "problem": "routes through an HTTPRoute of this root that leads to both Services, and there is none"} |
	plugin := rollout.object.spec.strategy.canary.trafficRouting.plugins["argoproj-labs/gatewayAPI"]
	path := ["spec", "strategy", "canary", "trafficRouting", "plugins", "argoproj-labs/gatewayAPI"]
	some name in _named(plugin)
	not _leads_to_both(name, rollout)
}

_named(plugin) := {name | some name in ({fields.at(plugin, "httpRoute")} | {route.name | some route in plugin.httpRoutes}); name != null} | {"" |
	fields.at(plugin, "httpRoute") == null
	count(object.get(plugin, "httpRoutes", [])) == 0
}

_leads_to_both(name, rollout) if {
	some route in input.objects
	kinds.is(route, "gateway.networking.k8s.io", "HTTPRoute")
	route.namespace == rollout.namespace
	route.name == name
	canary := rollout.object.spec.strategy.canary
	some rule in route.object.spec.rules
	{canary.stableService, canary.canaryService} - {backend.name | some backend in rule.backendRefs} == set()
}
