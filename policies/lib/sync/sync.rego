# METADATA
# title: Which words to Argo CD an object may carry
# description: An allow-list. A word that a later version of Argo CD adds is forbidden until someone looked at it.
# related_resources:
#   - https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
package lib.sync

import data.lib.fields
import data.lib.kinds

# What is wrong with one annotation or label, in words for a message.
forbidden(resource, field, key, value) := union({
	{concat(" ", [trim_suffix(field, "s"), key]) |
		_is_word(key)
		not _is_listed(resource, field, key, value)
	},
	{concat(" ", ["sync option", option]) |
		key == "argocd.argoproj.io/sync-options"
		some option in _words(value)
		not _is_option(resource, option)
	},
	{concat(" ", ["compare option", option]) |
		key == "argocd.argoproj.io/compare-options"
		some option in _words(value)
		not _is_ignored(resource, option)
	},
})

_is_word(key) if contains(key, "argocd.argoproj.io/")

_is_word(key) if startswith(key, "helm.sh/hook")

_is_listed(_, "annotations", "argocd.argoproj.io/sync-wave", value) if regex.match(`^-?[0-9]{1,3}$`, value)

_is_listed(_, "annotations", key, value) if {
	key in {"argocd.argoproj.io/sync-options", "argocd.argoproj.io/compare-options"}
	is_string(value)
}

_is_listed(resource, "annotations", "argocd.argoproj.io/manifest-generate-paths", value) if {
	kinds.is(resource, "argoproj.io", "Application")
	regex.match(`^/[A-Za-z0-9_/;-]+$`, value)
}

# Links have a rule of their own, GIT-08.
_is_listed(_, "annotations", key, _) if startswith(key, "link.argocd.argoproj.io/")

_words(value) := [trim_space(word) | some word in split(value, ",")]

_is_option(_, option) if option in {"SkipDryRunOnMissingResource=true", "ServerSideApply=true", "Prune=confirm", "Delete=confirm"}

_is_option(resource, "Prune=false") if _outlives(resource)

_is_option(resource, "Delete=false") if _holds_data(resource)

_is_ignored(_, "ServerSideDiff=true")

_is_ignored(resource, "IgnoreExtraneous") if _is_kept_config(resource)

_outlives(resource) if _is_kept_config(resource)

_outlives(resource) if _holds_data(resource)

# Stable pods need the old ConfigMap while a canary runs; nobody can change it.
_is_kept_config(resource) if {
	kinds.is(resource, "", "ConfigMap")
	resource.object.immutable == true
}

_holds_data(resource) if {
	some [group, kind] in [["", "PersistentVolumeClaim"], ["apps", "StatefulSet"], ["postgresql.cnpg.io", "Cluster"]]
	kinds.is(resource, group, kind)
}

_application_options := {
	"CreateNamespace=false", "ServerSideApply=true", "RespectIgnoreDifferences=true", "ApplyOutOfSyncOnly=true", "PruneLast=true",
	"PrunePropagationPolicy=foreground", "FailOnSharedResource=true", "SkipDryRunOnMissingResource=true",
}

# The same words for a whole Application.
policy_faults(policy) := ({{"path": ["syncOptions", i], "what": concat(" ", ["sync option", option])} |
	some i, option in fields.at(policy, "syncOptions")
	not option in _application_options
} | {{"path": ["managedNamespaceMetadata"], "what": "labels for a namespace, which would win over those in Git"} |
	fields.at(policy, "managedNamespaceMetadata") != null
}) | {{"path": ["automated", "allowEmpty"], "what": "allowEmpty, with which an empty folder deletes everything"} |
	not fields.at(policy, ["automated", "allowEmpty"]) in {null, false}
}
