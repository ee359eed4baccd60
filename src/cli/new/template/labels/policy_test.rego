package policy_test

import data.policy

# An operation on a stack with these labels.
deployment(labels) := {"operation": "DeployStack", "stack": {"name": "shop", "labels": labels}}

test_a_stack_with_all_labels_passes if {
	result := policy.hook_result with input as deployment({"env": "prod", "owner": "web"})
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_missing_label_is_refused if {
	result := policy.hook_result with input as deployment({"env": "prod"})
	result.is_passed == false
	result.err_msg == "the stack lacks labels: owner"
	count(result.findings) == 1
}

test_an_empty_label_is_none if {
	result := policy.hook_result with input as deployment({"env": "prod", "owner": ""})
	result.is_passed == false
}

test_a_stack_without_labels_is_refused if {
	result := policy.hook_result with input as {"operation": "DeployStack", "stack": {"name": "shop"}}
	result.err_msg == "the stack lacks labels: env, owner"
}

test_labels_that_cannot_be_read_are_refused if {
	result := policy.hook_result with input as deployment("none")
	result.is_passed == false
}
