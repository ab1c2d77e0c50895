# METADATA
# title: The first production wave meets every vendor and software level
# description: |
#   A defect of one vendor's nodes shows on no other vendor's, so the smallest wave must hold each of them before a larger one does.
#   Judged on ring membership. An agent that runs in no cluster of the first wave meets its vendors in staging only; no fact can mend that.
# custom:
#   id: RAN-11
#   severity: deny
#   scope: change
#   failure_msg: "the first production wave {first} has no site of {vendor}{level}, which {wave} has"
#   solution: "Move a small cluster with this vendor and software level into the first wave."
#   controls: [SOC2 CC8.1, NIST CM-4]
package rules.ran.golden_sites

import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.result

scope := "change"

deny contains result.about(_first, {"first": _first, "vendor": vendor, "level": level, "wave": wave}) if {
	input.scope == scope
	some wave in fleet.rings
	wave != _first
	some [vendor, level] in (_sites(wave) - _sites(_first))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.fact_gaps | contract.cell_gaps)
}

# The lowest ring that has production cells.
_first := fleet.rings[min({i | some i, ring in fleet.rings; count(_sites(ring)) > 0})]

_sites(ring) := {[vendor.name, _level(vendor)] |
	some cluster in fleet.production
	cluster.wave == ring
	cluster.cells > 0
	some vendor in cluster.vendors
	vendor.share > 0
}

_level(vendor) := concat("", [" at level ", vendor.softwareLevel]) if is_string(fields.at(vendor, "softwareLevel"))

_level(vendor) := "" if not is_string(fields.at(vendor, "softwareLevel"))
