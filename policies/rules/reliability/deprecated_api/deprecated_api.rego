# METADATA
# title: No new use of an API that is going away
# description: A deprecated API still works, until the cluster is upgraded and the objects are refused.
# custom:
#   id: REL-14
#   severity: warn
#   scope: root
#   failure_msg: "{api} is deprecated and goes away in 1.{removed}; {cluster} runs 1.{version}"
#   solution: "Write the object in the version of the API that replaces it, before the cluster is upgraded."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.deprecated_api

import data.lib.api_lifecycle
import data.lib.contract
import data.lib.fleet
import data.lib.result

scope := "root"

deny contains result.at(resource, ["apiVersion"], args) if {
	input.scope == scope
	some resource in input.objects
	[deprecated, removed] := api_lifecycle.of(resource)
	some name, cluster in api_lifecycle.clusters_of(input.root, fleet.clusters)
	minor := _minor(cluster)
	minor >= deprecated
	minor < removed
	args := {"api": concat(" ", [resource.object.apiVersion, resource.kind]), "cluster": name, "version": minor, "removed": removed}
}

undecided contains result.missing(concat(".", ["data.fleet.clusters", name, "kubernetes"])) if {
	input.scope == scope
	some name, cluster in fleet.clusters
	not _minor(cluster)
}

undecided contains result.missing("data.fleet.clusters") if {
	input.scope == scope
	count(fleet.clusters) == 0
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_minor(cluster) := api_lifecycle.minor(object.get(cluster, "kubernetes", api_lifecycle.default_version))
