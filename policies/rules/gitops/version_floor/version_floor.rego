# METADATA
# title: Argo CD is new enough to be safe
# description: Below 3.4.2 an annotation runs script in the browser of an operator, and a server-side diff shows Secrets (CVE-2026-45738, GHSA-3v3m-wc6v-x4x3, CVE-2025-55190).
# custom:
#   id: GIT-03
#   severity: deny
#   scope: root
#   failure_msg: "Application {application} pins Argo CD {revision}: {problem}"
#   solution: "Pin a release tag of 3.4.2 or newer in apps/argo-cd, from https://github.com/argoproj/argo-cd."
#   controls: [SOC2 CC7.1, HIPAA 164.308(a)(5)(ii)(B), GDPR 32(1)(d), NIS2 21(2)(e), NIST SI-2, NIST RA-5]
package rules.gitops.version_floor

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(application, array.concat(source.path, ["targetRevision"]), {"application": application.name, "revision": revision, "problem": problem}) if {
	input.scope == scope
	some application in input.objects
	kinds.is(application, "argoproj.io", "Application")
	some source in _sources(application.object)
	_is_argo_cd(source.source)
	revision := object.get(source.source, "targetRevision", "no version")
	some problem in _problems(source.source, revision)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_floor := [3, 4, 2]

_sources(application) := {{"path": ["spec", "source"], "source": fields.at(application, ["spec", "source"])}} | {{"path": ["spec", "sources", i], "source": source} |
	some i, source in fields.at(application, ["spec", "sources"])
}

_is_argo_cd(source) if regex.match(`(?i)[/:]argo-cd(\.git)?/?$`, source.repoURL)

_is_argo_cd(source) if fields.at(source, "chart") == "argo-cd"

_problems(source, _) := {"a version of the chart does not say which Argo CD it runs"} if fields.at(source, "chart") != null

_problems(source, revision) := {"it is no release"} if {
	fields.at(source, "chart") == null
	not _version(revision)
}

_problems(source, revision) := {"it is older than 3.4.2" | _version(revision) < _floor} if {
	fields.at(source, "chart") == null
	_version(revision)
}

# Lists compare element by element; a candidate of a release is not that release.
_version(revision) := [to_number(part) | some part in split(trim_prefix(revision, "v"), ".")] if {
	regex.match(`^v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$`, revision)
}
