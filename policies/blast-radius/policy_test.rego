package policy_test

import data.policy

# One deletion and one replacement in a production stack.
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
			"change": {"actions": ["delete"], "after": null},
		},
		{
			"address": "aws_instance.b",
			"type": "aws_instance",
			"name": "b",
			"change": {"actions": ["delete", "create"], "after": {"id": "b"}},
		},
	],
}

test_a_few_changes_pass if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_all_three_limits_are_named if {
	result := policy.hook_result with input as base with policy.limits_by_env as {"prod": {"deletions": 0, "replacements": 0, "changes": 1}}
	result.is_passed == false
	result.err_msg == "the plan does too much at once: 1 deletions (limit 0), 1 replacements (limit 0), 2 changes (limit 1). Apply in smaller steps"
}

test_a_stack_without_labels_has_the_usual_limits if {
	document := json.patch(base, [{"op": "remove", "path": "/stack/labels"}])
	result := policy.hook_result with input as document with policy.usual_limits as {"deletions": 0, "replacements": 9, "changes": 9}
	result.is_passed == false
	result.err_msg == "the plan does too much at once: 1 deletions (limit 0). Apply in smaller steps"
}

test_deleting_the_stack_passes if {
	document := json.patch(base, [{"op": "replace", "path": "/operation", "value": "DeleteStack"}])
	result := policy.hook_result with input as document with policy.limits_by_env as {"prod": {"deletions": 0, "replacements": 0, "changes": 1}}
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_without_an_operation_is_judged if {
	document := json.patch(base, [{"op": "remove", "path": "/operation"}])
	result := policy.hook_result with input as document with policy.limits_by_env as {"prod": {"deletions": 0, "replacements": 0, "changes": 1}}
	result.is_passed == false
	result.err_msg == "the plan does too much at once: 1 deletions (limit 0), 1 replacements (limit 0), 2 changes (limit 1). Apply in smaller steps"
}

test_a_no_op_does_not_count if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/change/actions", "value": ["no-op"]},
		{"op": "replace", "path": "/resource_changes/1/change/actions", "value": ["read"]},
	])
	result := policy.hook_result with input as document with policy.limits_by_env as {"prod": {"deletions": 0, "replacements": 0, "changes": 1}}
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_without_a_plan_passes if {
	document := json.patch(base, [{"op": "remove", "path": "/resource_changes"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_unreadable_changes_are_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/resource_changes", "value": {"a": 1}}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "the plan cannot be read: send it as terraform show -json prints it"
}

test_a_change_without_an_address_is_refused if {
	document := json.patch(base, [{"op": "remove", "path": "/resource_changes/0/address"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "the plan cannot be read: send it as terraform show -json prints it"
}
