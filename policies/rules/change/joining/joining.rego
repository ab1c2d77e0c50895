# METADATA
# title: A cluster joins on a release that its ring verified
# description: |
#   An entry of joining makes Argo CD read one old commit for one agent. Whatever stands there runs without a canary, so it must be what the
#   records call verified in that ring, and the commit must be one at which the pin named it.
# custom:
#   id: PRO-08
#   severity: deny
#   scope: change
#   failure_msg: "{cluster} joins with {agent} on {release} at {commit}: {problem}"
#   solution: "Let ranfleet cluster new or ranfleet cluster rejoin write the entry."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIS2 21(2)(e), NIST CM-3, NIST SI-17]
package rules.change.joining

import data.lib.contract
import data.lib.fields
import data.lib.result

scope := "change"

deny contains result.about(entry.cluster, args) if {
	input.scope == scope
	some entry in input.records.joining
	some problem in _problems(entry)
	commit := substring(entry.commit, 0, 12)
	args := {"cluster": entry.cluster, "agent": entry.agent, "release": entry.release, "commit": commit, "problem": problem}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.record_gaps
}

undecided contains result.missing(concat(" ", ["the commit", entry.commit, "among those that the base rests on"])) if {
	input.scope == scope
	some entry in input.records.joining
	not is_object(fields.at(entry, "past"))
}

_problems(entry) := union({
	{"the cluster does not run it" | not entry.runs},
	{concat(" ", [entry.barred.file, "bars it"]) | is_object(entry.barred)},
	{concat(" ", [entry.ring, "took it back"]) | entry.standing == "reverted"},
	{concat(" ", ["no record says that", entry.ring, "verified it"]) | entry.standing in {"unverified", "unrecorded"}},
	{concat(" ", ["the pin of", entry.ring, "did not name it there"]) | entry.past.release != entry.release},
	{concat(" ", [entry.ring, "had no unit of its tier there"]) | entry.past.unit == false},
})
