# METADATA
# title: Module version pinning
# description: Refuses modules from a registry, a repository or an archive that are not pinned to one version.
# custom:
#   severity: medium
#   remediation: Give registry modules an exact version, and repositories a tag or commit in ref.
package policy

hook_result := {
	"is_passed": is_passed,
	"err_msg": err_msg,
	"findings": findings,
}

default is_passed := false

is_passed if count(denials) == 0

err_msg := text if {
	count(denials) > 0
	text := sprintf("modules are not pinned: %s. Give an exact version, or a tag or commit in ref", [named])
} else := ""

findings := [finding | some finding in denials]

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "module-version-pinning",
		"severity": "medium",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {
			"message": "give an exact version, or a tag or commit in ref",
			"url": "https://developer.hashicorp.com/terraform/language/modules/sources",
		},
	}
}

# The modules that a plan calls, in every depth.
calls contains call if {
	walk(object.get(plan, "configuration", {}), [path, node])
	is_object(node)
	is_string(node.source)
	count(path) > 1
	above := array.slice(path, count(path) - 2, count(path) - 1)
	above == ["module_calls"]
	names := [name |
		some index, name in path
		index > 0
		before := array.slice(path, index - 1, index)
		before == ["module_calls"]
	]
	address := sprintf("module.%s", [concat(".module.", names)])
	call := {"address": address, "source": node.source, "version": object.get(node, "version_constraint", "")}
}

# The source may hold credentials, so messages do not repeat it.
# Modules beside the caller are versioned with it.
remote contains call if {
	some call in calls
	regex.match(`^\.{1,2}/`, call.source) == false
}

repositories contains call if {
	some call in remote
	regex.match(`^(git::|git@|hg::|github\.com/|bitbucket\.org/)`, call.source)
}

archives contains call if {
	some call in remote
	regex.match(`^(https?://|s3::|gcs::|oci://)`, call.source)
}

registry contains call if {
	some call in ((remote - repositories) - archives)
}

problems contains problem if {
	some call in registry
	version := sprintf("%v", [call.version])
	regex.match(`^ *=? *v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]{1,60})? *$`, version) == false
	message := sprintf("the version %q is not an exact one", [version])
	problem := {"address": call.address, "type": "module", "message": message}
}

problems contains problem if {
	some call in repositories
	regex.match(`[?&]ref=(v?[0-9]+\.[0-9]+(\.[0-9]+)?|[0-9a-f]{40}|[0-9a-f]{64})([-+.][0-9A-Za-z.+-]{1,60})?(&|$)`, call.source) == false
	problem := {"address": call.address, "type": "module", "message": "the source has no tag or commit in ref"}
}

problems contains problem if {
	some call in archives
	regex.match(`[?&](checksum=(sha256|sha512):|versionId=|digest=sha256:)`, call.source) == false
	problem := {"address": call.address, "type": "module", "message": "the source has no checksum"}
}

# The plan is the input itself, or lies under `plan`.
plan := nested if {
	nested := input.plan
	is_object(nested)
} else := input

# The first five addresses, and how many there are besides.
addresses := sort({address |
	some denial in denials
	address := denial.resource.address
})

hidden := count(addresses) - 5

named := text if {
	hidden > 0
	first := concat(", ", array.slice(addresses, 0, 5))
	text := sprintf("%s and %d more", [first, hidden])
} else := concat(", ", addresses)
