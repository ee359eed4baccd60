package policy_test

import data.policy

# A registry module with an exact version.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"configuration": {
		"root_module": {
			"module_calls": {"network": {"source": "example/network/aws", "version_constraint": "1.2.3"}},
		},
	},
}

test_an_exact_version_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_exact_version_with_an_equals_sign_passes if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/module_calls/network/version_constraint",
			"value": "= 1.2.3",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_pre_release_passes if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/module_calls/network/version_constraint",
			"value": "1.2.3-rc.1",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_range_is_refused if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/module_calls/network/version_constraint",
			"value": ">= 1.2.3",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "modules are not pinned: module.network. Give an exact version, or a tag or commit in ref"
}

test_two_constraints_are_refused if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/module_calls/network/version_constraint",
			"value": "1.2.3, != 1.2.4",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "modules are not pinned: module.network. Give an exact version, or a tag or commit in ref"
}

test_a_missing_version_is_refused if {
	document := json.patch(base, [{"op": "remove", "path": "/configuration/root_module/module_calls/network/version_constraint"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "modules are not pinned: module.network. Give an exact version, or a tag or commit in ref"
}

test_a_null_version_is_refused if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/module_calls/network/version_constraint",
			"value": null,
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "modules are not pinned: module.network. Give an exact version, or a tag or commit in ref"
}

test_a_tag_passes if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/module_calls/network/source",
			"value": "git::https://git.example.com/network.git?ref=v1.2.3",
		},
		{
			"op": "remove",
			"path": "/configuration/root_module/module_calls/network/version_constraint",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_branch_is_refused if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/module_calls/network/source",
			"value": "git::https://git.example.com/network.git?ref=main",
		},
		{
			"op": "remove",
			"path": "/configuration/root_module/module_calls/network/version_constraint",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "modules are not pinned: module.network. Give an exact version, or a tag or commit in ref"
}

test_a_branch_that_begins_like_a_tag_is_refused if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/module_calls/network/source",
			"value": "git::https://git.example.com/network.git?ref=1.2-stable/x",
		},
		{
			"op": "remove",
			"path": "/configuration/root_module/module_calls/network/version_constraint",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "modules are not pinned: module.network. Give an exact version, or a tag or commit in ref"
}

test_a_folder_passes if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/module_calls/network/source",
			"value": "../network",
		},
		{
			"op": "remove",
			"path": "/configuration/root_module/module_calls/network/version_constraint",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_bucket_is_refused if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/configuration/root_module/module_calls/network/source",
			"value": "s3::https://s3.eu-central-1.amazonaws.com/modules/network.zip",
		},
		{
			"op": "remove",
			"path": "/configuration/root_module/module_calls/network/version_constraint",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "modules are not pinned: module.network. Give an exact version, or a tag or commit in ref"
}

test_without_a_configuration_passes if {
	document := json.patch(base, [{"op": "remove", "path": "/configuration"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_plan_below_plan_is_judged if {
	document := {"plan": json.patch(base, [{"op": "remove", "path": "/configuration/root_module/module_calls/network/version_constraint"}])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "modules are not pinned: module.network. Give an exact version, or a tag or commit in ref"
}
