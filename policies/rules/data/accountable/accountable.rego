# METADATA
# title: Every agent says whose it is, and what it does is recorded
# description: In an incident someone must be called within minutes, and an auditor asks who decided what, months later.
# custom:
#   id: DR-03
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Keep the traits workload and network, the labels of the configuration, owner in agent.yaml or component.yaml, the contact of each owner in fleet.yaml, and records for 13 months."
#   controls: [SOC2 CC7.2, SOC2 CC7.3, SOC2 CC5.2, HIPAA 164.312(b), GDPR 5(2), GDPR 30, NIS2 21(2)(b), NIST AU-2, NIST AU-12]
package rules.data.accountable

import data.lib.audit
import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.result

scope := "root"

deny contains result.at(resource, workload.path, {"subject": subject, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	some problem in audit.pod_faults(workload)
}

# An agent sends its records itself; those of a component are what it logs.
deny contains result.at(resource, workload.path, {"subject": subject, "problem": "has no way to the collector of audit records"}) if {
	input.scope == scope
	input.root.kind == "agent"
	some resource in input.objects
	some workload in resource.workloads
	subject := concat(" ", [resource.kind, resource.name])
	not audit.reaches_collector(resource, workload)
}

deny contains result.at(resource, ["metadata", "labels", label], {"subject": subject, "problem": problem}) if {
	input.scope == scope
	input.root.kind == "agent"
	some resource in input.objects
	count(resource.workloads) > 0
	subject := concat(" ", [resource.kind, resource.name])
	some label, fact in {_label("group"): "group", _label("tier"): "tier"}
	fields.at(resource.object, ["metadata", "labels", label]) != fields.at(_facts, fact)
	problem := concat(" ", ["does not carry the", fact, "of its agent.yaml"])
}

deny contains result.at(resource, path, {"subject": subject, "problem": "keeps records for less than 13 months"}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some path in audit.forgets(resource)
}

deny contains result.about(_name, {"subject": _subject, "problem": "has no owner who could be called"}) if {
	is_object(_facts)
	not _is_team(fields.at(_facts, "owner"))
}

deny contains result.about(_name, {"subject": _subject, "problem": problem}) if {
	owner := fields.at(_facts, "owner")
	_is_team(owner)
	is_object(fields.at(fleet.config, "contacts"))
	not _is_filled(fields.at(fleet.config.contacts, owner))
	problem := concat("", ["belongs to ", owner, ", of which fleet.yaml says no contact"])
}

undecided contains result.missing("data.config.contacts") if {
	is_string(_name)
	not is_object(fields.at(fleet.config, "contacts"))
}

undecided contains result.missing(concat(".", ["data.fleet", concat("", [input.root.kind, "s"]), _name])) if {
	not is_object(_facts)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

# What a root belongs to: an agent or a component; facts of clusters are nobody's workload.
_name := input.root[input.root.kind] if {
	input.scope == scope
	input.root.kind in {"agent", "component"}
}

_subject := concat(" ", [input.root.kind, _name])

_facts := fields.at({"agent": fleet.agents, "component": fleet.components}[input.root.kind], _name)

_is_team(owner) if regex.match(`^@[a-z0-9-]+/[a-z0-9-]+$`, owner)

_label(name) := concat("/", ["ranfleet.norvik.example", name])

_is_filled(text) if {
	is_string(text)
	text != ""
}
