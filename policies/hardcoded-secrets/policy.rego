# METADATA
# title: Hardcoded secrets
# description: Refuses passwords, keys and tokens written into the configuration or into a variable's default.
# custom:
#   severity: critical
#   remediation: Take the secret from a secret manager or a sensitive variable without a default, and change it.
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
	text := sprintf("secrets are written into the configuration: %s. Use a secret manager, and change them", [named])
} else := ""

findings := [finding | some finding in denials]

# Adapt: attributes that hold secrets.
secret_attributes := {
	"access_key",
	"admin_pass",
	"admin_password",
	"administrator_login_password",
	"api_key",
	"auth_token",
	"client_secret",
	"master_password",
	"password",
	"private_key",
	"root_password",
	"secret_key",
	"secret_string",
	"security_token",
	"token",
}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "hardcoded-secrets",
		"severity": "critical",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {
			"message": "use a secret manager or a sensitive variable without a default, and change the secret",
			"url": "https://developer.hashicorp.com/terraform/language/manage-sensitive-data",
		},
	}
}

configuration := given if {
	given := plan.configuration
	is_object(given)
} else := {}

# Constants in resources and in module calls. The value itself is never repeated.
problems contains problem if {
	walk(object.get(configuration, "root_module", {}), [path, node])
	is_object(node)
	is_object(node.expressions)
	walk(node.expressions, [inner, expression])
	is_object(expression)
	value := expression.constant_value
	is_string(value)
	value != ""
	some attribute in inner
	attribute in secret_attributes
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
	own := [name |
		name := node.address
		is_string(name)
	]
	address := concat(".", array.concat(parts, own))
	message := sprintf("%s is written into the configuration", [attribute])
	problem := {"address": address, "type": object.get(node, "type", "module"), "message": message}
}

# Constants in provider blocks.
problems contains problem if {
	providers := configuration.provider_config
	is_object(providers)
	some key, provider in providers
	walk(provider, [path, expression])
	is_object(expression)
	value := expression.constant_value
	is_string(value)
	value != ""
	some attribute in path
	attribute in secret_attributes
	address := sprintf("provider.%s", [key])
	message := sprintf("%s is written into the configuration", [attribute])
	problem := {"address": address, "type": "provider", "message": message}
}

# Defaults of variables whose name says that they hold a secret, or that are marked sensitive.
problems contains problem if {
	walk(configuration, [_, node])
	is_object(node)
	variables := node.variables
	is_object(variables)
	some name, variable in variables
	is_object(variable)
	value := variable.default
	is_string(value)
	value != ""
	sensitive := object.get(variable, "sensitive", false)
	telling := regex.match(`(^|_)(password|passwd|secret|token|private_key|api_key)$`, name)
	true in [sensitive, telling]
	address := sprintf("var.%s", [name])
	problem := {"address": address, "type": "variable", "message": "its default is a secret"}
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
