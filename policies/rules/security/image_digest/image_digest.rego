# METADATA
# title: Images are pinned by digest and come from the operator's registry
# description: A tag can move between the canary and the fleet, so that both run different code under one name.
# custom:
#   id: SEC-07
#   severity: deny
#   scope: root
#   failure_msg: "container {container} uses image {image}: {problem}"
#   solution: "Name the image in the release's images: entry with newName in an allowed registry and digest: sha256:..."
#   controls: [SOC2 CC6.8, SOC2 CC7.1, HIPAA 164.312(c)(1), GDPR 32(1)(b), NIS2 21(2)(d), NIST SR-3, NIST SR-4, NIST SR-11, NIST SI-7]
package rules.security.image_digest

import data.lib.contract
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
