# METADATA
# title: What was released never changes
# description: A promotion and a revert each change one line only because config, releases and traits stay what they were.
# custom:
#   id: GIT-11
#   severity: deny
#   scope: change
#   failure_msg: "{file} {action} {unit}, {reason}"
#   solution: "Add a new config, release or trait version and pin it; delete an old one as a whole, after nothing refers to it."
#   controls: [SOC2 CC8.1, HIPAA 164.312(c)(1), GDPR 32(1)(b), NIS2 21(2)(e), NIST CM-3, NIST CM-5, NIST SA-10]
package rules.change.immutable

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(file.path, {"file": file.path, "action": action, "unit": file.unit.path, "reason": reason}) if {
	input.scope == scope
	some file in input.files
	some [action, reason] in _breach(file.status, file.unit)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.file_gaps
}

_breach("modified", unit) := {["changes", "which never changes after merge"]} if unit.path

_breach("added", unit) := {["joins", "which was released without it"]} if unit.inBase == true

_breach("deleted", unit) := {["leaves", "which stays and would be another"]} if unit.inHead == true

_breach("deleted", unit) := {["leaves", "which is still referred to"]} if {
	unit.inHead == false
	unit.referenced == true
}
