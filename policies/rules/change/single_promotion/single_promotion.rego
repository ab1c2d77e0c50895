# METADATA
# title: A promotion is one line of one file
# description: |
#   What moves beside a pin is in nobody's soak and makes the way back two changes. Beside the pin may stand what is generated from it. A way
#   back may hold all pins of its agent, its quarantine and its records. New releases and their first ring come together.
# custom:
#   id: PRO-05
#   severity: deny
#   scope: change
#   failure_msg: "{agent} in {ring} goes to {release} together with {files}"
#   solution: "Put the pin into a pull request of its own."
#   controls: [SOC2 CC8.1, SOC2 A1.2, NIST CM-3, NIST CM-4]
package rules.change.single_promotion

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(pin.agent, args) if {
	input.scope == scope
	some pin in input.records.pins
	_is_ruled(pin)
	others := {file.path | some file in input.files; not _belongs(file.path, pin)}
	count(others) > 0
	files := concat(", ", array.slice(sort(others), 0, 5))
	args := {"agent": pin.agent, "ring": pin.ring, "release": pin.to, "files": files}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.record_gaps
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.file_gaps
}

_is_ruled(pin) if {
	pin.direction == "forward"
	pin.inPrevious in {"verified", "reverted", "unverified"}
}

_is_ruled(pin) if {
	pin.direction == "back"
	pin.here in {"verified", "reverted", "unverified"}
}

_belongs(path, pin) if path == concat("/", ["agents", pin.agent, "rings", pin.ring, "pin/kustomization.yaml"])

# What `ranfleet generate` makes of a pin that places its agent otherwise.
_belongs(path, pin) if startswith(path, concat("/", ["clusters/_rings", pin.ring, ""]))

_belongs(path, _) if regex.match(`^clusters/[^/_][^/]*/kustomization\.yaml$`, path)

_belongs(path, pin) if {
	some tier in ["hub", "region", "edge"]
	path == concat("/", ["agents", pin.agent, "rings", pin.ring, tier, "kustomization.yaml"])
}

_belongs(path, pin) if {
	pin.direction == "back"
	startswith(path, concat("/", ["agents", pin.agent, "rings", ""]))
}

_belongs(path, pin) if {
	pin.direction == "back"
	path == concat("/", ["agents", pin.agent, "quarantine.yaml"])
}

_belongs(path, pin) if {
	pin.direction == "back"
	startswith(path, "evidence/")
}
