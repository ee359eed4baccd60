package policy_test

import data.policy

# An encrypted database.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"resource_changes": [
		{
			"address": "aws_db_instance.shop",
			"type": "aws_db_instance",
			"name": "shop",
			"change": {
				"actions": ["create"],
				"after": {"storage_encrypted": true, "replicate_source_db": null},
			},
		},
	],
}

test_an_encrypted_database_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_unencrypted_database_is_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/storage_encrypted", "value": false}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "databases must be encrypted at rest: aws_db_instance.shop. Switch storage encryption on or name a key"
}

test_a_missing_attribute_is_refused if {
	document := json.patch(base, [{"op": "remove", "path": "/resource_changes/0/change/after/storage_encrypted"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "databases must be encrypted at rest: aws_db_instance.shop. Switch storage encryption on or name a key"
}

test_a_null_is_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/storage_encrypted", "value": null}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "databases must be encrypted at rest: aws_db_instance.shop. Switch storage encryption on or name a key"
}

test_a_replica_passes if {
	document := json.patch(base, [
		{"op": "add", "path": "/resource_changes/0/change/after/storage_encrypted", "value": null},
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/replicate_source_db",
			"value": "shop",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_empty_source_is_no_replica if {
	document := json.patch(base, [
		{"op": "add", "path": "/resource_changes/0/change/after/storage_encrypted", "value": null},
		{"op": "add", "path": "/resource_changes/0/change/after/replicate_source_db", "value": ""},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "databases must be encrypted at rest: aws_db_instance.shop. Switch storage encryption on or name a key"
}

test_a_dds_instance_without_a_key_is_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/resource_changes/0/type", "value": "huaweicloud_dds_instance"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "databases must be encrypted at rest: aws_db_instance.shop. Switch storage encryption on or name a key"
}

test_a_dds_instance_with_a_key_passes if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "huaweicloud_dds_instance"},
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/disk_encryption_id",
			"value": "0b1b",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_transparent_encryption_that_is_off_is_refused if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "azurerm_mssql_database"},
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/transparent_data_encryption_enabled",
			"value": false,
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "databases must be encrypted at rest: aws_db_instance.shop. Switch storage encryption on or name a key"
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
	document := {"plan": json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/storage_encrypted", "value": false}])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "databases must be encrypted at rest: aws_db_instance.shop. Switch storage encryption on or name a key"
}
