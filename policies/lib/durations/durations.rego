# METADATA
# title: Durations as Argo Rollouts writes them
package lib.durations

# Seconds of `3m`, `1h30m`, `"90"` or 90; undefined for anything else.
seconds(value) := value if is_number(value)

seconds(value) := to_number(value) if {
	is_string(value)
	regex.match(`^[0-9]+$`, value)
}

seconds(value) := sum(parts) if {
	is_string(value)
	regex.match(`^([0-9]+(\.[0-9]+)?(ms|h|m|s))+$`, value)
	parts := [part |
		some [_, amount, unit] in regex.find_all_string_submatch_n(`([0-9]+(?:\.[0-9]+)?)(ms|h|m|s)`, value, -1)
		part := to_number(amount) * _units[unit]
	]
}

_units := {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
