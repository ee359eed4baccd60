package policy_test

import data.policy

# A plan with one change.
plan(type, actions) := {"resource_changes": [{
	"address": sprintf("%s.main", [type]),
	"type": type,
	"change": {"actions": actions},
}]}

test_a_protected_resource_may_be_created if {
	result := policy.hook_result with input as plan("aws_s3_bucket", ["create"])
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_protected_resource_must_not_be_deleted if {
	result := policy.hook_result with input as plan("aws_s3_bucket", ["delete"])
	result.is_passed == false
	result.err_msg == "protected resources would be deleted: aws_s3_bucket.main"
	count(result.findings) == 1
}

test_a_protected_resource_must_not_be_replaced if {
	result := policy.hook_result with input as plan("aws_db_instance", ["delete", "create"])
	result.is_passed == false
}

test_others_may_be_deleted if {
	result := policy.hook_result with input as plan("aws_instance", ["delete"])
	result.is_passed == true
}

test_an_operation_without_a_plan_passes if {
	result := policy.hook_result with input as {"operation": "DeployStack"}
	result.is_passed == true
}

test_a_plan_that_cannot_be_read_is_refused if {
	result := policy.hook_result with input as {"resource_changes": "none"}
	result.is_passed == false
}
