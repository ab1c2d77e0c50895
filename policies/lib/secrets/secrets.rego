# METADATA
# title: Which Secrets an object makes, and which it refers to
package lib.secrets

import data.lib.fields
import data.lib.kinds

# The name of the Secret that a controller makes of this object.
made_by(resource) := object.get(resource.object, ["spec", "target", "name"], resource.name) if kinds.is(resource, "external-secrets.io", "ExternalSecret")

made_by(resource) := object.get(resource.object, ["spec", "secretName"], "") if kinds.is(resource, "cert-manager.io", "Certificate")

# Places in a pod that name a Secret without which it does not start.
of(workload) := union({_environment(workload), _volumes(workload), _pulls(workload)})

_environment(workload) := {reference |
	some container in workload.containers
	some [path, source] in _sources(container.container)
	not source.optional == true
	reference := {"name": fields.at(source, "name"), "path": array.concat(container.path, path)}
}

_sources(container) := {[path, source] |
	some i, entry in container.envFrom
	source := entry.secretRef
	path := ["envFrom", i, "secretRef", "name"]
} | {[path, source] |
	some i, entry in container.env
	source := entry.valueFrom.secretKeyRef
	path := ["env", i, "valueFrom", "secretKeyRef", "name"]
}

_volumes(workload) := {reference |
	some i, volume in workload.spec.volumes
	source := volume.secret
	not source.optional == true
	reference := {
		"name": fields.at(source, "secretName"),
		"path": array.concat(workload.path, ["volumes", i, "secret", "secretName"]),
	}
} | {reference |
	some i, volume in workload.spec.volumes
	some j, projected in volume.projected.sources
	source := projected.secret
	not source.optional == true
	reference := {
		"name": fields.at(source, "name"),
		"path": array.concat(workload.path, ["volumes", i, "projected", "sources", j, "secret", "name"]),
	}
}

_pulls(workload) := {reference |
	some i, source in fields.at(workload.spec, "imagePullSecrets")
	reference := {"name": fields.at(source, "name"), "path": array.concat(workload.path, ["imagePullSecrets", i, "name"])}
}
