package policy_test

import data.policy

# A password from a variable.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"configuration": {
		"provider_config": {"aws": {"name": "aws"}},
		"root_module": {
			"resources": [
				{
					"address": "aws_db_instance.a",
					"type": "aws_db_instance",
					"expressions": {"password": {"references": ["var.p"]}},
				},
			],
		},
	},
}

test_a_reference_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_constant_is_refused if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/resources/0/expressions/password",
			"value": {"constant_value": "x"},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "secrets are written into the configuration: aws_db_instance.a. Use a secret manager, and change them"
}

test_an_empty_constant_passes if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/resources/0/expressions/password",
			"value": {"constant_value": ""},
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_another_list_is_used if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/resources/0/expressions/password",
			"value": {"constant_value": "x"},
		},
	])
	result := policy.hook_result with input as document with policy.secret_attributes as {"token"}
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_key_of_a_provider_is_refused if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/configuration/provider_config/aws/expressions",
			"value": {"secret_key": {"constant_value": "x"}},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "secrets are written into the configuration: provider.aws. Use a secret manager, and change them"
}

test_a_default_of_a_secret_variable_is_refused if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/configuration/root_module/variables",
			"value": {"api_key": {"default": "x"}},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "secrets are written into the configuration: var.api_key. Use a secret manager, and change them"
}

test_a_default_of_a_sensitive_variable_is_refused if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/configuration/root_module/variables",
			"value": {"x": {"default": "x", "sensitive": true}},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "secrets are written into the configuration: var.x. Use a secret manager, and change them"
}

test_another_default_passes if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/configuration/root_module/variables",
			"value": {"region": {"default": "x"}},
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_the_secret_is_not_repeated if {
	document := json.patch(base, [{"op": "replace", "path": "/configuration/root_module/resources/0/expressions/password", "value": {"constant_value": "hunter2"}}])
	result := policy.hook_result with input as document
	result.is_passed == false
	contains(json.marshal(result), "hunter2") == false
}

test_without_a_configuration_passes if {
	document := json.patch(base, [{"op": "remove", "path": "/configuration"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_plan_below_plan_is_judged if {
	document := {"plan": json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/resources/0/expressions/password",
			"value": {"constant_value": "x"},
		},
	])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "secrets are written into the configuration: aws_db_instance.a. Use a secret manager, and change them"
}
