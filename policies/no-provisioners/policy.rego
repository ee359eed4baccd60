# METADATA
# title: No provisioners
# description: Refuses configurations that run commands of their own during planning or applying.
# custom:
#   severity: high
#   remediation: Use cloud-init, an image, or a step of the pipeline instead.
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
	text := sprintf("commands must not run from a configuration: %s. Use cloud-init, an image or the pipeline", [named])
} else := ""

findings := [finding | some finding in denials]

# Adapt: provisioners and data sources that run commands or copy files.
forbidden := {"local-exec", "remote-exec", "file"}

forbidden_data := {"external"}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "no-provisioners",
		"severity": "high",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {
			"message": "use cloud-init, an image, or a step of the pipeline",
			"url": "https://developer.hashicorp.com/terraform/language/resources/provisioners/syntax",
		},
	}
}

# Resources of the configuration, in every depth, with the address they have in the plan.
written contains entry if {
	walk(object.get(plan, "configuration", {}), [path, node])
	is_object(node)
	is_string(node.address)
	is_string(node.type)
	names := [name |
		some index, name in path
		index > 0
		before := array.slice(path, index - 1, index)
		before == ["module_calls"]
	]
	parts := [part |
		some name in names
		part := sprintf("module.%v", [name])
	]
	address := concat(".", array.concat(parts, [node.address]))
	entry := {"address": address, "node": node}
}

problems contains problem if {
	some entry in written
	provisioners := entry.node.provisioners
	is_array(provisioners)
	some provisioner in provisioners
	type := provisioner.type
	type in forbidden
	message := sprintf("it has a %s provisioner", [type])
	problem := {"address": entry.address, "type": entry.node.type, "message": message}
}

problems contains problem if {
	some entry in written
	type := entry.node.type
	type in forbidden_data
	entry.node.mode == "data"
	problem := {"address": entry.address, "type": type, "message": "this data source runs a command"}
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
