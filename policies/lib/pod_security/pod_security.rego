# METADATA
# title: Comparing pods and containers with tables of allowed values
# description: Every row names a field and the values it may have; null stands for an absent field.
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
package lib.pod_security

import data.lib.fields

# Rows that a pod or a container breaks by its own fields.
wrong_values(holder, rows) := {row |
	some row in rows
	not fields.at(holder, row.path) in row.allowed
}

# Rows that the pod breaks: it sets a wrong value, or sets none while a container relies on it.
uninherited(workload, rows) := {row |
	some row in rows
	relying := [true | some c in workload.containers; fields.at(c.container, row.path) == null]
	not fields.at(workload.spec, row.path) in (row.allowed | {null | count(relying) == 0})
}

# Rows that a container breaks by a value of its own, which wins over that of its pod.
overridden(container, rows) := {row |
	some row in rows
	not fields.at(container, row.path) in (row.allowed | {null})
}

# Annotations of the pods, which stand beside the spec of their template.
annotations(resource, workload) := object.get(resource.object, array.concat(template, ["metadata", "annotations"]), {}) if {
	template := array.slice(workload.path, 0, count(workload.path) - 1)
}
