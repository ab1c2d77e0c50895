# METADATA
# title: A cluster is born on what its ring has verified
# description: |
#   Argo Rollouts takes a newly created Rollout whole, without a canary and without an analysis. A cluster that is new, was built anew, or
#   follows a pin again too early would run a release that is still in its soak, or failed, for all of its cells.
# custom:
#   id: PRO-06
#   severity: deny
#   scope: change
#   failure_msg: "{cluster} would run {agent} {release} of {ring} at once and without a canary: {problem}"
#   solution: "Let it join on what the ring verified last: ranfleet cluster new and ranfleet cluster rejoin write the entries; ranfleet cluster joined takes them out once the plan lists them."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIS2 21(2)(e), NIST CM-3, NIST SI-17]
package rules.change.birth

import data.lib.contract
import data.lib.fields
import data.lib.result

scope := "change"

deny contains result.about(birth.cluster, args) if {
	input.scope == scope
	some birth in input.records.births
	not birth.joins
	some problem in _problems(birth)
	args := {"cluster": birth.cluster, "agent": birth.agent, "release": birth.release, "ring": birth.ring, "problem": problem}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.record_gaps
}

_problems(birth) := {concat(" ", [birth.barred.file, "bars it"])} if is_object(birth.barred)

_problems(birth) := {"the ring took it back"} if {
	not is_object(fields.at(birth, "barred"))
	birth.standing == "reverted"
}

# Where every cluster of a ring joins nobody could verify anything; one that follows the pin again runs another release, so its canary counts.
_problems(birth) := {"no record says that the ring verified it"} if {
	not is_object(fields.at(birth, "barred"))
	birth.standing == "unverified"
	not _is_first_back(birth)
}

_is_first_back(birth) if {
	birth.how == "joined"
	birth.alone
}
