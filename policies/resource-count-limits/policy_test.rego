package policy_test

import data.policy

# Two NAT gateways, one of them new.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"resource_changes": [
		{
			"address": "aws_nat_gateway.zone[0]",
			"type": "aws_nat_gateway",
			"name": "zone",
			"change": {"actions": ["no-op"], "after": {"id": "a"}},
		},
		{
			"address": "aws_nat_gateway.zone[1]",
			"type": "aws_nat_gateway",
			"name": "zone",
			"change": {"actions": ["create"], "after": {"name": "b"}},
		},
	],
}

test_two_gateways_pass if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_limit_by_type_is_kept if {
	result := policy.hook_result with input as base with policy.limits as {"aws_nat_gateway": 1}
	result.is_passed == false
	result.err_msg == "too many resources: 2 aws_nat_gateway (limit 1). Split the stack or have the limit raised"
}

test_a_limit_in_all_is_kept if {
	result := policy.hook_result with input as base with policy.largest as 1
	result.is_passed == false
	result.err_msg == "too many resources: 2 in all (limit 1). Split the stack or have the limit raised"
}

test_both_limits_are_named if {
	result := policy.hook_result with input as base with policy.largest as 1 with policy.limits as {"aws_nat_gateway": 1}
	result.is_passed == false
	result.err_msg == "too many resources: 2 aws_nat_gateway (limit 1), 2 in all (limit 1). Split the stack or have the limit raised"
}

test_a_deletion_does_not_count if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/resource_changes/0/change",
			"value": {"actions": ["delete"], "before": {"id": "x"}, "after": null},
		},
	])
	result := policy.hook_result with input as document with policy.largest as 1
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_data_source_does_not_count if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/mode", "value": "data"}])
	result := policy.hook_result with input as document with policy.largest as 1
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_one_address_counts_once if {
	document := json.patch(base, [{"op": "replace", "path": "/resource_changes/0/address", "value": "aws_nat_gateway.zone[1]"}])
	result := policy.hook_result with input as document with policy.largest as 1
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
