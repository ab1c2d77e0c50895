# METADATA
# title: No cluster promises more devices than it has
# description: A device like a GPU is whole and scarce; where agents may take more of them than the nodes hold, one of them waits for ever.
# custom:
#   id: COST-05
#   severity: deny
#   scope: change
#   failure_msg: "agents may take {promised} devices like GPUs in {cluster}, whose nodes can give {budget}"
#   solution: "Lower the caps of agents under allowances in fleet.yaml, or state nodes.gpu in cluster.yaml once the nodes have them."
#   controls: [SOC2 A1.1, NIS2 21(2)(c), NIST CP-2, NIST SC-5]
package rules.cost.accelerators

import data.lib.contract
import data.lib.result

scope := "change"

deny contains result.about(name, {"cluster": name, "promised": gpu.promised, "budget": gpu.budget}) if {
	input.scope == scope
	some name, cluster in input.capacity.clusters
	gpu := cluster.gpu
	gpu.promised > gpu.budget
	not _was_as_bad(gpu)
}

undecided contains result.missing(gap) if {
	input.scope == scope
	some gap in contract.accelerator_gaps
}

# A change that does not make it worse is not the one to stop.
_was_as_bad(gpu) if {
	is_number(gpu.before)
	gpu.before >= gpu.promised - gpu.budget
}
