# METADATA
# title: What a pod refers to by name
# description: What a root renders itself, and the Secrets that it asks the operator's vault for.
package lib.pod_references

import data.lib.fields
import data.lib.secrets

of(workload) := union({
	_environment(workload),
	_volumes(workload.spec, array.concat(workload.path, ["volumes"])),
	_projections(workload.spec, array.concat(workload.path, ["volumes"])),
	_identity(workload),
	_secrets(workload),
})

# A reference without a usable name refers to nothing that is rendered.
name(holder, field) := holder[field] if is_string(holder[field])

name(holder, field) := "" if not is_string(fields.at(holder, field))

_environment(workload) := {reference |
	some container in workload.containers
	some [path, source] in _sources(container.container)
	not source.optional == true
	reference := {
		"group": "", "kind": "ConfigMap", "name": name(source, "name"),
		"path": array.concat(container.path, array.concat(path, ["name"])),
	}
}

_sources(container) := {[path, source] |
	some i, entry in container.envFrom
	source := entry.configMapRef
	path := ["envFrom", i, "configMapRef"]
} | {[path, source] |
	some i, entry in container.env
	source := entry.valueFrom.configMapKeyRef
	path := ["env", i, "valueFrom", "configMapKeyRef"]
}

_volumes(spec, path) := {reference |
	some i, volume in spec.volumes
	some source in [
		{"type": "configMap", "field": "name", "kind": "ConfigMap"},
		{"type": "persistentVolumeClaim", "field": "claimName", "kind": "PersistentVolumeClaim"},
	]
	holder := volume[source.type]
	not holder.optional == true
	reference := {
		"group": "", "kind": source.kind, "name": name(holder, source.field),
		"path": array.concat(path, [i, source.type, source.field]),
	}
}

_projections(spec, path) := {reference |
	some i, volume in spec.volumes
	some j, source in volume.projected.sources
	not source.configMap.optional == true
	reference := {
		"group": "", "kind": "ConfigMap", "name": name(source.configMap, "name"),
		"path": array.concat(path, [i, "projected", "sources", j, "configMap", "name"]),
	}
}

# Every namespace has a ServiceAccount `default`.
_identity(workload) := {reference |
	account := object.get(workload.spec, "serviceAccountName", "default")
	not account in {"default", ""}
	reference := {
		"group": "", "kind": "ServiceAccount", "name": name(workload.spec, "serviceAccountName"),
		"path": array.concat(workload.path, ["serviceAccountName"]),
	}
}

_secrets(workload) := {reference |
	some secret in secrets.of(workload)
	reference := {"group": "", "kind": "Secret", "name": name(secret, "name"), "path": secret.path}
}
