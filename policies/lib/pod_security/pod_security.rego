# METADATA
# title: The restricted Pod Security Standard as tables
# description: Every row names a field and the values it may have; null stands for an absent field.
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
package lib.pod_security

# Fields of the pod; absent is allowed where null is listed.
pod := {
	{"path": ["hostNetwork"], "allowed": {null, false}, "problem": "shares the network of the node"},
	{"path": ["hostPID"], "allowed": {null, false}, "problem": "shares the processes of the node"},
	{"path": ["hostIPC"], "allowed": {null, false}, "problem": "shares the memory segments of the node"},
} | _context

# Fields that each container sets for itself.
container := ({
	{
		"path": ["securityContext", "allowPrivilegeEscalation"], "allowed": {false},
		"problem": "may gain more rights than its parent process",
	},
	{"path": ["securityContext", "readOnlyRootFilesystem"], "allowed": {true}, "problem": "may write to its root filesystem"},
	{"path": ["securityContext", "privileged"], "allowed": {null, false}, "problem": "is privileged"},
	{"path": ["securityContext", "procMount"], "allowed": {null, "Default"}, "problem": "unmasks /proc"},
} | _context) | _host_fields

# Fields that a container takes from its pod unless it sets its own.
inherited := {
	{"path": ["securityContext", "runAsNonRoot"], "allowed": {true}, "problem": "may run as root"},
	{
		"path": ["securityContext", "seccompProfile", "type"], "allowed": {"RuntimeDefault", "Localhost"},
		"problem": "has no seccomp profile",
	},
}

volume_sources := {
	"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
	"persistentVolumeClaim", "projected", "secret",
}

capabilities := {"NET_BIND_SERVICE"}

sysctls := {
	"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
	"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time",
	"net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
}

_selinux_types := {null, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}

_context := {
	{
		"path": ["securityContext", "windowsOptions", "hostProcess"], "allowed": {null, false},
		"problem": "runs as a process of the node",
	},
	{
		"path": ["securityContext", "appArmorProfile", "type"], "allowed": {null, "RuntimeDefault", "Localhost"},
		"problem": "has no AppArmor profile",
	},
	{"path": ["securityContext", "seLinuxOptions", "type"], "allowed": _selinux_types, "problem": "has another SELinux type"},
	{"path": ["securityContext", "seLinuxOptions", "user"], "allowed": {null, ""}, "problem": "has its own SELinux user"},
	{"path": ["securityContext", "seLinuxOptions", "role"], "allowed": {null, ""}, "problem": "has its own SELinux role"},
}

_host_fields := {row |
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
