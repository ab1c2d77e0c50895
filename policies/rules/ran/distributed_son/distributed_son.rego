# METADATA
# title: An agent and the base station's own optimisation do not turn one knob
# description: |
#   A gNB can correct handovers, PCI, random access and energy saving by itself (TS 28.541: DMRO, DPCIConfiguration, DRACHOptimization and
#   DESManagement functions). An agent that writes the same attributes bounds that function, or switches it off, in its own envelope or in
#   that of an agent of its conflict group, so that both travel in one unit.
# custom:
#   id: RAN-36
#   severity: deny
#   scope: change
#   failure_msg: "{agent} writes {attribute} while the base station's own {function} is neither bounded nor off"
#   solution: "Add an entry for the function to `writes`: its bounds as a range, or its switch with `values: [false]`."
#   controls: [SOC2 CC8.1, NIST CM-4, NIST SI-17]
package rules.ran.distributed_son

import data.lib.contract
import data.lib.envelope
import data.lib.fields
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(name, {"agent": name, "attribute": attribute, "function": function}) if {
	input.scope == scope
	some name, agent in fleet.agents
	not envelope.carries_out(agent)
	some write in agent.writes
	attribute := concat(".", [write.class, fields.at(write, "attribute")])
	some function, knobs in _functions
	attribute in knobs
	not _stands_down(agent.conflictGroup, function)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.fact_gaps | contract.envelope_gaps)
}

_functions := {
	"DMROFunction": {"NRCellRelation.cellIndividualOffset"},
	"DPCIConfigurationFunction": {"NRCellDU.nRPCI"},
	"DRACHOptimizationFunction": {"NRCellDU.prachConfigurationIndex", "NRCellDU.prachRootSequenceIndex", "NRCellDU.backoffIndicator"},
	"DESManagementFunction": {"CESManagementFunction.energySavingControl", "NRCellDU.administrativeState"},
}

_stands_down(group, function) if {
	some agent in fleet.agents
	agent.conflictGroup == group
	some write in agent.writes
	write.class == function
	_is_bound(write)
}

_is_bound(write) if is_object(write.range)

_is_bound(write) if {
	count(write.values) > 0
	every value in write.values { not value in {true, "true", "on", "enabled"} }
}
