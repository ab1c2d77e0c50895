# METADATA
# title: An Application stays inside its project and its revision
# description: The project default allows every repository, cluster and kind; a branch of somebody else changes production without a pull request here.
# custom:
#   id: GIT-01
#   severity: deny
#   scope: root
#   failure_msg: "Application {subject} {problem}"
#   solution: "Name an AppProject of the same root that allows the destination and the repository, and pin a foreign source to a commit or an exact version."
#   controls: [SOC2 CC6.1, SOC2 CC8.1, NIS2 21(2)(e), NIST CM-2, NIST CM-3, NIST CM-5, NIST SI-7]
package rules.gitops.application

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, ["spec", "project"], {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Application")
	some problem in _project_problems(resource)
}

deny contains result.at(resource, ["spec", "destination"], {"subject": resource.name, "problem": "goes where its project does not allow"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Application")
	some project in _projects(resource)
	not _allows_destination(project, fields.at(resource.object, ["spec", "destination"]))
}

deny contains result.at(resource, array.concat(entry.path, ["repoURL"]), {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Application")
	some entry in _sources(resource)
	some project in _projects(resource)
	not fields.at(entry.source, "repoURL") in project.object.spec.sourceRepos
	problem := "takes manifests from a repository that its project does not allow"
}

deny contains result.at(resource, array.concat(entry.path, ["targetRevision"]), {"subject": resource.name, "problem": problem}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Application")
	some entry in _sources(resource)
	not _is_pinned(fields.at(entry.source, "repoURL"), fields.at(entry.source, "targetRevision"))
	problem := "follows a revision that can move without a change here"
}

deny contains result.at(resource, ["spec"], {"subject": resource.name, "problem": "has no source"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "argoproj.io", "Application")
	count(_sources(resource)) == 0
}

undecided contains result.missing(concat(".", ["data.config", field])) if {
	input.scope == scope
	some field in ["repository", "revision"]
	not is_string(fields.at(_config, field))
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

default _config := {}

_config := data.config if is_object(data.config)

_project_problems(resource) := {"runs under the project default"} if fields.at(resource.object, ["spec", "project"]) in {"default", "", null}

_project_problems(resource) := {"names a project that its root does not render" | count(_projects(resource)) == 0} if {
	not fields.at(resource.object, ["spec", "project"]) in {"default", "", null}
}

_projects(resource) := [project |
	some project in input.objects
	kinds.is(project, "argoproj.io", "AppProject")
	project.name == resource.object.spec.project
	project.namespace == resource.namespace
]

_allows_destination(project, destination) if {
	some allowed in project.object.spec.destinations
	_is_matched(fields.at(allowed, "namespace"), fields.at(destination, "namespace"))
	_names_cluster(allowed, destination)
}

_names_cluster(allowed, destination) if {
	some field in ["name", "server"]
	is_string(fields.at(destination, field))
	_is_matched(fields.at(allowed, field), fields.at(destination, field))
}

_is_matched(allowed, value) if {
	is_string(value)
	allowed in {"*", value}
}

_sources(resource) := array.concat(
	[{"source": source, "path": ["spec", "source"]} | source := resource.object.spec.source; is_object(source)],
	[{"source": source, "path": ["spec", "sources", i]} | some i, source in resource.object.spec.sources],
)

# The fleet's own repository is pinned by its folders; anything else by a commit or an exact version.
_is_pinned(repository, revision) if {
	repository == fields.at(_config, "repository")
	revision == fields.at(_config, "revision")
}

_is_pinned(_, revision) if {
	is_string(revision)
	regex.match(`^([0-9a-f]{40}|v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?)$`, revision)
}
