package policy_test

import data.policy

# A whole plan.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"resource_changes": [
		{
			"address": "aws_instance.a",
			"type": "aws_instance",
			"name": "a",
			"change": {"actions": ["create"], "after": {"ami": "ami-1"}},
		},
	],
	"format_version": "1.2",
	"terraform_version": "1.9.8",
	"complete": true,
	"errored": false,
}

test_a_whole_plan_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_missing_plan_is_refused if {
	document := json.patch(base, [{"op": "remove", "path": "/format_version"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "the operation carries no plan. Send a whole plan as terraform show -json prints it"
}

test_a_missing_plan_passes_where_none_is_needed if {
	document := json.patch(base, [
		{"op": "remove", "path": "/format_version"},
		{"op": "replace", "path": "/operation", "value": "DeleteStack"},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_errored_plan_is_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/errored", "value": true}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "planning ended with errors. Send a whole plan as terraform show -json prints it"
}

test_a_partial_plan_is_refused_everywhere if {
	document := json.patch(base, [
		{"op": "replace", "path": "/complete", "value": false},
		{"op": "replace", "path": "/operation", "value": "CreateExecutionPlan"},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "the plan is partial: changes were targeted or deferred. Send a whole plan as terraform show -json prints it"
}

test_two_reasons_are_both_named if {
	document := json.patch(base, [
		{"op": "replace", "path": "/complete", "value": false},
		{"op": "replace", "path": "/errored", "value": true},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "planning ended with errors; the plan is partial: changes were targeted or deferred. Send a whole plan as terraform show -json prints it"
}

test_a_format_of_terraform_0_12_passes if {
	document := json.patch(base, [{"op": "replace", "path": "/format_version", "value": "0.1"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_plan_with_nothing_to_do_passes if {
	document := json.patch(base, [{"op": "remove", "path": "/resource_changes"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_null_changes_are_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/resource_changes", "value": null}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "resource_changes is not a list of resource changes. Send a whole plan as terraform show -json prints it"
}
