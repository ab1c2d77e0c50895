# METADATA
# title: What bars a release and what went round a gate stay on record
# description: |
#   An entry of a quarantine is only added to, and a break-glass stays as its mark: whoever could take one away could put a failed release
#   back, or a gate that was skipped out of sight.
# custom:
#   id: PRO-02
#   severity: deny
#   scope: change
#   failure_msg: "{file} {problem}"
#   solution: "Restore it. Where an entry is wrong, merge a waiver for it first; what was mended is a new release."
#   controls: [SOC2 CC7.3, SOC2 CC8.1, NIST AU-9, NIST CM-3]
package rules.change.marks_kept

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(entry.file, {"file": entry.file, "problem": problem}) if {
	input.scope == scope
	some entry in input.records.lost
	verb := {"gone": "bars no more", "changed": "says something else of"}[entry.how]
	problem := concat(" ", [verb, entry.release])
}

deny contains result.about(file.path, {"file": file.path, "problem": problem}) if {
	input.scope == scope
	some file in input.files
	regex.match(`^break-glass/[^/]+\.yaml$`, file.path)
	problem := {"deleted": "goes", "modified": "changes"}[file.status]
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.record_gaps
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.file_gaps
}
