# METADATA
# title: Images are pinned by digest and come from the operator's registry
# description: |
#   A tag can move between the canary and the fleet, so that both run different code under one name. The same holds for what else
#   decides how an agent acts: models, prompts, policy bundles and images that its run-time configuration names (rule 6 of the RAN
#   change-safety rules), and for the images that an operator starts because a custom resource names them.
# custom:
#   id: SEC-07
#   severity: deny
#   scope: root
#   failure_msg: "container {container} uses image {image}: {problem}"
#   solution: "Name the image in the release's images: entry with newName in an allowed registry and digest: sha256:..."
#   controls: [SOC2 CC6.8, SOC2 CC7.1, HIPAA 164.312(c)(1), GDPR 32(1)(b), NIS2 21(2)(d), NIST SR-3, NIST SR-4, NIST SR-11, NIST SI-7]
package rules.security.image_digest

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, path, {"container": container.name, "image": container.image.raw, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	some container in workload.containers
	path := array.concat(container.path, ["image"])
	some problem in _problems(container.image)
}

deny contains result.at(resource, artefact.path, {"container": "(configuration)", "image": artefact.reference, "problem": problem}) if {
	_is_agent
	some resource in input.objects
	some artefact in resource.artefacts
	not regex.match(`(^|@)sha256:[0-9a-f]{64}$`, artefact.reference)
	problem := concat(" ", ["the", artefact.role, "has no sha256 digest"])
}

# An operator runs what a custom resource names beside any pod template: a database, a proxy, a dashboard.
deny contains result.at(resource, path, {"container": concat(" ", [resource.kind, resource.name]), "image": reference, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	_is_custom(resource)
	some [path, reference] in _named_images(resource)
	some problem in _reference_problems(reference)
}

# The host lists what a ConfigMap names; without its list nobody looked.
undecided contains result.unreadable(resource, ["data"], "the list of artefacts") if {
	_is_agent
	some resource in input.objects
	kinds.is(resource, "", "ConfigMap")
	not is_array(fields.at(resource, "artefacts"))
}

_is_agent if {
	input.scope == scope
	input.root.kind == "agent"
}

undecided contains result.missing("data.config.registries") if {
	input.scope == scope
	not _knows_registries
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_knows_registries if is_array(data.config.registries)

_problems(image) := {"it names no image"} if image.raw == ""

_problems(image) := _origin(image) | _digest(image) if image.raw != ""

_origin(image) := {"its registry is not allowed" | not _is_from_allowed_registry(image)}

_digest(image) := {"it has no sha256 digest" | not _is_pinned(image)}

_is_from_allowed_registry(image) if image.registry in data.config.registries

_is_pinned(image) if regex.match(`^sha256:[0-9a-f]{64}$`, image.digest)

# Charts decide themselves what the values of an Application mean; Kubernetes' own kinds name images in containers only.
_is_custom(resource) if {
	group := kinds.group_of(resource.object.apiVersion)
	contains(group, ".")
	not endswith(group, ".k8s.io")
	not kinds.is(resource, "argoproj.io", "Application")
}

_named_images(resource) := {[path, reference] |
	walk(resource.object.spec, [below, reference])
	is_string(reference)
	below[count(below) - 1] in {"image", "imageName"}
	path := array.concat(["spec"], below)
	not path in {array.concat(container.path, ["image"]) | some workload in resource.workloads; some container in workload.containers}
}

_reference_problems(reference) := {"its registry is not allowed" |
	not split(reference, "/")[0] in data.config.registries
} | {"it has no sha256 digest" |
	not regex.match(`^[^@]+@sha256:[0-9a-f]{64}$`, reference)
}
