# METADATA
# title: What an Argo CD project leaves open
# related_resources:
#   - https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Security/
package lib.project

import data.lib.fields

faults(name, spec) := union({_repositories(spec), _destinations(spec), _cluster_kinds(spec), _kinds(name, spec), _others(spec)})

# Other wildcards than * exist: Argo CD matches by glob.
_is_open(text) if not is_string(text)

_is_open(text) if regex.match(`[*?\[\]{}!]`, text)

_repositories(spec) := {{"path": ["sourceRepos", i], "problem": "takes manifests from any repository"} |
	some i, repository in fields.at(spec, "sourceRepos")
	_is_open(repository)
}

_destinations(spec) := ({{"path": ["destinations", i, field], "problem": concat(" ", ["deploys to any", field])} |
	some i, destination in fields.at(spec, "destinations")
	some field in ["name", "server", "namespace"]
	_is_open(object.get(destination, field, ""))
} | {{"path": ["destinations", i], "problem": "deploys to any cluster"} |
	some i, destination in fields.at(spec, "destinations")
	object.get(destination, "name", "") == ""
	object.get(destination, "server", "") == ""
}) | {{"path": ["destinations", i], "problem": "deploys to any namespace"} |
	some i, destination in fields.at(spec, "destinations")
	object.get(destination, "namespace", "") == ""
}

_cluster_kinds(spec) := {{"path": ["clusterResourceWhitelist", i], "problem": "may create any kind of the cluster"} |
	some i, entry in fields.at(spec, "clusterResourceWhitelist")
	_is_open_entry(entry)
}

_is_open_entry(entry) if _is_open(object.get(entry, "kind", null))

_is_open_entry(entry) if _is_open(object.get(entry, "group", null))

# Absence allows every namespaced kind, also those that nobody thought of.
_kinds(name, spec) := {{"path": ["namespaceResourceWhitelist"], "problem": "may create any kind of its namespaces"} |
	not _is_platform(name)
	not is_array(fields.at(spec, "namespaceResourceWhitelist"))
} | {{"path": ["namespaceResourceWhitelist", i], "problem": "may create any kind of its namespaces"} |
	not _is_platform(name)
	some i, entry in fields.at(spec, "namespaceResourceWhitelist")
	_is_open_entry(entry)
}

# Its kinds follow from the pinned upstream charts. On a hub each cluster has a project of its own, named behind a dot.
_is_platform(name) if regex.match(`^platform(\.[a-z0-9-]+)?$`, name)

_others(spec) := {{"path": [field], "problem": problem} |
	some field, problem in {
		"sourceNamespaces": "takes Applications from other namespaces",
		"roles": "gives out tokens of its own",
	}
	not fields.at(spec, field) in [null, []]
}
