# METADATA
# title: Simulated drivers stay in the first rings
# description: A driver that only pretends to write would report success in production while the network stays as it was.
# custom:
#   id: RAN-49
#   severity: deny
#   scope: root
#   failure_msg: "{subject} is simulated, which {place} does not allow"
#   solution: "Use the vendor's real driver, or keep the object in rings w0 and w1."
#   controls: [SOC2 CC8.1, SOC2 PI1.3, NIST CM-4]
package rules.fleet.simulated_driver

import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.result

scope := "root"

deny contains result.about(input.root.cluster, {"subject": subject, "place": "production"}) if {
	_is_cluster
	fleet.clusters[input.root.cluster].env == "production"
	some vendor in fleet.clusters[input.root.cluster].vendors
	not vendor.simulated == false
	subject := concat(" ", ["vendor", _name(vendor)])
}

deny contains result.at(resource, ["metadata", field, _mark], {"subject": subject, "place": place}) if {
	input.scope == scope
	not _ring in {"w0", "w1"}
	some resource in input.objects
	some field in ["labels", "annotations"]
	object.get(resource.object, ["metadata", field, _mark], "false") != "false"
	subject := concat(" ", [resource.kind, resource.name])
	place := concat(" ", ["ring", _ring])
}

undecided contains result.missing(concat(".", ["data.fleet.clusters", input.root.cluster])) if {
	_is_cluster
	not fleet.clusters[input.root.cluster]
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in (contract.rendered_gaps | _fact_gaps)
}

_mark := "ranfleet.norvik.example/simulated"

_fact_gaps := {gap | _is_cluster; some gap in contract.fact_gaps}

_is_cluster if {
	input.scope == scope
	input.root.kind == "cluster"
}

# The ring of a cluster root is the wave of its cluster.
default _ring := "(none)"

_ring := input.root.ring if is_string(input.root.ring)

_ring := fleet.clusters[input.root.cluster].wave if {
	not is_string(fields.at(input.root, "ring"))
	_is_cluster
}

_name(vendor) := vendor.name if is_string(vendor.name)

_name(vendor) := "without a name" if not is_string(fields.at(vendor, "name"))
