package policy_test

import data.policy

# HTTPS for everyone.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
	"resource_changes": [
		{
			"address": "huaweicloud_networking_secgroup_rule.web",
			"type": "huaweicloud_networking_secgroup_rule",
			"name": "web",
			"change": {
				"actions": ["create"],
				"after": {
					"action": "allow",
					"direction": "ingress",
					"ports": "443",
					"protocol": "tcp",
					"remote_ip_prefix": "0.0.0.0/0",
				},
			},
		},
	],
}

test_https_for_everyone_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_ssh_for_everyone_is_refused if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/ports", "value": "22"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "SSH and RDP must not be open to the internet: huaweicloud_networking_secgroup_rule.web. Allow known address ranges only"
}

test_another_list_of_ports_is_used if {
	result := policy.hook_result with input as base with policy.guarded as [{"port": 443, "name": "HTTPS"}]
	result.is_passed == false
	result.err_msg == "SSH and RDP must not be open to the internet: huaweicloud_networking_secgroup_rule.web. Allow known address ranges only"
}

test_a_denial_passes if {
	document := json.patch(base, [
		{"op": "add", "path": "/resource_changes/0/change/after/ports", "value": "22"},
		{"op": "add", "path": "/resource_changes/0/change/after/action", "value": "deny"},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_any_range_that_ends_in_0_is_everywhere if {
	document := json.patch(base, [
		{"op": "add", "path": "/resource_changes/0/change/after/ports", "value": "22"},
		{"op": "add", "path": "/resource_changes/0/change/after/remote_ip_prefix", "value": "::/0"},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "SSH and RDP must not be open to the internet: huaweicloud_networking_secgroup_rule.web. Allow known address ranges only"
}

test_a_range_that_ends_in_10_is_not_everywhere if {
	document := json.patch(base, [
		{"op": "add", "path": "/resource_changes/0/change/after/ports", "value": "22"},
		{
			"op": "add",
			"path": "/resource_changes/0/change/after/remote_ip_prefix",
			"value": "100.64.0.0/10",
		},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_port_range_is_read if {
	document := json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/ports", "value": "443, 3000-4000"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "SSH and RDP must not be open to the internet: huaweicloud_networking_secgroup_rule.web. Allow known address ranges only"
}

test_no_protocol_and_no_ports_are_all_ports if {
	document := json.patch(base, [
		{"op": "remove", "path": "/resource_changes/0/change/after/ports"},
		{"op": "remove", "path": "/resource_changes/0/change/after/protocol"},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "SSH and RDP must not be open to the internet: huaweicloud_networking_secgroup_rule.web. Allow known address ranges only"
}

test_port_numbers_are_read if {
	document := json.patch(base, [
		{"op": "remove", "path": "/resource_changes/0/change/after/ports"},
		{"op": "add", "path": "/resource_changes/0/change/after/port_range_min", "value": 80},
		{"op": "add", "path": "/resource_changes/0/change/after/port_range_max", "value": 90},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_an_empty_source_is_everywhere if {
	document := json.patch(base, [
		{"op": "add", "path": "/resource_changes/0/change/after/ports", "value": "22"},
		{"op": "add", "path": "/resource_changes/0/change/after/remote_ip_prefix", "value": ""},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "SSH and RDP must not be open to the internet: huaweicloud_networking_secgroup_rule.web. Allow known address ranges only"
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
	document := {"plan": json.patch(base, [{"op": "add", "path": "/resource_changes/0/change/after/ports", "value": "22"}])}
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "SSH and RDP must not be open to the internet: huaweicloud_networking_secgroup_rule.web. Allow known address ranges only"
}
