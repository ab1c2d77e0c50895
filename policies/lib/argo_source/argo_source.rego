# METADATA
# title: What Argo CD does to a source between Git and the cluster
# description: An allow-list, since the gate judges what the folder itself gives; what a later version of Argo CD adds is forbidden until someone looked at it.
# related_resources:
#   - https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/
package lib.argo_source

import data.lib.fields
import data.lib.kinds

# The specification of an Application, and none of anything else.
specs(resource) := [{"path": ["spec"], "spec": fields.at(resource.object, "spec")}] if kinds.is(resource, "argoproj.io", "Application")

faults(resource, own) := {{"path": array.concat(entry.path, fault.path), "problem": fault.problem} |
	some holder in specs(resource)
	some entry in _sources(holder)
	some fault in _source_faults(entry.source, own)
} | {{"path": array.concat(holder.path, ["sourceHydrator"]), "problem": "takes what a branch holds that nobody judged"} |
	some holder in specs(resource)
	fields.at(holder.spec, "sourceHydrator") != null
}

_sources(holder) := array.concat(
	[{"source": source, "path": array.concat(holder.path, ["source"])} | source := holder.spec.source; is_object(source)],
	[{"source": source, "path": array.concat(holder.path, ["sources", i])} | some i, source in holder.spec.sources],
)

_source_faults(source, own) := union({_unknown_keys(source, own), _helm(source), _upstream(source, own), _folder(source, own)})

_unknown_keys(source, own) := {{"path": [key], "problem": "changes its manifests by the Application, after they were judged"} |
	some key, value in source
	not value in [null, {}, ""]
	not key in _keys[source.repoURL == own]
}

_keys := {
	true: {"repoURL", "targetRevision", "path", "name"},
	false: {"repoURL", "targetRevision", "path", "name", "chart", "helm", "kustomize", "directory"},
}

# The values of a chart stand in the Application, where rules read them; text, files from elsewhere and parameters hide them.
_helm(source) := {{"path": ["helm", key], "problem": "gives a chart values that no rule reads"} |
	some key, value in fields.at(source, "helm")
	not key in {"releaseName", "valuesObject", "valueFiles", "skipCrds", "skipTests"}
	not value in [null, [], "", false]
} | {{"path": ["helm", "valueFiles", i], "problem": "gives a chart values that no rule reads"} |
	some i, file in fields.at(source, ["helm", "valueFiles"])
	not _is_of_chart(file)
}

_is_of_chart(file) if {
	regex.match(`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$`, file)
	not contains(file, "..")
}

# Of what upstream wrote an Application may pick the files, the images and the namespace, which rules read here.
_upstream(source, own) := {{"path": [tool, key], "problem": "changes its manifests by the Application, after they were judged"} |
	source.repoURL != own
	some tool, known in {"kustomize": {"images", "namespace"}, "directory": {"include", "exclude", "recurse"}}
	some key, value in fields.at(source, tool)
	not key in known
	not value in [null, [], {}, "", false]
}

# Only these folders are roots, which the gate renders and judges.
_folder(source, own) := {{"path": ["path"], "problem": "takes a folder that the gate does not judge"} |
	source.repoURL == own
	not _is_root(fields.at(source, "path"))
}

_is_root(folder) if {
	regex.match(`^(\.|agents/[^/._][^/]*/rings/[^/.]+/(hub|region|edge)|clusters/[^/._][^/]*(/facts)?|clusters/_hubs/[^/.]+|apps/[^/._][^/]*/config/[^/.]+/resources)$`, folder)
}

# Words to the repo-server that let a build reach further than its folder, or run something.
_settings := {
	`^kustomize\.buildOptions(\..+)?$`: "builds with options that the gate does not use",
	`^kustomize\.(path|version)\..+$`: "builds with another kustomize",
	`^configManagementPlugins$`: "builds with programs of others",
	`^helm\.valuesFileSchemes$`: "lets charts fetch values from elsewhere",
	`^(reposerver\.allow\.oob\.symlinks|reposerver\.enable\.git\.submodule|exec\.enabled)$`: "lets a source reach out of its folder, or a person into a pod",
}

setting_faults(config) := {{"path": ["data", key], "problem": problem} |
	config.name in {"argocd-cm", "argocd-cmd-params-cm"}
	some key, value in fields.at(config.object, "data")
	some pattern, problem in _settings
	regex.match(pattern, key)
	not trim_space(value) in {"", "false"}
}
