package lib.contract

import data.lib.fields

# Null says that the facts of the base could not be read.
change_fact_gaps contains "input.facts" if not is_object(fields.at(input, "facts"))

change_fact_gaps contains _place(["input.facts", collection]) if {
	is_object(input.facts)
	some collection in ["agents", "pins"]
	not is_object(fields.at(input.facts, collection))
}

change_fact_gaps contains _place(["input.facts", list]) if {
	is_object(input.facts)
	some list in ["moves", "canaries", "freezes"]
	not is_array(fields.at(input.facts, list))
}

change_fact_gaps contains _place(["input.facts.moves", i, field]) if {
	some i, move in input.facts.moves
	some field in ["agent", "ring", "direction"]
	not is_string(fields.at(move, field))
}

# Each changed root says which clusters it reaches.
reach_gaps contains _place(["input.roots", i, "clusters"]) if {
	some i, root in input.roots
	not _is_list_of_strings(fields.at(root, "clusters"))
}

reach_gaps contains "input.roots" if not is_array(fields.at(input, "roots"))

# Facts of clusters that not every rule needs.
cell_gaps contains _place(["data.fleet.clusters", name, "cells"]) if {
	some name, cluster in data.fleet.clusters
	not is_number(fields.at(cluster, "cells"))
}

cell_gaps contains _place(["data.fleet.clusters", name, "hub"]) if {
	some name, cluster in data.fleet.clusters
	not is_string(fields.at(cluster, "hub"))
}

place_gaps contains _place(["data.fleet.clusters", name, field]) if {
	some name, cluster in data.fleet.clusters
	some field in ["trackingAreas", "memoryPeers"]
	not is_array(fields.at(cluster, field))
}

place_gaps contains _place(["data.fleet.clusters", name, "country"]) if {
	some name, cluster in data.fleet.clusters
	not is_string(fields.at(cluster, "country"))
}

# Facts of agents that say what they write.
envelope_gaps contains _place(["data.fleet.agents", name, "writes"]) if {
	some name, agent in data.fleet.agents
	not is_array(fields.at(agent, "writes"))
}

envelope_gaps contains _place(["data.fleet.agents", name, field]) if {
	some name, agent in data.fleet.agents
	some field in ["tier", "group", "conflictGroup"]
	not is_string(fields.at(agent, field))
}

envelope_gaps contains _place(["data.fleet.agents", name, "writes", i, field]) if {
	some name, agent in data.fleet.agents
	some i, write in agent.writes
	some field in _write_gaps(write)
}

_write_gaps(write) := union({
	{"class" | not is_string(fields.at(write, "class"))},
	{"operations" | not _is_list_of_strings(fields.at(write, "operations"))},
	{field | some field in ["paceMinutes", "minSamples"]; not is_number(fields.at(write, field))},
	{"scope" | not is_string(fields.at(write, "scope"))},
})
