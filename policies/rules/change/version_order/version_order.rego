# METADATA
# title: Releases go up, ring by ring
# description: A ring that is promoted before an earlier one has no soak behind it; an older release is right for a revert and a surprise otherwise.
# custom:
#   id: ROL-09
#   severity: warn
#   scope: change
#   failure_msg: "{agent} in {ring} goes from {from} to {to}: {problem}"
#   solution: "Promote the earlier rings first and let them soak; say in the pull request when this is a revert."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIS2 21(2)(e), NIST CM-3, NIST CM-4, NIST SI-17]
package rules.change.version_order

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(promotion.agent, args) if {
	input.scope == scope
	some promotion in input.promotions
	some problem in _problems(promotion)
	args := {"agent": promotion.agent, "ring": promotion.ring, "from": promotion.from, "to": promotion.to, "problem": problem}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.promotion_gaps
}

_problems(promotion) := union({
	{"this is an older release" | promotion.direction == "down"},
	{"one of the two is no version, so that nobody can tell which is newer" | promotion.direction == "unknown"},
	{concat(" ", ["older releases still run in", concat(", ", promotion.skipped)]) |
		promotion.direction == "up"
		count(promotion.skipped) > 0
	},
})
