package policy_test

import data.policy

# An encrypted volume.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"resource_changes": [
		{
			"address": "aws_ebs_volume.data",
			"type": "aws_ebs_volume",
			"name": "data",
			"change": {"actions": ["create"], "after": {"encrypted": true, "size": 40}},
		},
	],
}

test_an_encrypted_volume_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_unencrypted_volume_is_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/encrypted", "value": false}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "volumes must be encrypted: aws_ebs_volume.data. Set encrypted = true or name a key"
}

test_a_missing_attribute_is_refused if {
	document := json.patch(base, [{"op": "remove", "path": "/resource_changes/0/change/after/encrypted"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "volumes must be encrypted: aws_ebs_volume.data. Set encrypted = true or name a key"
}

test_an_unknown_attribute_is_refused if {
	document := json.patch(base, [
		{"op": "remove", "path": "/resource_changes/0/change/after/encrypted"},
		{
			"op": "add",
			"path": "/resource_changes/0/change/after_unknown",
			"value": {"encrypted": true},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "volumes must be encrypted: aws_ebs_volume.data. Set encrypted = true or name a key"
}

test_other_types_can_be_added if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "aws_fsx_lustre_file_system"},
		{"op": "remove", "path": "/resource_changes/0/change/after/encrypted"},
	])
	result := policy.hook_result with input as document with policy.flags as {"aws_fsx_lustre_file_system": "encrypted"}
	result.is_passed == false
	result.err_msg == "volumes must be encrypted: aws_ebs_volume.data. Set encrypted = true or name a key"
}

test_a_launch_template_says_true_as_a_text if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "aws_launch_template"},
		{
			"op": "replace",
			"path": "/resource_changes/0/change/after",
			"value": {"block_device_mappings": [{"device_name": "/dev/sdb", "ebs": [{"encrypted": "true"}]}]},
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_launch_template_without_encryption_is_refused if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "aws_launch_template"},
		{
			"op": "replace",
			"path": "/resource_changes/0/change/after",
			"value": {
				"block_device_mappings": [{"device_name": "/dev/sdb", "ebs": [{"encrypted": "false"}]}],
			},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "volumes must be encrypted: aws_ebs_volume.data. Set encrypted = true or name a key"
}

test_an_empty_key_is_refused if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "huaweicloud_evs_volume"},
		{"op": "replace", "path": "/resource_changes/0/change/after", "value": {"kms_id": ""}},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "volumes must be encrypted: aws_ebs_volume.data. Set encrypted = true or name a key"
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
	document := {"plan": json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/encrypted", "value": false}])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "volumes must be encrypted: aws_ebs_volume.data. Set encrypted = true or name a key"
}
