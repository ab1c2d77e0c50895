# METADATA
# title: Writing agents change inside the site's own maintenance window
# description: |
#   The window is declared in the clock of the site, lies between 22:00 and 06:00, and even on the night on which the clocks go forward
#   leaves 80 minutes: 5 to apply, 60 until the fast verdict, 15 to undo and read back. A sync window that admits a writing agent
#   is this window and no other. Whether a sync starts inside the window is for Argo CD and the promotion, not for a pull request.
# custom:
#   id: RAN-17
#   severity: deny
#   scope: root
#   failure_msg: "the maintenance window of {cluster} {problem}"
#   solution: "Set maintenanceWindow and timeZone in the cluster's cluster.yaml; write a sync window as cron of its start, its duration and its timeZone."
#   controls: [SOC2 CC8.1, NIST CM-3, NIST CM-3(2)]
package rules.ran.maintenance_window

import data.lib.contract
import data.lib.fields
import data.lib.fleet
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.about(input.root.cluster, {"cluster": input.root.cluster, "problem": problem}) if {
	_is_judged
	not _is_laboratory
	some problem in _problems(_window)
}

deny contains result.at(project, ["spec", "syncWindows", i], {"cluster": input.root.cluster, "problem": problem}) if {
	_is_judged
	not _is_laboratory
	some project in input.objects
	kinds.is(project, "argoproj.io", "AppProject")
	some i, window in project.object.spec.syncWindows
	fields.at(window, "kind") == "allow"
	_admits_writer(window)
	[fields.at(window, "schedule"), _minutes(fields.at(window, "duration")), fields.at(window, "timeZone")] != [_schedule, _window.minutes, _cluster.timeZone]
	problem := concat("", ["is not the sync window of AppProject ", project.name])
}

undecided contains result.missing(gap) if {
	_is_judged
	some gap in (contract.rendered_gaps | contract.fact_gaps)
}

undecided contains result.missing(concat(".", ["data.fleet.windows", input.root.cluster])) if {
	_is_judged
	not _knows_window
}

_is_judged if {
	input.scope == scope
	input.root.kind == "cluster"
}

_is_laboratory if fleet.clusters[input.root.cluster].env in {"dev", "staging"}

_cluster := fleet.clusters[input.root.cluster]

_window := data.fleet.windows[input.root.cluster]

_knows_window if {
	every field in ["startMinute", "minutes", "shortestMinutes"] { is_number(_window[field]) }
	is_boolean(_window.isLocal)
}

_problems(window) := union({
	{"is not in the clock of its country" | window.isLocal == false},
	{"does not lie between 22:00 and 06:00" | ((window.startMinute + 120) % 1440) + window.minutes > 480},
	{"leaves less than 80 minutes on the night on which the clocks go forward" | window.shortestMinutes < 80},
})

_schedule := concat(" ", [format_int(_window.startMinute % 60, 10), format_int(floor(_window.startMinute / 60), 10), "* * *"])

_admits_writer(window) if {
	some list in ["applications", "namespaces", "clusters"]
	some pattern in window[list]
	some name, agent in fleet.agents
	agent.tier == "W"
	glob.match(pattern, [], name)
}

_admits_writer(window) if count(object.get(window, "clusters", [])) > 0

_minutes(duration) := 60 * to_number(trim_suffix(duration, "h")) if regex.match(`^[0-9]+h$`, duration)

_minutes(duration) := to_number(trim_suffix(duration, "m")) if regex.match(`^[0-9]+m$`, duration)

default _minutes(_) := -1
