# METADATA
# title: Every environment runs the agents it is expected to run
# description: |
#   An agent that vanishes from an overlay leaves no error behind; only counting shows that it is gone. So does a cell that nobody can write:
#   each vendor with cells in a cluster has exactly one adapter, and cells have a conflict-arbiter that grants their leases, there or, for
#   an edge, in a region of the same hub.
# custom:
#   id: RAN-16
#   severity: deny
#   scope: change
#   failure_msg: "{subject} declares {found}, expected are {expected}: {difference}"
#   solution: "Restore the missing lines in clusters/_rings or the cluster, or change the expected number in the same pull request."
#   controls: [SOC2 A1.2, NIST CM-3, NIST CM-6]
package rules.fleet.agent_count

import data.lib.contract
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(environment, args) if {
	input.scope == scope
	is_object(input.inventory)
	some environment, expected in data.config.expected_agents
	found := count(_declared(environment))
	found != expected
	args := {
		"subject": environment, "found": found, "expected": expected,
		"difference": _difference(_declared(environment), found < expected),
	}
}

deny contains result.about(cluster, {"subject": cluster, "found": 0, "expected": "its agents", "difference": difference}) if {
	input.scope == scope
	is_object(input.inventory)
	some cluster, _ in fleet.clusters
	not input.inventory.clusters[cluster]
	difference := "the cluster is not in the inventory"
}

deny contains result.about(name, {"subject": name, "found": count(writers), "expected": "one", "difference": difference}) if {
	input.scope == scope
	is_object(input.inventory)
	some name, cluster in fleet.clusters
	cluster.cells > 0
	some writer, candidates in _writers(cluster)
	writers := candidates & _serving(name, cluster)
	count(writers) != 1
	difference := concat(" ", [writer, "for", format_int(cluster.cells, 10), "cells"])
}

deny contains result.about(name, {"subject": name, "found": 0, "expected": "its vendors", "difference": "cells of no vendor"}) if {
	input.scope == scope
	is_object(input.inventory)
	some name, cluster in fleet.clusters
	cluster.cells > 0
	count(cluster.vendors) == 0
}

undecided contains result.missing(concat(".", ["data.fleet.clusters", cluster])) if {
	input.scope == scope
	some cluster, _ in input.inventory.clusters
	not fleet.clusters[cluster]
}

undecided contains result.missing(concat(".", ["data.config.expected_agents", cluster.env])) if {
	input.scope == scope
	some cluster in fleet.clusters
	not data.config.expected_agents[cluster.env]
}

undecided contains result.missing("data.config.expected_agents") if {
	input.scope == scope
	not _expects_numbers
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in ((contract.inventory_gaps | contract.fact_gaps) | contract.cell_gaps)
}

_declared(environment) := {agent |
	some cluster, declared in input.inventory.clusters
	fleet.clusters[cluster].env == environment
	some agent in declared.agents
}

# Which agents must serve a cluster that has cells, by what they are to it.
_writers(cluster) := object.union(
	{"the conflict-arbiter": {"conflict-arbiter"}},
	{concat(" ", ["the adapter of", vendor.name]): adapters |
		some vendor in cluster.vendors
		vendor.share > 0
		adapters := {name | some name, agent in fleet.agents; agent.vendor == vendor.name}
	},
)

_serving(name, cluster) := {agent | some agent in input.inventory.clusters[name].agents} | {agent |
	cluster.tier == "edge"
	some region, facts in fleet.clusters
	facts.tier == "region"
	facts.hub == cluster.hub
	some agent in input.inventory.clusters[region].agents
}

_difference(declared, true) := concat(" ", ["missing", concat(", ", sort(_known - declared))])

_difference(declared, false) := concat(" ", ["unexpected", concat(", ", sort(declared - _known))])

_known := {name | some name, _ in fleet.agents}

_expects_numbers if {
	count(data.config.expected_agents) > 0
	every expected in data.config.expected_agents { is_number(expected) }
}
