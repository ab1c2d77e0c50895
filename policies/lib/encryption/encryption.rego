# METADATA
# title: Which disks and connections are not encrypted
package lib.encryption

import data.lib.fields

_classes := {"encrypted"}

is_class(name) if name in _classes

# Without a name the cluster's default decides, which is not in Git.
claim_faults(claim, path) := {{"path": array.concat(path, ["spec", "storageClassName"]), "problem": "claims a disk that need not be encrypted"} |
	not is_class(fields.at(claim, ["spec", "storageClassName"]))
}

class_faults(resource) := {{"path": ["parameters"], "problem": "is called encrypted and is not"} |
	is_class(resource.name)
	not fields.at(resource.object, ["parameters", "encrypted"]) in {"true", true}
} | {{"path": ["metadata", "annotations"], "problem": "is the default and is not encrypted"} |
	fields.at(resource.object, ["metadata", "annotations", "storageclass.kubernetes.io/is-default-class"]) == "true"
	not is_class(resource.name)
}

database_faults(database) := union({
	{{"path": ["spec", storage, "storageClass"], "problem": "keeps its data on a disk that need not be encrypted"} |
		some storage in ["storage", "walStorage"]
		settings := database.spec[storage]
		not is_class(fields.at(settings, "storageClass"))
	},
	{{"path": ["spec", "postgresql", "pg_hba"], "problem": "takes connections without TLS"} | not _takes_tls_only(database)},
	{{"path": ["spec", "postgresql", "pg_hba", i], "problem": "takes connections without TLS"} |
		some i, line in fields.at(database, ["spec", "postgresql", "pg_hba"])
		regex.match(`(?i)^\s*(host|hostnossl|hostnogssenc)\s`, line)
		not regex.match(`(?i)\sreject\s*$`, line)
	},
	{{"path": ["spec", "postgresql", "parameters", "ssl"], "problem": "switches TLS off"} |
		not fields.at(database, ["spec", "postgresql", "parameters", "ssl"]) in {null, "on"}
	},
	{{"path": ["spec", "externalClusters", i, "connectionParameters", "sslmode"], "problem": "replicates without checking the other end"} |
		some i, other in fields.at(database, ["spec", "externalClusters"])
		not fields.at(other, ["connectionParameters", "sslmode"]) in {"verify-ca", "verify-full"}
	},
})

_takes_tls_only(database) if {
	some line in fields.at(database, ["spec", "postgresql", "pg_hba"])
	regex.match(`(?i)^\s*hostnossl\s+all\s+all\s+all\s+reject\s*$`, line)
}

# Charts ask for disks in their values; the names of the field differ, that a disk has a size does not.
chart_faults(application) := {{"path": array.concat(["spec"], path), "problem": "asks a chart for a disk that need not be encrypted"} |
	walk(application.spec, [path, values])
	"valuesObject" in path
	fields.at(values, "size") != null
	not fields.at(values, "enabled") == false
	not is_class(fields.at(values, "storageClass"))
	not is_class(fields.at(values, "storageClassName"))
}

# Where agents replicate to or from, by its own key.
endpoint_faults(config) := {{"path": ["data", key], "problem": "sends data in plain text"} |
	some key, text in fields.at(config, "data")
	_is_plain_endpoint(key, text)
}

variable_faults(workload) := {{"path": array.concat(container.path, ["env", i, "value"]), "problem": "sends data in plain text"} |
	some container in workload.containers
	some i, variable in fields.at(container.container, "env")
	_is_plain_endpoint(variable.name, variable.value)
}

_is_plain_endpoint(key, text) if {
	regex.match(`(?i)(sync|memory|replica|agentdb|database)`, key)
	regex.match(`(?i)(\b(http|ws|redis|amqp|mysql|mongodb|ldap|ftp)://|sslmode=(disable|allow|prefer)\b)`, text)
}
