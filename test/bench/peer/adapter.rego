# METADATA
# title: The gate's rules under conftest
# description: Builds what the host hands to the rules out of plain manifests, so that both pipelines judge by the same rules.
package peer

import data.lib.fields

# With --combine, conftest hands over every document of every file.
manifests := [entry.contents | some entry in input; is_object(entry.contents)]

deny contains json.marshal(result) if {
	some result in verdict.deny
}

undecided contains json.marshal(result) if {
	some result in verdict.undecided
}

verdict := judged if judged := data.main.verdict with input as root_input

root_input := {
	"scope": "root",
	"root": data.root,
	"objects": [object_input(manifest) | some manifest in manifests],
	"base": null,
}

object_input(manifest) := {
	"id": concat("/", [manifest.apiVersion, manifest.kind, namespace_of(manifest), manifest.metadata.name]),
	"kind": manifest.kind,
	"namespace": object.get(manifest, ["metadata", "namespace"], ""),
	"name": manifest.metadata.name,
	"object": manifest,
	"workloads": workloads_of(manifest),
}

namespace_of(manifest) := object.get(manifest, ["metadata", "namespace"], "-")

template_paths(manifest) := [[]] if manifest.kind == "Pod"

template_paths(manifest) := [["template"]] if manifest.kind == "PodTemplate"

template_paths(manifest) := [["spec", "jobTemplate", "spec", "template"]] if manifest.kind == "CronJob"

template_paths(manifest) := [["spec", "jobTargetRef", "template"]] if manifest.kind == "ScaledJob"

template_paths(manifest) := [["spec", "metrics", i, "provider", "job", "spec", "template"] | some i, _ in object.get(manifest, ["spec", "metrics"], [])] if {
	manifest.kind in {"AnalysisTemplate", "ClusterAnalysisTemplate", "AnalysisRun"}
}

template_paths(manifest) := [["spec", "template"]] if {
	not manifest.kind in {"Pod", "PodTemplate", "CronJob", "ScaledJob", "AnalysisTemplate", "ClusterAnalysisTemplate", "AnalysisRun"}
}

workloads_of(manifest) := [workload |
	some template in template_paths(manifest)
	path := array.concat(template, ["spec"])
	spec := object.get(manifest, path, null)
	is_object(spec)
	some list in ["containers", "initContainers", "ephemeralContainers"]
	spec[list]
	workload := {
		"kind": manifest.kind,
		"replicas": replicas_of(manifest),
		"labels": object.get(manifest, array.concat(template, ["metadata", "labels"]), {}),
		"path": path,
		"spec": spec,
		"containers": containers_of(spec, path),
	}
	list == first_list(spec)
]

first_list(spec) := [list | some list in ["containers", "initContainers", "ephemeralContainers"]; spec[list]][0]

replicas_of(manifest) := manifest.spec.replicas if is_number(manifest.spec.replicas)

replicas_of(manifest) := null if not is_number(object.get(manifest, ["spec", "replicas"], null))

roles := {"containers": "main", "initContainers": "init", "ephemeralContainers": "ephemeral"}

containers_of(spec, path) := [container_input(container, role, array.concat(path, [list, i])) |
	some list, role in roles
	some i, container in object.get(spec, list, [])
]

container_input(container, role, path) := {
	"name": object.get(container, "name", ""),
	"role": role,
	"path": path,
	"container": container,
	"image": image_of(object.get(container, "image", "")),
	"requests": amounts(object.get(container, ["resources", "requests"], {})),
	"limits": amounts(object.get(container, ["resources", "limits"], {})),
}

image_of(raw) := {
	"raw": raw,
	"registry": split(raw, "/")[0],
	"repository": raw,
	"tag": null,
	"digest": digest_of(split(raw, "@")),
}

amounts(given) := {name: amount(name, value) | some name, value in given}

amount("cpu", value) := units.parse(sprintf("%v", [value]))

amount(name, value) := units.parse_bytes(sprintf("%v", [value])) if name != "cpu"

digest_of(parts) := parts[1] if count(parts) == 2

digest_of(parts) := null if count(parts) != 2
