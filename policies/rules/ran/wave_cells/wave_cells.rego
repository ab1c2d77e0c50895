# METADATA
# title: The first waves hold few cells
# description: |
#   Until a wave has passed, a fault may reach only so many cells that the network carries on: 2.5 % of all production cells
#   after w2, 10 % after w3, 20 % after w4 and 50 % after w5. Judged on ring membership, because that is what a wave reaches.
# custom:
#   id: RAN-09
#   severity: deny
#   scope: change
#   failure_msg: "waves up to {ring} hold {share} % of the production cells, at most {cap} % are allowed"
#   solution: "Move a cluster to a later wave (`wave` in its cluster.yaml), then `npm run generate`."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIST CM-3, NIST CM-4]
package rules.ran.wave_cells

import data.lib.contract
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(ring, {"ring": ring, "share": round(share * 100) / 100, "cap": cap}) if {
	input.scope == scope
	some ring, cap in {"w2": 2.5, "w3": 10, "w4": 20, "w5": 50}
	_all_cells > 0
	share := (100 * _cells_up_to(ring)) / _all_cells
	share > cap
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.fact_gaps | contract.cell_gaps)
}

_all_cells := sum([cluster.cells | some cluster in fleet.production])

_cells_up_to(ring) := sum([cluster.cells |
	some cluster in fleet.production
	some i, wave in fleet.rings
	some last
	fleet.rings[last] == ring
	cluster.wave == wave
	i <= last
])
