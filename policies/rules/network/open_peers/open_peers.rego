# METADATA
# title: A network policy names its other end
# description: A rule without a peer, an empty selector or a wide range of addresses lets anybody in and everything out.
# custom:
#   id: ZT-02
#   severity: deny
#   scope: root
#   failure_msg: "{subject} {problem}"
#   solution: "Name every peer by the labels of its namespace and its pods, or by a range of /16 or narrower; egress to the world goes through the proxy."
#   controls: [SOC2 CC6.6, SOC2 CC6.7, HIPAA 164.312(e)(1), GDPR 32(1)(a), NIS2 21(2)(h), NIST SC-7, NIST AC-4]
package rules.network.open_peers

import data.lib.contract
import data.lib.kinds
import data.lib.peers
import data.lib.result

scope := "root"

deny contains result.at(policy, array.concat(["spec"], fault.path), {"subject": policy.name, "problem": fault.problem}) if {
	input.scope == scope
	some policy in input.objects
	kinds.is(policy, "networking.k8s.io", "NetworkPolicy")
	some direction in [["ingress", "from"], ["egress", "to"]]
	some fault in peers.faults(policy.object.spec, direction[0], direction[1])
}

# Cluster-wide policies of another API may allow what every NetworkPolicy denies.
deny contains result.at(policy, [], {"subject": policy.name, "problem": "allows past the policies of all namespaces"}) if {
	input.scope == scope
	some policy in input.objects
	some kind in ["AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"]
	kinds.is(policy, "policy.networking.k8s.io", kind)
	some field in ["ingress", "egress"]
	some rule in policy.object.spec[field]
	rule.action in {"Allow", "Accept"}
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.rendered_gaps
}
