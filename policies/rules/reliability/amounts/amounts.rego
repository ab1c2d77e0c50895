# METADATA
# title: Amounts of resources mean what they say
# description: Kubernetes reads 500m of memory as half a byte and refuses a limit below the request; each such slip stops a pod at its next start.
# custom:
#   id: REL-13
#   severity: deny
#   scope: root
#   failure_msg: "container {container}: {field} {value} {problem}"
#   solution: "Write cpu in cores or millicores (500m), memory in Mi or Gi, and no limit below its request."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.amounts

import data.lib.contract
import data.lib.fields
import data.lib.result

scope := "root"

deny contains result.at(resource, path, {"container": container.name, "field": concat(".", place), "value": text, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	some kind in ["requests", "limits"]
	some name, raw in container.container.resources[kind]
	place := [kind, name]
	text := _text(raw)
	some problem in _problems(name, fields.at(container[kind], name))
	path := array.concat(container.path, ["resources", kind, name])
}

deny contains result.at(resource, path, {"container": container.name, "field": concat(".", place), "value": text, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	some name, limit in container.limits
	limit < container.requests[name]
	place := ["limits", name]
	text := _text(container.container.resources.limits[name])
	problem := "is below the request"
	path := array.concat(container.path, ["resources", "limits", name])
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_problems(_, null) := {"is no quantity of Kubernetes"}

_problems(name, amount) := union({_least(name, amount), _most(name, amount)}) if is_number(amount)

_least(_, amount) := {"is not above zero"} if amount <= 0

_least(name, amount) := {"is less than one mebibyte" | name in _bytes; amount < 1048576} if amount > 0

# No node has as much: 512 cores, 8 TiB of memory.
_most(name, amount) := {"is more than any node has" | amount > object.get({"cpu": 512, "memory": 8796093022208}, name, amount)}

_bytes := {"memory", "ephemeral-storage"}

_text(raw) := raw if is_string(raw)

_text(raw) := json.marshal(raw) if not is_string(raw)
