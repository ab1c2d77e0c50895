# METADATA
# title: Facts of the fleet
# description: Empty where the data holds none; then lib/contract reports the gap.
package lib.fleet

default agents := {}

agents := data.fleet.agents if is_object(data.fleet.agents)

default config := {}

config := data.config if is_object(data.config)

default clusters := {}

clusters := data.fleet.clusters if is_object(data.fleet.clusters)

default components := {}

components := data.fleet.components if is_object(data.fleet.components)

# Rings in the order of promotion.
rings := ["w0", "w1", "w2", "w3", "w4", "w5", "w6a", "w6b", "w7a", "w7b", "w7c", "w7d"]

production[name] := cluster if {
	some name, cluster in clusters
	cluster.env == "production"
}

# Clusters of one ring that the facts name.
in_ring(ring) := {name | some name, cluster in clusters; cluster.wave == ring}

# Clusters on which the facts place what a root renders.
of_root(root) := {name: cluster | some name, cluster in clusters; _is_placed(root, cluster)}

_is_placed(root, cluster) if {
	root.kind == "agent"
	cluster.wave == root.ring
	cluster.tier == root.tier
}

_is_placed(root, cluster) if {
	root.kind == "component"
	component := components[root.component]
	cluster.tier in component.tiers
	_takes(cluster, root.component, component)
}

_takes(_, _, component) if component.optIn == false

_takes(cluster, name, _) if name in cluster.components
