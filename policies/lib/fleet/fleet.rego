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

# Rings in the order of promotion.
rings := ["w0", "w1", "w2", "w3", "w4", "w5", "w6a", "w6b", "w7a", "w7b", "w7c", "w7d"]

production[name] := cluster if {
	some name, cluster in clusters
	cluster.env == "production"
}

# Clusters of one ring that the facts name.
in_ring(ring) := {name | some name, cluster in clusters; cluster.wave == ring}
