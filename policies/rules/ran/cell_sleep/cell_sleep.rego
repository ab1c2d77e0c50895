# METADATA
# title: Only overlaid capacity cells sleep, and never the last emergency layer
# description: |
#   A sleeping cell serves nobody. It may sleep only where another cell covers the same area, never as the last layer that can carry emergency
#   calls, and once woken it stays awake for 30 minutes (TS 28.310: energy saving with coverage compensation). The envelope says so in
#   `guard`, which the agent reads from its frozen configuration; which cell has which role is inventory, not in the repository.
# custom:
#   id: RAN-37
#   severity: deny
#   scope: change
#   failure_msg: "{agent} may put cells to sleep by {attribute}: {problem}"
#   solution: "Give the entry `guard: {cellRoles: [capacity-booster], overlaid: true, keepsEmergencyLayer: true, wakeGuardMinutes: 30}`."
#   controls: [SOC2 A1.2, NIST CP-2, NIST SI-17]
package rules.ran.cell_sleep

import data.lib.contract
import data.lib.envelope
import data.lib.fields
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(name, {"agent": name, "attribute": envelope.name(write), "problem": problem}) if {
	input.scope == scope
	some name, agent in fleet.agents
	some write in agent.writes
	_is_sleep(agent, write)
	some problem in _problems(write)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.fact_gaps | contract.envelope_gaps)
}

_is_sleep(_, write) if write.attribute == "energySavingControl"

_is_sleep(agent, write) if {
	agent.group == "energy"
	envelope.silences(write)
}

_problems(write) := {"it has no guard"} if not is_object(fields.at(write, "guard"))

_problems(write) := problems if {
	is_object(write.guard)
	problems := union({
		{concat(" ", ["cells of role", role, "must stay awake"]) | some role in write.guard.cellRoles; role != "capacity-booster"},
		{"nothing says which cells" | not _names_cells(write.guard)},
		{"another cell need not cover the area" | fields.at(write.guard, "overlaid") != true},
		{"the last emergency-capable layer may sleep" | fields.at(write.guard, "keepsEmergencyLayer") != true},
		{"a woken cell may sleep again within 30 minutes" | not _stays_awake(write.guard)},
	})
}

_names_cells(guard) if count(guard.cellRoles) > 0

_stays_awake(guard) if guard.wakeGuardMinutes >= 30
