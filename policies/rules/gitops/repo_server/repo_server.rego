# METADATA
# title: Only Argo CD reaches its repo-server and its cache
# description: Who can ask the repo-server for manifests runs commands in it, and who writes the cache writes what every cluster applies.
# related_resources:
#   - https://argo-cd.readthedocs.io/en/latest/operator-manual/mtls/
# custom:
#   id: GIT-02
#   severity: deny
#   scope: root
#   failure_msg: "the configuration of Argo CD {problem}"
#   solution: "Keep allow-repo-server, the ExternalSecrets argocd-repo-server-mtls and argocd-redis, and strict TLS in argocd-cmd-params-cm."
#   controls: [SOC2 CC6.6, SOC2 CC7.1, SOC2 CC8.1, HIPAA 164.312(e)(1), GDPR 32(1)(b), NIS2 21(2)(e), NIST SC-7, NIST SC-8, NIST SI-2, NIST CM-5]
package rules.gitops.repo_server

import data.lib.argo_cd
import data.lib.contract
import data.lib.fields
import data.lib.kinds
import data.lib.result
import data.lib.selector

scope := "root"

deny contains result.about("argo-cd", {"problem": problem}) if {
	_is_judged
	some problem in _absent
}

deny contains result.at(policy, ["spec", "ingress", i], {"problem": "lets others than its own parts ask the repo-server or the cache"}) if {
	_is_judged
	some policy in input.objects
	kinds.is(policy, "networking.k8s.io", "NetworkPolicy")
	some part in ["argocd-repo-server", "argocd-redis", "argocd-redis-ha", "argocd-redis-ha-haproxy"]
	selector.matches(policy.object.spec.podSelector, {"app.kubernetes.io/name": part})
	some i, rule in policy.object.spec.ingress
	not argo_cd.is_own(rule)
}

deny contains result.at(config, ["data", key], {"problem": concat(" ", ["switches", key, "to", value])}) if {
	_is_judged
	some config in input.objects
	config.name == "argocd-cmd-params-cm"
	some key, value in fields.at(config.object, "data")
	_weakens(key, value)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}

_is_judged if {
	input.scope == scope
	input.root.kind == "component"
	input.root.component == "argo-cd"
	is_array(input.objects)
}

_absent := union({
	{"has no network policy for the repo-server" | not _guards("argocd-repo-server")},
	{"has no network policy for the cache" | not _guards("argocd-redis-ha-haproxy")},
	{concat(" ", ["brings no Secret", name, "from the vault"]) |
		some name in ["argocd-repo-server-mtls", "argocd-redis"]
		not name in _secrets
	},
	{concat(" ", ["does not set", key, "to true"]) |
		some key in ["controller.repo.server.strict.tls", "server.repo.server.strict.tls", "applicationsetcontroller.repo.server.strict.tls"]
		not [key, "true"] in _parameters
	},
})

_guards(part) if {
	some policy in input.objects
	kinds.is(policy, "networking.k8s.io", "NetworkPolicy")
	fields.at(policy.object, ["spec", "podSelector"]) == {"matchLabels": {"app.kubernetes.io/name": part}}
	"Ingress" in policy.object.spec.policyTypes
	count(policy.object.spec.ingress) > 0
}

_secrets contains resource.object.spec.target.name if {
	some resource in input.objects
	kinds.is(resource, "external-secrets.io", "ExternalSecret")
}

_parameters contains [key, value] if {
	some config in input.objects
	kinds.is(config, "", "ConfigMap")
	config.name == "argocd-cmd-params-cm"
	some key, value in fields.at(config.object, "data")
}

_weakens(key, value) if {
	endswith(key, "disable.tls")
	value != "false"
}

_weakens(key, value) if {
	endswith(key, "plaintext")
	value != "false"
}

_weakens("server.insecure", value) if value != "false"
