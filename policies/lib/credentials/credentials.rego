# METADATA
# title: Texts that are credentials
# description: Only what can hardly be anything else; a false alarm here teaches people to ask for waivers.
package lib.credentials

# Kinds of credential that a text holds.
kinds(text) := {kind |
	some kind, pattern in _patterns
	regex.match(pattern, text)
} | {"a password" | _holds_password(text)}

_patterns := {
	"a private key": `-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----`,
	"a cloud access key": `\bAKIA[0-9A-Z]{16}\b`,
	"a GitHub token": `\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b`,
	"a password in an address": `\b(https?|postgres(ql)?|mysql|mongodb(\+srv)?|rediss?|amqps?|nats|s?ftp|ldaps?)://[A-Za-z0-9._-]+:[A-Za-z0-9.!_-]+@[A-Za-z0-9]`,
}

# `password=` and a literal; a path, a reference and a placeholder hold characters that the pattern does not.
_holds_password(text) if {
	some match in regex.find_all_string_submatch_n(`(?i)(?:^|[^a-z]|pg)(?:password|passwd)\s*=\s*["']?([a-z0-9!@#^+._-]{4,})(?:$|[\s"';&,])`, text, -1)
	not lower(match[1]) in {"true", "false", "none", "null", "required", "optional", "changeme", "redacted"}
}
