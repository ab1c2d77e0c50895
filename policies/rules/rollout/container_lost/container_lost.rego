# METADATA
# title: A change takes no container away
# description: A strategic merge patch on a list of a custom resource silently drops the containers that it does not name.
# custom:
#   id: ROL-01
#   severity: deny
#   scope: root
#   failure_msg: "container {container} is no longer rendered"
#   solution: "Patch the list with JSON 6902 operations; when the container must go, ask for a waiver that names it."
#   controls: [SOC2 CC8.1, SOC2 PI1.3, NIST CM-3, NIST CM-4]
package rules.rollout.container_lost

import data.lib.contract
import data.lib.result

scope := "root"

deny contains result.at(resource, path, {"container": lost}) if {
	input.scope == scope
	some resource in input.objects
	some lost in input.base.containers[resource.id]
	not lost in {container.name | some container in resource.workloads[_].containers}
	path := _place(resource)
}

undecided contains result.missing("input.base") if {
	input.scope == scope
	not _is_readable(object.get(input, "base", "absent"))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

# A new root has no base.
_is_readable(null)

_is_readable(base) if {
	is_object(base.containers)
	every names in base.containers { is_array(names) }
}

_place(resource) := array.concat(resource.workloads[0].path, ["containers"])

_place(resource) := [] if count(resource.workloads) == 0
