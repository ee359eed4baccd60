package policy_test

import data.policy

# A bucket with its tags.
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
			"change": {"actions": ["create"], "after": {"tags": {"env": "prod", "owner": "platform"}}},
		},
	],
}

test_a_tagged_bucket_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_missing_tag_is_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/tags", "value": {"env": "prod"}}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "required tags are missing: aws_s3_bucket.assets. Every resource needs env, owner"
}

test_null_tags_are_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/tags", "value": null}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "required tags are missing: aws_s3_bucket.assets. Every resource needs env, owner"
}

test_unknown_tags_are_refused if {
	document := json.patch(base, [
		{"op": "remove", "path": "/resource_changes/0/change/after/tags"},
		{"op": "add", "path": "/resource_changes/0/change/after_unknown", "value": {"tags": true}},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "required tags are missing: aws_s3_bucket.assets. Every resource needs env, owner"
}

test_a_resource_without_the_attribute_passes if {
	document := json.patch(base, [{"op": "remove", "path": "/resource_changes/0/change/after/tags"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_the_list_of_the_bundle_is_used if {
	result := policy.hook_result with input as base with data.required_tags as {"tags": ["cost-centre"]}
	result.is_passed == false
	result.err_msg == "required tags are missing: aws_s3_bucket.assets. Every resource needs cost-centre"
}

test_a_list_of_a_wrong_type_is_ignored if {
	result := policy.hook_result with input as base with data.required_tags as {"tags": "cost-centre"}
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_exempt_type_passes if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/tags", "value": null}])
	result := policy.hook_result with input as document with policy.exempt as {"aws_s3_bucket"}
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_labels_of_google_are_read if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "google_storage_bucket"},
		{
			"op": "replace",
			"path": "/resource_changes/0/change/after",
			"value": {"labels": {"env": "prod", "owner": "platform"}, "tags": null},
		},
	])
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
	document := {"plan": json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/tags", "value": null}])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "required tags are missing: aws_s3_bucket.assets. Every resource needs env, owner"
}
