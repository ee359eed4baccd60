package policy_test

import data.policy

# A deployment of a labelled stack.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
}

test_a_labelled_stack_passes if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_missing_owner_is_refused if {
	document := json.patch(base, [{"op": "remove", "path": "/stack/labels/owner"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "the stack needs a label owner that names a team (lower case, digits, hyphens)"
}

test_a_missing_environment_is_refused if {
	document := json.patch(base, [{"op": "remove", "path": "/stack/labels/env"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "the stack needs a label env, one of dev, prod, staging, test"
}

test_a_missing_stack_is_refused if {
	document := json.patch(base, [{"op": "remove", "path": "/stack"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "the stack needs a label env, one of dev, prod, staging, test; the stack needs a label owner that names a team (lower case, digits, hyphens)"
}

test_an_owner_of_a_wrong_type_is_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/stack/labels/owner", "value": 7}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "the stack needs a label owner that names a team (lower case, digits, hyphens)"
}

test_deleting_production_is_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/operation", "value": "DeleteStack"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "a production stack may only be deleted by a release manager"
}

test_deleting_production_without_an_actor_is_refused if {
	document := json.patch(base, [
		{"op": "replace", "path": "/operation", "value": "DeleteStack"},
		{"op": "remove", "path": "/actor"},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "a production stack may only be deleted by a release manager"
}

test_a_release_manager_may_delete if {
	document := json.patch(base, [
		{"op": "replace", "path": "/operation", "value": "DeleteStack"},
		{"op": "replace", "path": "/actor", "value": "release-manager@example.com"},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_another_list_of_deleters_is_used if {
	document := json.patch(base, [{"op": "replace", "path": "/operation", "value": "DeleteStackEnhanced"}])
	result := policy.hook_result with input as document with policy.deleters as {"ci@example.com"}
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_deleting_a_stack_without_environment_is_refused if {
	document := json.patch(base, [
		{"op": "replace", "path": "/operation", "value": "DeleteStack"},
		{"op": "remove", "path": "/stack/labels/env"},
	])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "a production stack may only be deleted by a release manager; the stack needs a label env, one of dev, prod, staging, test"
}

test_other_operations_pass if {
	document := json.patch(base, [
		{"op": "replace", "path": "/operation", "value": "AddNode"},
		{"op": "remove", "path": "/stack"},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}
