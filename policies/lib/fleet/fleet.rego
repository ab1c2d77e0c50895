# METADATA
# title: Facts of the fleet
# description: Empty where the data holds none; then lib/contract reports the gap.
package lib.fleet

default agents := {}

agents := data.fleet.agents if is_object(data.fleet.agents)

default clusters := {}

clusters := data.fleet.clusters if is_object(data.fleet.clusters)
