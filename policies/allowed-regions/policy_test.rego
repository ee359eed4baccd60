package policy_test

import data.policy

# A volume in an allowed region.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"resource_changes": [
		{
			"address": "huaweicloud_evs_volume.data",
			"type": "huaweicloud_evs_volume",
			"name": "data",
			"change": {
				"actions": ["create"],
				"after": {"availability_zone": "eu-west-101a", "region": "eu-west-101"},
			},
		},
	],
}

test_an_allowed_region_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_another_region_is_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/region", "value": "af-south-1"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "region not allowed: huaweicloud_evs_volume.data. Use one of cn-north-4, eu, eu-central-1, eu-west-1, eu-west-101, europe-west1, europe-west3, global, northeurope, westeurope"
}

test_another_zone_is_refused if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/availability_zone",
			"value": "af-south-1a",
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "region not allowed: huaweicloud_evs_volume.data. Use one of cn-north-4, eu, eu-central-1, eu-west-1, eu-west-101, europe-west1, europe-west3, global, northeurope, westeurope"
}

test_the_list_of_the_bundle_is_used if {
	result := policy.hook_result with input as base with data.allowed_regions as {"regions": ["af-south-1"]}
	result.is_passed == false
	result.err_msg == "region not allowed: huaweicloud_evs_volume.data. Use one of af-south-1"
}

test_an_unknown_region_passes if {
	document := json.patch(base, [
		{"op": "remove", "path": "/resource_changes/0/change/after/region"},
		{"op": "add", "path": "/resource_changes/0/change/after_unknown", "value": {"region": true}},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_null_and_wrong_types_pass if {
	document := json.patch(base, [
		{"op": "add", "path": "/resource_changes/0/change/after/region", "value": null},
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/availability_zone",
			"value": {"a": 1},
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_type_of_no_cloud_passes if {
	document := json.patch(base, [
		{"op": "replace", "path": "/resource_changes/0/type", "value": "cloudflare_record"},
		{"op": "add", "path": "/resource_changes/0/change/after/region", "value": "weur"},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_region_of_a_provider_is_refused if {
	document := json.patch(base, [
		{
			"op": "add",
			"path": "/configuration",
			"value": {
				"provider_config": {
					"aws.us": {
						"name": "aws",
						"alias": "us",
						"expressions": {"region": {"constant_value": "us-east-1"}},
					},
				},
			},
		},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "region not allowed: provider.aws.us. Use one of cn-north-4, eu, eu-central-1, eu-west-1, eu-west-101, europe-west1, europe-west3, global, northeurope, westeurope"
}

test_a_variable_of_a_module_is_not_guessed if {
	document := json.patch(base, [
		{"op": "add", "path": "/variables", "value": {"region": {"value": "us-east-1"}}},
		{
			"op": "add",
			"path": "/configuration",
			"value": {
				"provider_config": {
					"module.a:aws": {
						"name": "aws",
						"module_address": "module.a",
						"expressions": {"region": {"references": ["var.region"]}},
					},
				},
			},
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
	document := {"plan": json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/region", "value": "af-south-1"}])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "region not allowed: huaweicloud_evs_volume.data. Use one of cn-north-4, eu, eu-central-1, eu-west-1, eu-west-101, europe-west1, europe-west3, global, northeurope, westeurope"
}
