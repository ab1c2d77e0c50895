# METADATA
# title: Long-running containers tell whether they are ready and alive
# description: A rollout counts a pod without probes as good at once, and equal probes restart what only needs to wait.
# custom:
#   id: REL-02
#   severity: deny
#   scope: root
#   failure_msg: "container {container}: {probe} {problem}"
#   solution: "Give the container a readinessProbe and a different livenessProbe on a port that it declares."
#   controls: [SOC2 A1.1, SOC2 A1.2, HIPAA 164.308(a)(7), GDPR 32(1)(b), GDPR 32(1)(c), NIS2 21(2)(c), NIST CP-2, NIST SC-5, NIST SI-13]
package rules.reliability.probes

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, path, {"container": container.name, "probe": fault.path[0], "problem": fault.problem}) if {
	input.scope == scope
	some resource in input.objects
	some workload in resource.workloads
	workload.kind in kinds.long_running
	some container in workload.containers
	_stays(container)
	some fault in _faults(container.container)
	path := array.concat(container.path, fault.path)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

# An init container that restarts by itself is a sidecar and runs as long as its pod.
_stays(container) if container.role == "main"

_stays(container) if {
	container.role == "init"
	container.container.restartPolicy == "Always"
}

_faults(container) := union({_lacking(container), _identical(container), _strange_ports(container), _late(container)})

# A liveness probe that waits longer for each start also waits that long in each hang that follows a restart.
_late(container) := {{"path": ["startupProbe"], "problem": "is needed by a container that takes more than 30 seconds to start"} |
	container.livenessProbe.initialDelaySeconds > 30
	fields.at(container, "startupProbe") == null
}

_lacking(container) := {{"path": [probe], "problem": "is missing or does nothing"} |
	some probe in ({"readinessProbe", "livenessProbe"} | {"startupProbe" | fields.at(container, "startupProbe") != null})
	not _acts(fields.at(container, probe))
}

_acts(probe) if {
	some action in ["httpGet", "tcpSocket", "grpc", "exec"]
	is_object(probe[action])
}

_identical(container) := {{"path": ["livenessProbe"], "problem": "is the same as the readinessProbe"} |
	_acts(container.livenessProbe)
	container.livenessProbe == container.readinessProbe
}

_strange_ports(container) := {{"path": [probe, action, "port"], "problem": "uses a port that the container does not declare"} |
	some probe in ["readinessProbe", "livenessProbe", "startupProbe"]
	some action in ["httpGet", "tcpSocket", "grpc"]
	handler := container[probe][action]
	not _declares(container, fields.at(handler, "port"))
}

_declares(container, port) if {
	some declared in container.ports
	some field in ["containerPort", "name"]
	declared[field] == port
}
