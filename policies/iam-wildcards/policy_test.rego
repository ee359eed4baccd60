package policy_test

import data.policy

# A policy that allows to read objects.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"resource_changes": [
		{
			"address": "aws_iam_policy.app",
			"type": "aws_iam_policy",
			"name": "app",
			"change": {
				"actions": ["create"],
				"after": {
					"policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"s3:GetObject\"], \"Resource\": \"*\"}]}",
				},
			},
		},
	],
}

test_a_named_action_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_every_action_is_refused if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/policy",
			"value": "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "permissions are too wide: aws_iam_policy.app. Name the actions, resources and principals that are needed"
}

test_one_of_several_actions_is_enough if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/policy",
			"value": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"s3:GetObject\", \"*:*\"], \"Resource\": \"*\"}]}",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "permissions are too wide: aws_iam_policy.app. Name the actions, resources and principals that are needed"
}

test_a_service_on_everything_is_refused if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/policy",
			"value": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"ec2:*\", \"Resource\": [\"*\"]}]}",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "permissions are too wide: aws_iam_policy.app. Name the actions, resources and principals that are needed"
}

test_a_service_on_named_resources_passes if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/policy",
			"value": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"ec2:*\", \"Resource\": [\"arn:aws:ec2:::instance/i-1\"]}]}",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_denial_passes if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/policy",
			"value": "{\"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}]}",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_huawei_policy_without_resources_means_all if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "huaweicloud_identity_role"},
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/policy",
			"value": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"ecs:*:*\"]}]}",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "permissions are too wide: aws_iam_policy.app. Name the actions, resources and principals that are needed"
}

test_text_that_is_not_json_is_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/policy", "value": "no"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "permissions are too wide: aws_iam_policy.app. Name the actions, resources and principals that are needed"
}

test_odd_json_passes if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/policy",
			"value": "{\"Statement\": [1, null, {\"Effect\": \"Allow\", \"Action\": 7}]}",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_unknown_document_passes if {
	document := json.patch(base, [{"op": "remove", "path": "/resource_changes/0/change/after/policy"}])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_trusted_everyone_with_a_condition_passes if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "aws_iam_role"},
		{
			"op": "replace",
			"path": "/resource_changes/0/change/after",
			"value": {
				"assume_role_policy": "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"*\"}, \"Action\": \"sts:AssumeRole\", \"Condition\": {\"StringEquals\": {\"aws:PrincipalOrgID\": \"o-1\"}}}}",
			},
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_inline_policy_is_read if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "aws_iam_role"},
		{
			"op": "replace",
			"path": "/resource_changes/0/change/after",
			"value": {
				"inline_policy": [
					{
						"name": "a",
						"policy": "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\"}}",
					},
				],
			},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "permissions are too wide: aws_iam_policy.app. Name the actions, resources and principals that are needed"
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
	document := {"plan": json.patch(base, [
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/policy",
			"value": "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}",
		},
	])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "permissions are too wide: aws_iam_policy.app. Name the actions, resources and principals that are needed"
}
