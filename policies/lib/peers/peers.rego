# METADATA
# title: Which peers of a network policy are one other end, and which are everybody
package lib.peers

import data.lib.fields

# Places below the spec of a policy with what is wrong there.
faults(spec, field, _) := {{"path": [field], "problem": "is not a list"}} if {
	not _is_list_or_null(fields.at(spec, field))
}

faults(spec, field, side) := union({_unnamed(spec, field, side), _open(spec, field, side), _for_all(spec, field, side)}) if {
	_is_list_or_null(fields.at(spec, field))
}

_is_list_or_null(null)

_is_list_or_null(value) if is_array(value)

_unnamed(spec, field, side) := {{"path": [field, i], "problem": "names no other end, which is everywhere"} |
	some i, rule in spec[field]
	not _is_filled(fields.at(rule, side))
}

_is_filled(list) if {
	is_array(list)
	count(list) > 0
}

_open(spec, field, side) := {{"path": array.concat([field, i, side, j], fault.place), "problem": fault.problem} |
	some i, rule in spec[field]
	is_array(rule[side])
	some j, peer in rule[side]
	some fault in _peer_faults(peer)
}

# A policy for all pods of a namespace says at least on which ports.
_for_all(spec, field, side) := {{"path": [field, i], "problem": "opens all ports of all pods of its namespace"} |
	fields.at(spec, "podSelector") in {null, {}}
	some i, rule in spec[field]
	not _is_filled(fields.at(rule, "ports"))
	not _is_one_address(fields.at(rule, side))
}

_is_one_address(peers) if {
	_is_filled(peers)
	every peer in peers { endswith(peer.ipBlock.cidr, "/32") }
}

_peer_faults(peer) := union({
	{{"place": [], "problem": "allows every address"} | not _names_something(peer)},
	{{"place": ["ipBlock", "cidr"], "problem": problem} | block := peer.ipBlock; some problem in _block_faults(block)},
	{{"place": ["namespaceSelector"], "problem": "selects every namespace"} |
		fields.at(peer, "namespaceSelector") != null
		not _chooses(peer.namespaceSelector)
	},
	{{"place": ["podSelector"], "problem": "selects every pod of its own namespace"} |
		fields.at(peer, "namespaceSelector") == null
		fields.at(peer, "podSelector") != null
		not _chooses(peer.podSelector)
	},
})

_names_something(peer) if {
	some field in ["ipBlock", "namespaceSelector", "podSelector"]
	is_object(peer[field])
}

# Only what must be equal chooses; that a label exists, or is not something, holds for almost everybody.
_chooses(selector) if {
	count(selector.matchLabels) > 0
}

_chooses(selector) if {
	some expression in selector.matchExpressions
	expression.operator == "In"
	count(expression.values) > 0
}

_block_faults(block) := {"allows every address" | not is_narrow(fields.at(block, "cidr"))} | {"reaches the addresses on which clouds hand out credentials" |
	startswith(block.cidr, "169.254.")
	block.cidr != _probes
}

# In the ambient mesh the probes of the kubelet come from here.
_probes := "169.254.7.127/32"

# A quarter of all addresses, twice, is all of them.
is_narrow(cidr) if {
	regex.match(`^[0-9]{1,3}(\.[0-9]{1,3}){3}/(1[6-9]|2[0-9]|3[0-2])$`, cidr)
}

is_narrow(cidr) if {
	regex.match(`^[0-9a-fA-F]*:[0-9a-fA-F:.]*/(4[89]|[5-9][0-9]|1[01][0-9]|12[0-8])$`, cidr)
}
