# METADATA
# title: The shape of what a rule returns
package lib.result

# A finding about one place inside one rendered object.
at(resource, path, args) := {"object": resource.id, "path": path, "args": args}

# A finding about the change as a whole; `subject` is a path of the repository, a cluster or an agent.
about(subject, args) := {"object": subject, "path": [], "args": args}

# A rule cannot decide because an input or data key is absent.
missing(key) := {"object": key, "path": [], "args": {"missing": key}}

# A rule cannot decide because a field of a rendered object is absent or has no meaning.
unreadable(resource, path, what) := {"object": resource.id, "path": path, "args": {"missing": what}}
