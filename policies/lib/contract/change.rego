package lib.contract

import data.lib.fields

file_gaps contains "input.files" if not is_array(fields.at(input, "files"))

file_gaps contains _place(["input.files", i, field]) if {
	some i, file in input.files
	some field in _file_gaps(file)
}

changed_root_gaps contains "input.roots" if not is_array(fields.at(input, "roots"))

changed_root_gaps contains _place(["input.roots", i, field]) if {
	some i, root in input.roots
	some field in _changed_root_gaps(root)
}

# Null says that the change reaches no cluster root; absence says nothing.
inventory_gaps contains "input.inventory" if {
	inventory := object.get(input, "inventory", "absent")
	inventory != null
	not is_object(fields.at(inventory, "clusters"))
}

inventory_gaps contains _place(["input.inventory.clusters", cluster, "agents"]) if {
	some cluster, declared in input.inventory.clusters
	not _is_list_of_strings(fields.at(declared, "agents"))
}

# Facts are absent when the base tree could not be read.
fact_gaps contains _place(["data.fleet", collection]) if {
	some collection in ["agents", "clusters"]
	not _is_known(collection)
}

fact_gaps contains _place(["data.fleet.clusters", name, field]) if {
	some name, cluster in data.fleet.clusters
	some field in ["wave", "residency"]
	not is_string(fields.at(cluster, field))
}

fact_gaps contains _place(["data.fleet.clusters", name, field]) if {
	some name, cluster in data.fleet.clusters
	some field, known in {"env": {"dev", "staging", "production"}, "tier": {"hub", "region", "edge"}}
	not fields.at(cluster, field) in known
}

fact_gaps contains _place(["data.fleet.agents", name]) if {
	some name, agent in data.fleet.agents
	not is_object(agent)
}

fact_gaps contains _place(["data.fleet.clusters", name, "vendors"]) if {
	some name, cluster in data.fleet.clusters
	not is_array(fields.at(cluster, "vendors"))
}

_is_known(collection) if is_object(data.fleet[collection])

_file_gaps(file) := union({
	{"path" | not is_string(fields.at(file, "path"))},
	{"status" | not fields.at(file, "status") in {"added", "modified", "deleted"}},
	{"unit" | not _has_unit(file)},
})

# Null where no immutable directory holds the file.
_has_unit(file) if file.unit == null

_has_unit(file) if {
	is_string(file.unit.path)
	every fact in ["inBase", "inHead", "referenced"] { is_boolean(file.unit[fact]) }
}

_changed_root_gaps(root) := union({
	{"path" | not is_string(fields.at(root, "path"))},
	{field | some field in ["waves", "environments"]; not _is_list_of_strings(fields.at(root, field))},
})

_is_list_of_strings(value) if {
	is_array(value)
	every element in value { is_string(element) }
}
