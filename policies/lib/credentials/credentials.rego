# METADATA
# title: Texts that are credentials
# description: Only what can hardly be anything else; a false alarm here teaches people to ask for waivers. Never returns the text.
package lib.credentials

# Kinds of credential that a text holds.
kinds(text) := union({
	{kind | some kind, pattern in _patterns; regex.match(pattern, text)},
	{"a password" | _holds_password(text)},
	{"a token" | _holds_token(text)},
})

# Whether it is worth to look at the parts of a text: one pass over a whole object is quicker than one over each string.
is_suspect(text) if regex.match(_suspicion, text)

_suspicion := concat("|", [
	`(?i)private[ _-]?key|LS0tLS1CRUdJTi|age-secret|a[ks]ia[0-9a-z]{16}|aiza|accountkey|gh[pousr]_|github_pat_`,
	`xox[a-z]-|glpat-|npm_|hvs\.|sk_live_|sg\.|eyj|authorization|"auth|://[^/"\s]*:[^/"\s]*@`,
	`passw|passphrase|secret|token|api[_-]?key|access[_-]?key|credential`,
])

_patterns := {
	"a private key": concat("|", [
		`-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----`,
		`\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b`,
		`PuTTY-User-Key-File`,
		# The same first line in base64, at each of its three offsets.
		`LS0tLS1CRUdJTi[A-Za-z0-9+/]{0,40}(UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW)`,
	]),
	"a cloud access key": `\bA[KS]IA[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b|\bAccountKey=[A-Za-z0-9+/]{86}==`,
	"a GitHub token": `\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b`,
	"a token of a service": concat("|", [
		`\bxox[abeoprs]-[0-9A-Za-z-]{10,}`, `\bglpat-[0-9A-Za-z_-]{20,}`, `\bnpm_[A-Za-z0-9]{36}\b`,
		`\bhvs\.[A-Za-z0-9_-]{24,}`, `\bsk_live_[0-9a-zA-Z]{24,}`, `\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b`,
	]),
	"a signed token": `\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}`,
	"a login": `(?i)authorization["']?\s*[=:]\s*["']?(basic|bearer)\s+[a-z0-9+/_=.-]{8,}|"auth"\s*:\s*"[a-z0-9+/=]{12,}"`,
	"a password in an address": concat("", [
		`(?i)\b(https?|wss?|postgres(ql)?|mysql|mariadb|mongodb(\+srv)?|rediss?|amqps?|nats|tls|s?ftp|ldaps?|smtps?|ssh|git)`,
		`://[a-z0-9._%+-]*:[a-z0-9.!_%*^~+-]+@[a-z0-9]`,
	]),
}

# `password=` or `password:` and a literal; a path, a reference and a placeholder hold characters that the pattern does not.
_holds_password(text) if {
	some match in regex.find_all_string_submatch_n(
		concat("", [
			`(?i)(?:^|[^a-z]|pg|db)(?:password|passwd|passphrase)["']?\s*[=:]\s*["']?`,
			`([a-z0-9!@#^+._-]{4,})(?:$|[\s"';&,])`,
		]),
		text, -1,
	)
	not lower(match[1]) in {"true", "false", "none", "null", "required", "optional", "changeme", "redacted"}
}

# A name that promises a credential, and a value that is neither a word nor a path.
_holds_token(text) if {
	some match in regex.find_all_string_submatch_n(
		concat("", [
			`(?i)(?:api[_-]?key|(?:secret|access|private)[_-]?key|token|secret|credential)s?["']?\s*[=:]\s*["']?`,
			`([a-z0-9+_.=-][a-z0-9+/_.=-]{15,})(?:$|[\s"';&,])`,
		]),
		text, -1,
	)
	regex.match(`[0-9]`, match[1])
	regex.match(`[A-Za-z]`, match[1])
}

# The key beside its value, so that a name can tell what a value is.
named(path, text) := concat("=", [key, text]) if {
	key := path[count(path) - 1]
	is_string(key)
}

named(path, text) := text if not is_string(path[count(path) - 1])

# A variable and an option of a command line with what stands behind them.
pairs(container) := {[["env", i, "value"], concat("=", [entry.name, entry.value])] |
	some i, entry in container.env
} | {[[field, i + 1], concat("=", [option, container[field][i + 1]])] |
	some field in ["command", "args"]
	some i, option in container[field]
	regex.match(`^-[^=\s]+$`, option)
}
