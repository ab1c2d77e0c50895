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
	{{"path": ["spec", "backup", "volumeSnapshot", field], "problem": "keeps its backups on a disk that need not be encrypted"} |
		settings := fields.at(database, ["spec", "backup", "volumeSnapshot"])
		settings != null
		some field, class in object.union({"className": ""}, settings)
		field in {"className", "walClassName"}
		not is_class(class)
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

# Where agents replicate to or from, by a key of its own or by one inside a document.
endpoint_faults(config) := {{"path": ["data", key], "problem": problem} |
	some key, text in fields.at(config, "data")
	some problem in _endpoint_faults(key, text)
} | {{"path": ["data", key], "problem": problem} |
	some key, text in fields.at(config, "data")
	some line in split(text, "\n")
	parts := regex.find_all_string_submatch_n(`^[\s-]*"?([\w.-]+)"?\s*[:=]\s+"?([^"\s]+)`, line, 1)
	some problem in _endpoint_faults(parts[0][1], parts[0][2])
}

variable_faults(workload) := {{"path": array.concat(container.path, ["env", i, "value"]), "problem": problem} |
	some container in workload.containers
	some i, variable in fields.at(container.container, "env")
	some problem in _endpoint_faults(variable.name, variable.value)
}

_endpoint_faults(key, text) := {problem |
	regex.match(`(?i)(sync|memory|replica|agentdb|database)`, key)
	some {"endpoint": endpoint, "problem": problem} in _endpoints(text)
	not regex.match(_encrypted, endpoint)
}

# An address with a scheme says by it whether it encrypts; a bare host and port do not say it.
_endpoints(text) := {{"endpoint": address, "problem": "sends data in plain text"} |
	some [address] in regex.find_all_string_submatch_n(`[\w+.-]+://[^\s,"']*`, text, -1)
} | {{"endpoint": address, "problem": "does not say that it sends data encrypted"} |
	some address in split(replace(text, ",", " "), " ")
	regex.match(`^(([\w-]+\.)*[\w-]*[A-Za-z][\w-]*\.?|[0-9]+(\.[0-9]+){3}):[0-9]{2,5}$`, address)
}

_encrypted := `(?i)^((https|wss|tls|ssl|quic|grpcs|rediss|amqps|ldaps|ftps|sftp|mongodb\+srv|s3)://|(postgres|postgresql)://.*sslmode=(require|verify-ca|verify-full)\b|[\w+]+://(localhost|127\.0\.0\.1|\[::1\])[:/])`

# What a chart lets reach into other clusters, and does not say that it encrypts the way.
bridge_faults(application) := {{"path": array.concat(["spec"], path), "problem": "connects to other clusters in plain text"} |
	walk(application.spec, [path, bridge])
	"valuesObject" in path
	path[count(path) - 1] in {"gateway", "leafnodes"}
	path[count(path) - 2] == "config"
	fields.at(bridge, "enabled") == true
	not fields.at(bridge, ["tls", "enabled"]) == true
}
