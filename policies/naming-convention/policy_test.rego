package policy_test

import data.policy

# A new bucket with good names.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"resource_changes": [
		{
			"address": "aws_s3_bucket.assets",
			"type": "aws_s3_bucket",
			"name": "assets",
			"change": {"actions": ["create"], "after": {"bucket": "shop-assets"}},
		},
	],
}

test_good_names_pass if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_hyphens_in_terraform_are_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/resource_changes/0/name", "value": "my-assets"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "names break the convention: aws_s3_bucket.assets. Use snake_case in Terraform, lower-case-with-hyphens in the cloud"
}

test_letters_of_other_scripts_are_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/bucket", "value": "shop-аssets"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "names break the convention: aws_s3_bucket.assets. Use snake_case in Terraform, lower-case-with-hyphens in the cloud"
}

test_a_trailing_hyphen_is_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/bucket", "value": "shop-assets-"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "names break the convention: aws_s3_bucket.assets. Use snake_case in Terraform, lower-case-with-hyphens in the cloud"
}

test_a_missing_terraform_name_is_refused if {
	document := json.patch(base, [{"op": "remove", "path": "/resource_changes/0/name"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "names break the convention: aws_s3_bucket.assets. Use snake_case in Terraform, lower-case-with-hyphens in the cloud"
}

test_a_type_without_a_cloud_name_passes if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "aws_s3_bucket_acl"},
		{"op": "add", "path": "/resource_changes/0/change/after/bucket", "value": "Odd_Name"},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_update_passes if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/change/actions", "value": ["update"]},
		{"op": "add", "path": "/resource_changes/0/change/after/bucket", "value": "Odd_Name"},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_unknown_name_passes if {
	document := json.patch(base, [{"op": "remove", "path": "/resource_changes/0/change/after/bucket"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
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
	document := {"plan": json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/bucket", "value": "Odd_Name"}])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "names break the convention: aws_s3_bucket.assets. Use snake_case in Terraform, lower-case-with-hyphens in the cloud"
}
