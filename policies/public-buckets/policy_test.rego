package policy_test

import data.policy

# A private bucket.
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
			"change": {"actions": ["create"], "after": {"acl": "private", "bucket": "assets", "grant": []}},
		},
	],
}

test_a_private_bucket_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_public_acl_is_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/resource_changes/0/change/after/acl", "value": "public-read"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "buckets must not be public: aws_s3_bucket.assets. Remove the public ACL, grant or policy"
}

test_another_list_of_public_acls_is_used if {
	result := policy.hook_result with input as base with policy.public_acls as {"private"}
	result.is_passed == false
	result.err_msg == "buckets must not be public: aws_s3_bucket.assets. Remove the public ACL, grant or policy"
}

test_a_grant_to_everyone_is_refused if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/resource_changes/0/change/after/grant",
			"value": [{"uri": "http://acs.amazonaws.com/groups/global/AllUsers", "permissions": ["READ"]}],
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "buckets must not be public: aws_s3_bucket.assets. Remove the public ACL, grant or policy"
}

test_a_null_or_missing_acl_passes if {
	document := json.patch(base, [
		{
			"op": "replace",
			"path": "/resource_changes/0/change/after",
			"value": {"acl": null, "grant": null},
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_acl_known_after_apply_passes if {
	document := json.patch(base, [
		{"op": "remove", "path": "/resource_changes/0/change/after/acl"},
		{"op": "add", "path": "/resource_changes/0/change/after_unknown", "value": {"acl": true}},
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

test_not_principal_allows_everyone if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/policy",
			"value": "{\"Statement\": {\"Effect\": \"Allow\", \"NotPrincipal\": {\"AWS\": \"arn:aws:iam::1:root\"}}}",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "buckets must not be public: aws_s3_bucket.assets. Remove the public ACL, grant or policy"
}

test_a_policy_that_is_not_json_passes if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/policy", "value": "{"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_empty_list_of_public_rights_passes if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "huaweicloud_obs_bucket_acl"},
		{
			"op": "replace",
			"path": "/resource_changes/0/change/after",
			"value": {"public_permission": [{"access_to_acl": [], "access_to_bucket": []}]},
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
	document := {"plan": json.patch(base, [{"op": "replace", "path": "/resource_changes/0/change/after/acl", "value": "public-read"}])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "buckets must not be public: aws_s3_bucket.assets. Remove the public ACL, grant or policy"
}
