# METADATA
# title: How a pod or a container reaches its node
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
package lib.host

import data.lib.fields
import data.lib.pod_security

pod_faults(spec) := union({pod_security.wrong_values(spec, _pod_rows), _sysctls(spec), _volumes(spec), _drivers(spec)})

container_faults(container) := union({
	pod_security.wrong_values(container, _handler_rows),
	_host_ports(container),
	_devices(container),
	_sockets(container),
})

_pod_rows := {
	{"path": ["hostNetwork"], "allowed": {null, false}, "problem": "shares the network of the node"},
	{"path": ["hostPID"], "allowed": {null, false}, "problem": "shares the processes of the node"},
	{"path": ["hostIPC"], "allowed": {null, false}, "problem": "shares the memory segments of the node"},
	{"path": ["hostUsers"], "allowed": {null, false}, "problem": "asks for the user ids of the node"},
	{"path": ["nodeName"], "allowed": {null, ""}, "problem": "picks its node past the scheduler"},
}

_handler_rows := {row |
	some handler in [
		["livenessProbe"], ["readinessProbe"], ["startupProbe"],
		["lifecycle", "postStart"], ["lifecycle", "preStop"],
	]
	some action in ["httpGet", "tcpSocket"]
	row := {
		"path": array.concat(handler, [action, "host"]), "allowed": {null, ""},
		"problem": "sends the kubelet to another host",
	}
}

_safe_sysctls := {
	"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
	"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time",
	"net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
}

_sysctls(spec) := {{"path": ["securityContext", "sysctls", i, "name"], "problem": "sets an unsafe kernel parameter"} |
	some i, parameter in fields.at(spec, ["securityContext", "sysctls"])
	not fields.at(parameter, "name") in _safe_sysctls
}

_volume_sources := {
	"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
	"persistentVolumeClaim", "projected", "secret",
}

_volumes(spec) := {{"path": ["volumes", i, source], "problem": "mounts a volume of a forbidden kind"} |
	some i, volume in spec.volumes
	some source, _ in volume
	not source in (_volume_sources | {"name"})
}

# Drivers that bring secrets and identities; any other may serve a folder of the node.
_csi_drivers := {"csi.spiffe.io", "csi.cert-manager.io", "secrets-store.csi.k8s.io"}

_drivers(spec) := {{"path": ["volumes", i, "csi", "driver"], "problem": "mounts a volume of an unknown driver"} |
	some i, volume in spec.volumes
	fields.at(volume, "csi") != null
	not fields.at(volume, ["csi", "driver"]) in _csi_drivers
}

_host_ports(container) := {{"path": ["ports", i, "hostPort"], "problem": "opens a port of the node"} |
	some i, port in container.ports
	not fields.at(port, "hostPort") in {0, null}
} | {{"path": ["ports", i, "hostIP"], "problem": "opens a port of the node"} |
	some i, port in container.ports
	not fields.at(port, "hostIP") in {"", null}
}

_devices(container) := {{"path": ["volumeDevices"], "problem": "opens a block device"} |
	not fields.at(container, "volumeDevices") in [null, []]
}

_sockets(container) := {{"path": ["volumeMounts", i, "mountPath"], "problem": "mounts the socket of the container runtime"} |
	some i, mount in container.volumeMounts
	regex.match(`(docker|containerd|crio|cri-dockerd|podman|kubelet)[a-z_-]*\.sock`, fields.at(mount, "mountPath"))
}
