package policy_test

import data.policy

# A server with 16 vCPUs in a production stack.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"resource_changes": [
		{
			"address": "aws_instance.web",
			"type": "aws_instance",
			"name": "web",
			"change": {"actions": ["create"], "after": {"instance_type": "m6i.4xlarge"}},
		},
	],
}

test_a_server_at_the_limit_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_server_above_the_limit_is_refused if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/instance_type",
			"value": "m6i.8xlarge",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "instances are larger than the 16 vCPUs allowed here: aws_instance.web. Choose a smaller size"
}

test_a_stack_without_labels_has_the_usual_limit if {
	document := json.patch(base, [{"op": "remove", "path": "/stack/labels"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "instances are larger than the 8 vCPUs allowed here: aws_instance.web. Choose a smaller size"
}

test_an_unknown_environment_has_the_usual_limit if {
	document := json.patch(base, [{"op": "replace", "path": "/stack/labels/env", "value": "staging"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "instances are larger than the 8 vCPUs allowed here: aws_instance.web. Choose a smaller size"
}

test_another_limit_is_used if {
	result := policy.hook_result with input as base with policy.limits as {"prod": 2}
	result.is_passed == false
	result.err_msg == "instances are larger than the 2 vCPUs allowed here: aws_instance.web. Choose a smaller size"
}

test_xlarge_is_4 if {
	document := json.patch(base, [
		{"op": "replace", "path": "/stack/labels/env", "value": "dev"},
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/instance_type",
			"value": "m6i.xlarge",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_small_sizes_have_no_number if {
	document := json.patch(base, [
		{"op": "replace", "path": "/stack/labels/env", "value": "dev"},
		{"op": "add", "path": "/resource_changes/0/change/after/instance_type", "value": "t3.large"},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_huawei_flavor_is_read if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "huaweicloud_rds_instance"},
		{
			"op": "replace",
			"path": "/resource_changes/0/change/after",
			"value": {"flavor": "rds.pg.n1.8xlarge.4"},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "instances are larger than the 16 vCPUs allowed here: aws_instance.web. Choose a smaller size"
}

test_an_unknown_size_passes if {
	document := json.patch(base, [{"op": "remove", "path": "/resource_changes/0/change/after/instance_type"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_size_of_a_wrong_type_is_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/instance_type", "value": {"a": 1}}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "instances are larger than the 16 vCPUs allowed here: aws_instance.web. Choose a smaller size"
}

test_a_deletion_passes if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/resource_changes/0/change",
			"value": {"actions": ["delete"], "before": {"id": "x"}, "after": null},
		},
	])
	result := policy.hook_result with input as document
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

test_a_plan_below_plan_is_judged if {
	document := {"plan": json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/instance_type", "value": "m6i.metal"}])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "instances are larger than the 8 vCPUs allowed here: aws_instance.web. Choose a smaller size"
}
