# METADATA
# title: Words about where pods, disks and copies of data lie
package lib.regions

import data.lib.fields
import data.lib.kinds

_keys := {"topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"}

# Places where pods or disks are bound to a region.
chosen(resource) := union({_selectors(resource), _affinities(resource), _classes(resource), _placed(resource), _values(resource)})

_selectors(resource) := {array.concat(workload.path, ["nodeSelector", key]) |
	some workload in resource.workloads
	some key, _ in workload.spec.nodeSelector
	key in _keys
}

_affinities(resource) := {array.concat(workload.path, array.concat(["affinity", "nodeAffinity"], path)) |
	some workload in resource.workloads
	walk(workload.spec.affinity.nodeAffinity, [path, expression])
	fields.at(expression, "key") in _keys
}

_classes(resource) := {array.concat(["allowedTopologies"], path) |
	kinds.is(resource, "storage.k8s.io", "StorageClass")
	walk(resource.object.allowedTopologies, [path, expression])
	fields.at(expression, "key") in _keys
}

# What places pods or disks without a pod template: databases, volumes, and claims for them.
_placed(resource) := {array.concat(["spec"], path) |
	some [group, kind] in [["postgresql.cnpg.io", "Cluster"], ["", "PersistentVolume"], ["", "PersistentVolumeClaim"], ["apps", "StatefulSet"]]
	kinds.is(resource, group, kind)
	some field in ["affinity", "nodeAffinity", "selector", "volumeClaimTemplates"]
	walk(resource.object.spec[field], [rest, _])
	some path in _named(resource.object.spec[field], field, rest)
}

# A key of labels to match, or an expression about it.
_named(holder, field, rest) := {array.concat([field], rest) |
	rest[count(rest) - 1] in _keys
} | {array.concat([field], rest) |
	fields.at(object.get(holder, rest, null), "key") in _keys
}

# Parameters of a class, and values of a chart, that name a region or where its disks and copies lie.
_values(resource) := {["parameters", key] |
	kinds.is(resource, "storage.k8s.io", "StorageClass")
	some key, value in resource.object.parameters
	_is_place(key, value)
} | {array.concat(["spec"], path) |
	kinds.is(resource, "argoproj.io", "Application")
	walk(resource.object.spec, [path, value])
	"valuesObject" in path
	_is_place(path[count(path) - 1], value)
}

_is_place(key, value) if {
	is_string(value)
	value != ""
	regex.match(`(?i)(^|[a-z_-])(region|zones?|location)$`, key)
}

# Places where a database says that its data goes outside its cluster: buckets, and other databases.
copies(resource) := (({["spec", "backup", field] |
	kinds.is(resource, "postgresql.cnpg.io", "Cluster")
	some field in ["barmanObjectStore"]
	resource.object.spec.backup[field]
} | {["spec", "plugins", i] |
	kinds.is(resource, "postgresql.cnpg.io", "Cluster")
	some i, plugin in resource.object.spec.plugins
	contains(plugin.name, "barman")
}) | {["spec", "externalClusters", i] |
	kinds.is(resource, "postgresql.cnpg.io", "Cluster")
	some i, _ in resource.object.spec.externalClusters
}) | {["spec"] | kinds.is(resource, "barmancloud.cnpg.io", "ObjectStore")}
