# METADATA
# title: No cluster gets an API that its Kubernetes no longer serves
# description: An object of a removed API is refused by the cluster, and with it the sync of everything beside it.
# custom:
#   id: REL-10
#   severity: deny
#   scope: root
#   failure_msg: "{api} was removed in 1.{removed}; {cluster} runs 1.{version}"
#   solution: "Write the object in the version of the API that replaces it."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.removed_api

import data.lib.api_lifecycle
import data.lib.contract
import data.lib.fleet
import data.lib.result

scope := "root"

deny contains result.at(resource, ["apiVersion"], args) if {
	input.scope == scope
	some resource in input.objects
	[_, removed] := api_lifecycle.of(resource)
	some name, cluster in api_lifecycle.clusters_of(input.root, fleet.clusters)
	minor := _minor(cluster)
	minor >= removed
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
