package policy_test

import data.policy

# A deployment of a production stack.
base := {
	"operation": "DeployStack",
	"stack": {"name": "web-prod", "labels": {"env": "prod", "owner": "platform"}},
	"actor": "ci@example.com",
	"phase": "pre",
}

test_inside_a_window_is_refused if {
	result := policy.hook_result with input as base with data.change_freeze as {"windows": [{"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z", "reason": "audit"}]} with time.now_ns as 1893499200000000000
	result.is_passed == false
	result.err_msg == "changes are frozen: audit until 2030-01-02T00:00:00Z"
}

test_the_first_moment_is_frozen if {
	result := policy.hook_result with input as base with data.change_freeze as {"windows": [{"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z", "reason": "audit"}]} with time.now_ns as 1893456000000000000
	result.is_passed == false
	result.err_msg == "changes are frozen: audit until 2030-01-02T00:00:00Z"
}

test_the_last_moment_is_free if {
	result := policy.hook_result with input as base with data.change_freeze as {"windows": [{"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z", "reason": "audit"}]} with time.now_ns as 1893542400000000000
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_before_the_window_passes if {
	result := policy.hook_result with input as base with data.change_freeze as {"windows": [{"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z", "reason": "audit"}]} with time.now_ns as 1893455999000000000
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_the_window_of_the_policy_is_used if {
	result := policy.hook_result with input as base with time.now_ns as 1766534400000000000
	result.is_passed == false
	result.err_msg == "changes are frozen: year end until 2026-01-05T00:00:00Z"
}

test_another_environment_passes if {
	document := json.patch(base, [{"op": "replace", "path": "/stack/labels/env", "value": "dev"}])
	result := policy.hook_result with input as document with data.change_freeze as {"windows": [{"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z", "reason": "audit"}]} with time.now_ns as 1893499200000000000
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_stack_without_labels_counts_as_production if {
	document := json.patch(base, [{"op": "remove", "path": "/stack/labels"}])
	result := policy.hook_result with input as document with data.change_freeze as {"windows": [{"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z", "reason": "audit"}]} with time.now_ns as 1893499200000000000
	result.is_passed == false
	result.err_msg == "changes are frozen: audit until 2030-01-02T00:00:00Z"
}

test_an_exempt_actor_passes if {
	document := json.patch(base, [{"op": "replace", "path": "/actor", "value": "incident-response@example.com"}])
	result := policy.hook_result with input as document with data.change_freeze as {"windows": [{"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z", "reason": "audit"}]} with time.now_ns as 1893499200000000000
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_stack_without_actor_is_frozen if {
	document := json.patch(base, [{"op": "remove", "path": "/actor"}])
	result := policy.hook_result with input as document with data.change_freeze as {"windows": [{"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z", "reason": "audit"}]} with time.now_ns as 1893499200000000000
	result.is_passed == false
	result.err_msg == "changes are frozen: audit until 2030-01-02T00:00:00Z"
}

test_planning_passes if {
	document := json.patch(base, [{"op": "replace", "path": "/operation", "value": "CreateExecutionPlan"}])
	result := policy.hook_result with input as document with data.change_freeze as {"windows": [{"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z", "reason": "audit"}]} with time.now_ns as 1893499200000000000
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_label_and_a_window_are_both_named if {
	document := json.patch(base, [{"op": "add", "path": "/stack/labels/freeze", "value": "yes"}])
	result := policy.hook_result with input as document with data.change_freeze as {"windows": [{"from": "2030-01-01T00:00:00Z", "until": "2030-01-02T00:00:00Z", "reason": "audit"}]} with time.now_ns as 1893499200000000000
	result.is_passed == false
	result.err_msg == "changes are frozen: audit until 2030-01-02T00:00:00Z; the stack has the label freeze; remove it first"
}
