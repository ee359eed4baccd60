package policy_test

import data.policy

# A database that is deleted from a production stack.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"resource_changes": [
		{
			"address": "huaweicloud_rds_instance.shop",
			"type": "huaweicloud_rds_instance",
			"name": "shop",
			"change": {"actions": ["delete"], "after": null},
		},
	],
}

test_a_deletion_is_refused if {
	result := policy.hook_result with input as base
	result.is_passed == false
	result.err_msg == "this would destroy data: huaweicloud_rds_instance.shop. Keep these resources, or back up and remove them in a reviewed step"
}

test_a_replacement_is_refused if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/resource_changes/0/change",
			"value": {"actions": ["create", "delete"], "after": {"name": "shop"}},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "this would destroy data: huaweicloud_rds_instance.shop. Keep these resources, or back up and remove them in a reviewed step"
}

test_an_update_passes if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/resource_changes/0/change",
			"value": {"actions": ["update"], "after": {"name": "shop"}},
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_disposable_stack_passes if {
	document := json.patch(base, [{"op": "replace", "path": "/stack/labels/env", "value": "dev"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_unknown_environment_is_protected if {
	document := json.patch(base, [{"op": "replace", "path": "/stack/labels/env", "value": null}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "this would destroy data: huaweicloud_rds_instance.shop. Keep these resources, or back up and remove them in a reviewed step"
}

test_another_list_of_disposable_stacks_is_used if {
	result := policy.hook_result with input as base with policy.disposable as {"prod"}
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_type_that_holds_no_data_passes if {
	document := json.patch(base, [{"op": "replace", "path": "/resource_changes/0/type", "value": "huaweicloud_vpc"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_the_finding_says_what_would_happen if {
	result := policy.hook_result with input as base
	some finding in result.findings
	finding.message == "it would be deleted"
	finding.resource == {"address": "huaweicloud_rds_instance.shop", "type": "huaweicloud_rds_instance"}
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
	document := {"plan": base}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "this would destroy data: huaweicloud_rds_instance.shop. Keep these resources, or back up and remove them in a reviewed step"
}
