# METADATA
# title: Write envelopes
# description: What an agent may write, how one entry compares with another, and which attributes can take a cell out of service.
package lib.envelope

import data.lib.fields

# The attribute that an entry is about; the class alone where it writes the object itself.
name(write) := concat(".", [write.class, write.attribute]) if is_string(fields.at(write, "attribute"))

name(write) := concat(" ", [write.class, concat("/", sort(write.operations))]) if not is_string(fields.at(write, "attribute"))

# In which ways an entry reaches further than another one on the same attribute.
widened(write, than) := union({
	{concat(" ", ["operation", operation]) | some operation in write.operations; not operation in than.operations},
	{concat(" ", ["value", json.marshal(value)]) | some value in _values(write); not value in _values(than)},
	{"values without a list" | count(_values(than)) > 0; count(_values(write)) == 0},
	{field | some field in _wider_fields(write, than)},
	{"a scope in other words" | write.scope != than.scope},
	{"a pace below what it was" | write.paceMinutes < than.paceMinutes},
	{"fewer samples" | write.minSamples < than.minSamples},
	{"no restart declared" | fields.at(than, "needsRestart") == true; fields.at(write, "needsRestart") != true},
	{"a longer time box" | is_number(fields.at(than, "timeBoxMinutes")); not _fits_time_box(write, than)},
	{"a weaker guard" | is_object(fields.at(than, "guard")); not _is_guarded_as(write, than)},
})

_values(write) := object.get(write, "values", [])

_wider_fields(write, than) := union({
	{"a range where there was none" | is_object(fields.at(write, "range")); not is_object(fields.at(than, "range"))},
	{"no range" | is_object(fields.at(than, "range")); not is_object(fields.at(write, "range"))},
	{"a range in another unit" | _measure(write.range) != _measure(than.range)},
	{concat("", ["max ", json.marshal(write.range.max)]) | write.range.max > than.range.max},
	{concat("", ["min ", json.marshal(write.range.min)]) | write.range.min < than.range.min},
	{concat("", ["step ", json.marshal(write.range.step)]) | write.range.step > than.range.step},
})

_measure(range) := [fields.at(range, "unit"), fields.at(range, "relativeTo")]

_fits_time_box(write, than) if write.timeBoxMinutes <= than.timeBoxMinutes

_is_guarded_as(write, than) if {
	every role in write.guard.cellRoles { role in than.guard.cellRoles }
	every field in ["overlaid", "keepsEmergencyLayer"] { _implies(than.guard[field], write.guard[field]) }
	object.get(write.guard, "wakeGuardMinutes", 0) >= object.get(than.guard, "wakeGuardMinutes", 0)
}

_implies(false, _)

_implies(true, true)

# Entries with which a cell can be barred, put to sleep, restarted or locked.
silences(write) if fields.at(write, "attribute") in {"administrativeState", "cellBarred", "energySavingControl", "cellReservedForOperatorUse"}

silences(write) if {
	some operation in write.operations
	operation in {"lock", "restart"}
}

silences(write) if fields.at(write, "needsRestart") == true

# An adapter, or the agent that undoes, carries out intents that others were granted; its envelope is theirs.
carries_out(agent) if is_string(fields.at(agent, "vendor"))

carries_out(agent) if fields.at(agent, "name") == "rollback-manager"
