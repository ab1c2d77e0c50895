package lib.contract

import data.lib.fields

# Null says that the facts of the base can not be read.
record_gaps contains "input.records" if not is_object(fields.at(input, "records"))

record_gaps contains concat("", ["what can be read of the records and quarantines of the base (", input.records.unread, ")"]) if {
	is_string(input.records.unread)
}

record_gaps contains _place(["input.records", list]) if {
	is_object(input.records)
	some list in ["pins", "births", "joining", "lost"]
	not is_array(fields.at(input.records, list))
}

record_gaps contains _place(["input.records.pins", i, field]) if {
	some i, pin in input.records.pins
	some field in _pin_gaps(pin)
}

record_gaps contains _place(["input.records.births", i, field]) if {
	some i, birth in input.records.births
	some field in _birth_gaps(birth)
}

record_gaps contains _place(["input.records.joining", i, field]) if {
	some i, entry in input.records.joining
	some field in _entry_gaps(entry)
}

record_gaps contains _place(["input.records.lost", i, field]) if {
	some i, entry in input.records.lost
	some field in ["agent", "file", "release", "how"]
	not is_string(fields.at(entry, field))
}

_pin_gaps(pin) := union({
	{field | some field in ["agent", "ring", "to"]; not is_string(fields.at(pin, field))},
	{"direction" | not fields.at(pin, "direction") in {"new", "forward", "back"}},
	{"here" | not _is_standing(fields.at(pin, "here"))},
	{"inPrevious" | not _is_standing_or_null(object.get(pin, "inPrevious", "absent"))},
	{field | some field in ["previous", "lastVerified"]; not _is_text_or_null(object.get(pin, field, 0))},
	{"barred" | not _is_barred_or_null(object.get(pin, "barred", "absent"))},
	{"render" | not _is_render_or_null(object.get(pin, "render", "absent"))},
})

_birth_gaps(birth) := union({
	{field | some field in ["cluster", "agent", "ring", "release"]; not is_string(fields.at(birth, field))},
	{"how" | not fields.at(birth, "how") in {"new", "rebuilt", "moved", "joined"}},
	{"standing" | not _is_standing(fields.at(birth, "standing"))},
	{"barred" | not _is_barred_or_null(object.get(birth, "barred", "absent"))},
	{field | some field in ["joins", "alone"]; not is_boolean(fields.at(birth, field))},
})

_entry_gaps(entry) := union({
	{field | some field in ["cluster", "agent", "ring", "release", "commit"]; not is_string(fields.at(entry, field))},
	{"runs" | not is_boolean(fields.at(entry, "runs"))},
	{"standing" | not _is_standing(fields.at(entry, "standing"))},
	{"barred" | not _is_barred_or_null(object.get(entry, "barred", "absent"))},
	{"past" | not _is_past_or_null(object.get(entry, "past", "absent"))},
})

_is_standing(value) if value in {"verified", "reverted", "unverified", "unrecorded"}

_is_standing_or_null(null)

_is_standing_or_null(value) if _is_standing(value)

_is_text_or_null(null)

_is_text_or_null(value) if is_string(value)

_is_barred_or_null(null)

_is_barred_or_null(value) if {
	every field in ["file", "ring", "reason"] { is_string(value[field]) }
}

_is_render_or_null(null)

_is_render_or_null(value) if {
	every field in ["verifiedIn", "verified", "now"] { is_string(value[field]) }
}

# Null where the commit is none of those that came before.
_is_past_or_null(null)

_is_past_or_null(value) if {
	is_boolean(value.unit)
	_is_text_or_null(object.get(value, "release", 0))
}
