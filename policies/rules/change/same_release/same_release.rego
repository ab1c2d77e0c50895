# METADATA
# title: A release goes on as the very thing that was verified
# description: |
#   The record of a soak names the digest of what the release rendered: image, configuration, rollout steps and traits. One that renders
#   otherwise today is another release under the same name, whoever changed what it is made of.
# custom:
#   id: PRO-04
#   severity: deny
#   scope: change
#   failure_msg: "{agent} {release} renders {now} now, but {verifiedIn} verified {verified}"
#   solution: "Find out who changed what stands below the release, its configuration or its traits; make a new release and let it soak."
#   controls: [SOC2 CC8.1, SOC2 PI1.3, NIST CM-3, NIST CM-5, NIST SI-7, NIST SA-10]
package rules.change.same_release

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(pin.agent, args) if {
	input.scope == scope
	some pin in input.records.pins
	pin.render.now != pin.render.verified
	now := substring(pin.render.now, 0, 12)
	verified := substring(pin.render.verified, 0, 12)
	args := {"agent": pin.agent, "release": pin.to, "now": now, "verified": verified, "verifiedIn": pin.render.verifiedIn}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.record_gaps
}
