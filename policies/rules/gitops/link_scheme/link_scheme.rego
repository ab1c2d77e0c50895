# METADATA
# title: Links lead to pages and run nothing
# description: Argo CD shows these links to operators who are logged in; a script behind one acts as whoever clicks it (CVE-2022-31035, CVE-2026-45738).
# custom:
#   id: GIT-08
#   severity: deny
#   scope: root
#   failure_msg: "{subject} carries a link that is no https address"
#   solution: "Write https:// and a host, or a title, a bar and such an address."
#   controls: [SOC2 CC6.8, SOC2 CC7.1, HIPAA 164.308(a)(5)(ii)(B), GDPR 32(1)(d), NIS2 21(2)(e), NIST SI-2, NIST RA-5]
package rules.gitops.link_scheme

import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result

scope := "root"

deny contains result.at(resource, ["metadata", "annotations", key], {"subject": subject}) if {
	input.scope == scope
	some resource in input.objects
	subject := concat(" ", [resource.kind, resource.name])
	some key, value in fields.at(resource.object, ["metadata", "annotations"])
	startswith(key, "link.argocd.argoproj.io/")
	not _is_page(value)
}

# Other annotations, hosts and redirects are shown as links as well.
deny contains result.at(resource, path, {"subject": subject}) if {
	input.scope == scope
	some resource in input.objects
	some field in ["metadata", "spec"]
	_may_be_shown(resource, field)
	subject := concat(" ", [resource.kind, resource.name])
	walk(object.get(resource.object, field, null), [below, text])
	_runs(text)
	path := array.concat([field], below)
}

deny contains result.at(resource, ["data", key], {"subject": "argocd-cm"}) if {
	input.scope == scope
	some resource in input.objects
	kinds.is(resource, "", "ConfigMap")
	resource.name == "argocd-cm"
	some key in ["url", "ui.bannerurl", "help.chatUrl", "statusbadge.url"]
	value := resource.object.data[key]
	not _is_page(value)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_page(value) if regex.match(`^([^|:\\]*\|)?https://[A-Za-z0-9.-]+(:[0-9]+)?(/[^\s"'<>\\]*)?$`, value)

_may_be_shown(_, "metadata")

_may_be_shown(resource, "spec") if resource.kind in {"Ingress", "HTTPRoute", "Application", "ApplicationSet", "AppProject"}

# Browsers skip blanks and control characters before and inside a scheme.
_runs(text) if regex.match(`(?i)^[\x00-\x20]*(j\s*a\s*v\s*a\s*s\s*c\s*r\s*i\s*p\s*t|v\s*b\s*s\s*c\s*r\s*i\s*p\s*t)\s*:`, text)

_runs(text) if regex.match(`(?i)^[\x00-\x20]*data\s*:\s*[a-z]+/[a-z0-9.+-]+\s*[;,]`, text)
