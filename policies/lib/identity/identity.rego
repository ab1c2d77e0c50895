# METADATA
# title: As whom pods speak to the API server
package lib.identity

import data.lib.fields
import data.lib.kinds
import data.lib.rbac

is_account(resource) if kinds.is(resource, "", "ServiceAccount")

# The older field `serviceAccount` wins nowhere, but both names must agree.
account(workload) := object.get(workload.spec, "serviceAccountName", "")

# Accounts that some binding of the root grants a right to: the declared need of a token.
bound contains [namespace, subject.name] if {
	some binding in input.objects
	rbac.is_binding(binding)
	some subject in fields.at(binding.object, "subjects")
	subject.kind == "ServiceAccount"
	namespace := object.get(subject, "namespace", binding.namespace)
}

# The pod decides, then its account, and Kubernetes mounts where neither does.
mounts_token(resource, workload) if not _declines(resource, workload)

_declines(_, workload) if fields.at(workload.spec, "automountServiceAccountToken") == false

_declines(resource, workload) if {
	fields.at(workload.spec, "automountServiceAccountToken") == null
	some other in input.objects
	is_account(other)
	other.namespace == resource.namespace
	other.name == account(workload)
	other.object.automountServiceAccountToken == false
}

# Places of projected tokens with what is wrong there; a token for the vault opens nothing else.
token_faults(spec, may_have) := {{"path": ["volumes", i, "projected", "sources", j], "problem": "mounts a token of the API server without a right to use it"} |
	some [i, j, token] in _tokens(spec)
	not may_have
	not fields.at(token, "audience") in _other_audiences
} | {{"path": ["volumes", i, "projected", "sources", j], "problem": "mounts a token that lives longer than two hours"} |
	some [i, j, token] in _tokens(spec)
	not _is_short(fields.at(token, "expirationSeconds"))
}

_other_audiences := {"openbao", "vault"}

_tokens(spec) := {[i, j, token] |
	some i, volume in spec.volumes
	some j, source in fields.at(volume, ["projected", "sources"])
	token := source.serviceAccountToken
}

_is_short(null)

_is_short(seconds) if {
	is_number(seconds)
	seconds <= 7200
}
