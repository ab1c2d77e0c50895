# METADATA
# title: No envelope reaches the last layer that carries emergency calls
# description: |
#   Whoever may bar, lock, restart or put to sleep a cell, or retune it so that it restarts, leaves the last emergency-capable layer of an area
#   alone and touches no cell that is the only coverage; whoever divides the radio among slices leaves 10 % to everybody. The envelope says
#   so in `guard` and in its bounds. The guardian on the same clusters is a rule of its own; incident zones are known at run time only.
# custom:
#   id: RAN-40
#   severity: deny
#   scope: change
#   failure_msg: "{agent} may write {attribute}: {problem}"
#   solution: "Add `guard: {cellRoles: [...], overlaid: ..., keepsEmergencyLayer: true}` without coverage-only, or keep slice shares at 90 % at most."
#   controls: [SOC2 A1.2, NIST CP-2, NIST SI-17]
package rules.ran.emergency_floor

import data.lib.contract
import data.lib.envelope
import data.lib.fields
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(name, {"agent": name, "attribute": envelope.name(write), "problem": problem}) if {
	input.scope == scope
	some name, agent in fleet.agents
	not envelope.carries_out(agent)
	some write in agent.writes
	some problem in (_silenced(write) | _starved(write))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.fact_gaps | contract.envelope_gaps)
}

_silenced(write) := union({
	{"nothing keeps it from the last emergency-capable layer" | fields.at(write, ["guard", "keepsEmergencyLayer"]) != true},
	{"it reaches cells that are the only coverage" | some "coverage-only" in fields.at(write, ["guard", "cellRoles"])},
}) if envelope.silences(write)

default _silenced(_) := set()

_starved(write) := {"less than 10 % of the radio stays for emergency calls" | not _leaves_floor(write)} if write.class == "RRMPolicyRatio"

default _starved(_) := set()

_leaves_floor(write) if {
	write.range.relativeTo == "absolute"
	write.range.max <= 90
}
