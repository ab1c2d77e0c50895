# METADATA
# title: A Rollout goes in small steps
# description: Without small steps that go on by themselves a bad version reaches every pod before anyone has looked.
# custom:
#   id: ROL-02
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Use the canary trait of the agent's risk tier."
#   controls: [SOC2 CC8.1, SOC2 A1.2, SOC2 PI1.3, HIPAA 164.312(c)(1), GDPR 32(1)(c), GDPR 32(1)(d), NIS2 21(2)(c), NIS2 21(2)(e), NIST CM-4, NIST CP-10, NIST SI-17]
package rules.rollout.steps

import data.lib.canary
import data.lib.contract
import data.lib.kinds
import data.lib.result
import data.lib.scaling

scope := "root"

deny contains result.at(resource, ["spec", "strategy"], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	chosen := [name | some name in ["canary", "blueGreen"]; is_object(resource.object.spec.strategy[name])]
	count(chosen) != 1
	problem := "needs one strategy, canary or blueGreen"
}

deny contains result.at(resource, array.concat(path, fault.path), {"subject": resource.name, "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	path := ["spec", "strategy", "canary"]
	some fault in canary.step_faults(resource.object.spec.strategy.canary)
}

# Only a Rollout takes an agent out in steps; what keeps state goes pod by pod, under its partition.
deny contains result.at(resource, [], {"subject": resource.name, "problem": "is no Rollout, so that a bad version reaches all pods at once"}) if {
	input.scope == scope
	input.root.kind == "agent"
	some resource in input.objects
	resource.kind in {"Deployment", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod"}
	count(resource.workloads) > 0
	count([rollout | some rollout in input.objects; scaling.borrows(rollout, resource)]) == 0
}

deny contains result.at(resource, ["spec", "paused"], {"subject": resource.name, "problem": "is paused in Git, so that nothing moves"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	resource.object.spec.paused == true
}

deny contains result.at(resource, ["metadata", "annotations", key], {"subject": resource.name, "problem": "asks to skip what judges it"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Rollout")
	some key, _ in resource.object.metadata.annotations
	regex.match(`(?i)^[a-z.]*argoproj\.io/.*skip`, key)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}
