# METADATA
# title: A ring gets what the ring before verified, or what it verified itself
# description: |
#   A release that skips a ring, or whose soak is not over, has shown nothing yet; an approval replaces neither. The signed records of the
#   base say what was verified. As long as they say nothing of an agent the order is advice only (change.version_order).
# custom:
#   id: PRO-03
#   severity: deny
#   scope: change
#   failure_msg: "{agent} in {ring} goes to {release}: {problem}"
#   solution: "Let it soak in the ring before (ranfleet promote --plan says how long); to go back, take the release that the ring verified last."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIS2 21(2)(e), NIST CM-3, NIST SI-17]
package rules.change.unverified

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(pin.agent, args) if {
	input.scope == scope
	some pin in input.records.pins
	some problem in _problems(pin)
	args := {"agent": pin.agent, "ring": pin.ring, "release": pin.to, "problem": problem}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.record_gaps
}

_problems(pin) := {"this ring took it back before"} if pin.here == "reverted"

_problems(pin) := _forward_problems(pin) if {
	pin.here in {"unverified", "unrecorded"}
	pin.direction in {"new", "forward"}
}

# Where a ring has verified nothing nobody knows a better way back, so a person decides.
_problems(pin) := {concat(" ", ["it never verified that, but", pin.lastVerified])} if {
	pin.here in {"unverified", "unrecorded"}
	pin.direction == "back"
	is_string(pin.lastVerified)
}

_forward_problems(pin) := {concat(" ", ["no record says that", pin.previous, "verified it"])} if pin.inPrevious == "unverified"

_forward_problems(pin) := {concat(" ", [pin.previous, "took it back"])} if pin.inPrevious == "reverted"
