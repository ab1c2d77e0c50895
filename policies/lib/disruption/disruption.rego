# METADATA
# title: What a PodDisruptionBudget lets go
package lib.disruption

import data.lib.kinds
import data.lib.selector

is_budget(resource) if kinds.is(resource, "policy", "PodDisruptionBudget")

# A budget that names no label would hold every pod of its namespace.
names_pods(budget) if {
	labels := budget.object.spec.selector.matchLabels
	is_object(labels)
	count(labels) > 0
}

covers(budget, resource, workload) if {
	is_budget(budget)
	budget.namespace == resource.namespace
	names_pods(budget)
	selector.matches(budget.object.spec.selector, workload.labels)
}

is_given(budget, field) if {
	value := budget.object.spec[field]
	value != null
}

# Pods that may leave at once; undefined unless exactly one of the two fields is given and well formed.
evictable(budget, pods) := _amount(budget.object.spec.maxUnavailable, pods) if not is_given(budget, "minAvailable")

evictable(budget, pods) := pods - _amount(budget.object.spec.minAvailable, pods) if not is_given(budget, "maxUnavailable")

# Whether `evictable` is defined.
is_countable(budget, pods) if is_number(evictable(budget, pods))

lets_one_go(budget, pods) if evictable(budget, pods) >= 1

_amount(value, _) := value if is_number(value)

# Kubernetes rounds a share of the pods up, for either field.
_amount(value, pods) := ceil((pods * to_number(trim_suffix(value, "%"))) / 100) if {
	pods >= 0
	regex.match(`^[0-9]{1,3}%$`, value)
}
