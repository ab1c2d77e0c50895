package lib.contract

import data.lib.fields

object_change_gaps contains "input.objects" if not is_array(fields.at(input, "objects"))

object_change_gaps contains _place(["input.objects", i, field]) if {
	some i, changed in input.objects
	some field in _object_change_gaps(changed)
}

# Null says that the facts of the base can not be read.
promotion_gaps contains "input.promotions" if not is_array(fields.at(input, "promotions"))

promotion_gaps contains _place(["input.promotions", i, field]) if {
	some i, promotion in input.promotions
	some field in _promotion_gaps(promotion)
}

capacity_gaps contains "input.capacity.clusters" if not is_object(fields.at(input, ["capacity", "clusters"]))

capacity_gaps contains _place(["input.capacity.clusters", name, resource]) if {
	some name, cluster in input.capacity.clusters
	some resource in ["cpu", "memory"]
	not _is_capacity(fields.at(cluster, resource))
}

accelerator_gaps contains "input.capacity.clusters" if not is_object(fields.at(input, ["capacity", "clusters"]))

accelerator_gaps contains _place(["input.capacity.clusters", name, "gpu"]) if {
	some name, cluster in input.capacity.clusters
	not _is_promise(fields.at(cluster, "gpu"))
}

_object_change_gaps(changed) := union({
	{field | some field in ["root", "id", "kind", "apiVersion", "name"]; not is_string(fields.at(changed, field))},
	{"change" | not fields.at(changed, "change") in {"removed", "changed"}},
	{"paths" | not _is_list_of_lists(fields.at(changed, "paths"))},
})

_promotion_gaps(promotion) := union({
	{field | some field in ["agent", "ring", "from", "to"]; not is_string(fields.at(promotion, field))},
	{"direction" | not fields.at(promotion, "direction") in {"up", "down", "unknown"}},
	{"skipped" | not _is_list_of_strings(fields.at(promotion, "skipped"))},
})

_is_capacity(capacity) if {
	every field in ["requested", "budget", "percent"] { is_number(capacity[field]) }
	every field in ["before", "delta"] { _is_number_or_null(object.get(capacity, field, "absent")) }
}

# Promised is null where the facts state no caps.
_is_promise(gpu) if {
	every field in ["promised", "budget"] { is_number(gpu[field]) }
	_is_number_or_null(object.get(gpu, "before", "absent"))
}

_is_number_or_null(null)

_is_number_or_null(value) if is_number(value)

_is_list_of_lists(value) if {
	is_array(value)
	every element in value { is_array(element) }
}
