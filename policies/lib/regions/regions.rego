# METADATA
# title: Words about where pods, disks and copies of data lie
package lib.regions

import data.lib.fields
import data.lib.kinds

_keys := {"topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"}

# Places where pods or disks are bound to a region.
chosen(resource) := union({_selectors(resource), _affinities(resource), _classes(resource)})

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
