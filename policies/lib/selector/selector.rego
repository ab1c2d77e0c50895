# METADATA
# title: Which labels a selector selects
# description: A selector that is not well formed selects nothing.
package lib.selector

import data.lib.fields

# Whether a LabelSelector selects these labels; the empty one selects all.
matches(selector, labels) if {
	has_labels(object.get(selector, "matchLabels", {}), labels)
	expressions := object.get(selector, "matchExpressions", [])
	is_array(expressions)
	every expression in expressions { _holds(expression, labels) }
}

has_labels(wanted, labels) if {
	is_object(wanted)
	every key, value in wanted { labels[key] == value }
}

_holds(expression, labels) if {
	expression.operator == "In"
	is_array(expression.values)
	labels[expression.key] in expression.values
}

_holds(expression, labels) if {
	expression.operator == "NotIn"
	is_string(expression.key)
	is_array(expression.values)
	not fields.at(labels, expression.key) in expression.values
}

_holds(expression, labels) if {
	expression.operator == "Exists"
	is_string(labels[expression.key])
}

_holds(expression, labels) if {
	expression.operator == "DoesNotExist"
	is_string(expression.key)
	not labels[expression.key]
}
