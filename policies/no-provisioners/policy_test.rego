package policy_test

import data.policy

# A resource without provisioners.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"configuration": {
		"root_module": {
			"resources": [
				{
					"address": "null_resource.a",
					"mode": "managed",
					"type": "null_resource",
					"name": "a",
				},
			],
		},
	},
}

test_without_provisioners_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_local_command_is_refused if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/configuration/root_module/resources/0/provisioners",
			"value": [{"type": "local-exec"}],
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "commands must not run from a configuration: null_resource.a. Use cloud-init, an image or the pipeline"
}

test_another_list_is_used if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/configuration/root_module/resources/0/provisioners",
			"value": [{"type": "local-exec"}],
		},
	])
	result := policy.hook_result with input as document with policy.forbidden as {"remote-exec"}
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_program_as_data_source_is_refused if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/resources/0",
			"value": {"address": "data.external.a", "mode": "data", "type": "external"},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "commands must not run from a configuration: data.external.a. Use cloud-init, an image or the pipeline"
}

test_odd_provisioners_pass if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/configuration/root_module/resources/0/provisioners",
			"value": [null, 7, {"type": null}],
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_without_a_configuration_passes if {
	document := json.patch(base, [{"op": "remove", "path": "/configuration"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_plan_below_plan_is_judged if {
	document := {"plan": json.patch(base, [
		{
			"op": "add",
			"path": "/configuration/root_module/resources/0/provisioners",
			"value": [{"type": "file"}],
		},
	])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "commands must not run from a configuration: null_resource.a. Use cloud-init, an image or the pipeline"
}
