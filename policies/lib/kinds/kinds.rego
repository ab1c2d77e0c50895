# METADATA
# title: API group and kind of an object
# description: A custom resource may reuse the name of a built-in kind, so that the kind alone does not tell what an object is.
package lib.kinds

# Kinds whose pods run until someone ends them.
long_running := {"Rollout", "Deployment", "StatefulSet", "DaemonSet"}

# Kinds that keep a number of pods.
replicated := {"Rollout", "Deployment", "StatefulSet"}

is(resource, group, kind) if {
	resource.kind == kind
	group_of(resource.object.apiVersion) == group
}

# The core group is the empty string.
group_of(api_version) := "" if not contains(api_version, "/")

group_of(api_version) := split(api_version, "/")[0] if contains(api_version, "/")
