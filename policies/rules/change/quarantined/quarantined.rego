# METADATA
# title: No pin takes a release that failed
# description: |
#   A release that a ring took back is in the quarantine of its agent. Neither a person nor a machine puts it anywhere again; an entry of the
#   base counts although the change lifts it.
# custom:
#   id: PRO-01
#   severity: deny
#   scope: change
#   failure_msg: "{agent} in {ring} gets {release}, which {file} bars: {reason}"
#   solution: "Make a new release that mends what failed, and promote that from the first ring on."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIS2 21(2)(e), NIST CM-3, NIST SI-17]
package rules.change.quarantined

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(pin.agent, args) if {
	input.scope == scope
	some pin in input.records.pins
	is_object(pin.barred)
	args := {"agent": pin.agent, "ring": pin.ring, "release": pin.to, "file": pin.barred.file, "reason": pin.barred.reason}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.record_gaps
}
