# METADATA
# title: An analysis can not be talked into a good verdict
# description: A condition that is always true, a metric in dry run or a verdict fetched from anywhere promotes what it should stop.
# custom:
#   id: ROL-10
#   severity: deny
#   scope: root
#   failure_msg: "{subject} metric {metric}: {problem}"
#   solution: "Ask the cluster's Prometheus, compare result with a number in both conditions, and leave dryRun away."
#   controls: [SOC2 CC8.1, SOC2 A1.2, SOC2 PI1.3, HIPAA 164.312(c)(1), GDPR 32(1)(c), GDPR 32(1)(d), NIS2 21(2)(c), NIS2 21(2)(e), NIST CM-4, NIST CP-10, NIST SI-17]
package rules.rollout.analysis_trap

import data.lib.analysis
import data.lib.contract
import data.lib.credentials
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, array.concat(["spec", "metrics", i], fault.path), args) if {
	input.scope == scope
	some resource in input.objects
	analysis.is_template(resource)
	some i, metric in resource.object.spec.metrics
	some fault in _faults(metric)
	args := {"subject": resource.name, "metric": object.get(metric, "name", "without a name"), "problem": fault.problem}
}

deny contains result.at(resource, array.concat(path, ["dryRun"]), {"subject": resource.name, "metric": "of any name", "problem": "is disarmed by dryRun"}) if {
	input.scope == scope
	some resource in input.objects
	resource.kind in {"AnalysisTemplate", "ClusterAnalysisTemplate", "Rollout"}
	kinds.group_of(resource.object.apiVersion) == "argoproj.io"
	walk(resource.object.spec, [at, holder])
	count(fields.at(holder, "dryRun")) > 0
	path := array.concat(["spec"], at)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_faults(metric) := union({_conditions(metric), _address(metric), _secrets(metric), _limits(metric)})

# A condition that names no result, or compares it with nothing, is the same whatever was measured.
_conditions(metric) := {{"path": [field], "problem": "does not depend on what was measured"} |
	some field in ["successCondition", "failureCondition"]
	is_string(metric[field])
	not regex.match(`\bresult(\[[^\]]+\]|\.[A-Za-z_.]+)*\)?\s*(==|!=|<=?|>=?)\s*[0-9"'.-]`, metric[field])
}

_address(metric) := {{"path": ["provider", "web", "url"], "problem": "fetches its verdict from outside the monitoring of the cluster"} |
	is_object(metric.provider.web)
} | {{"path": ["provider", "prometheus", "address"], "problem": "asks a Prometheus that is not this cluster's"} |
	is_object(metric.provider.prometheus)
	not _is_in_cluster(fields.at(metric, ["provider", "prometheus", "address"]))
}

_is_in_cluster(address) if {
	is_string(address)
	regex.match(`^https?://[a-z0-9-]+\.monitoring\.svc(\.cluster\.local)?(:[0-9]+)?/?$`, address)
}

_secrets(metric) := {{"path": array.concat(["provider"], path), "problem": concat(" ", ["carries", kind])} |
	walk(metric.provider, [path, text])
	is_string(text)
	some kind in credentials.kinds(text)
}

_limits(metric) := {{"path": ["failureLimit"], "problem": "forgives more than five failures"} |
	is_number(metric.failureLimit)
	metric.failureLimit > 5
}
