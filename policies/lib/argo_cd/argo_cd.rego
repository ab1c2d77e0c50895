# METADATA
# title: Who may speak to the inner parts of Argo CD
package lib.argo_cd

import data.lib.fields

_own := {
	"argocd-application-controller", "argocd-applicationset-controller", "argocd-notifications-controller",
	"argocd-server", "argocd-repo-server", "argocd-redis-ha", "argocd-redis-ha-haproxy",
}

# Prometheus may scrape: these ports give numbers.
_metrics := {8080, 8082, 8083, 8084, 9001, 9121}

is_own(rule) if {
	is_array(rule.from)
	count(rule.from) > 0
	every peer in rule.from {
		fields.at(peer, "namespaceSelector") == null
		fields.at(peer, "ipBlock") == null
		peer.podSelector.matchLabels["app.kubernetes.io/name"] in _own
	}
}

is_own(rule) if {
	rule.from == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
	is_array(rule.ports)
	count(rule.ports) > 0
	every port in rule.ports { port.port in _metrics; fields.at(port, "endPort") == null}
}
