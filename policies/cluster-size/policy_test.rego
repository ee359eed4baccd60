package policy_test

import data.policy

# Five more nodes.
base := {
	"operation": "AddNode",
	"stack": {"name": "c-1"},
	"cluster_id": "c-1",
	"node_count": 5,
	"phase": "pre",
}

test_five_nodes_pass if {
	result := policy.hook_result with input as base
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_six_nodes_are_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/node_count", "value": 6}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "6 nodes are too many for AddNode (limit 5). Ask for fewer nodes or have the limit raised"
}

test_another_limit_is_used if {
	result := policy.hook_result with input as base with policy.limits as {"AddNode": 1}
	result.is_passed == false
	result.err_msg == "5 nodes are too many for AddNode (limit 1). Ask for fewer nodes or have the limit raised"
}

test_a_new_cluster_may_have_more if {
	document := json.patch(base, [
		{"op": "replace", "path": "/operation", "value": "CreateCluster"},
		{"op": "replace", "path": "/node_count", "value": 20},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}

test_a_huge_count_is_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/node_count", "value": 100000}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "AddNode needs a node_count from 0 to 9999. Ask for fewer nodes or have the limit raised"
}

test_a_fraction_is_refused if {
	document := json.patch(base, [{"op": "replace", "path": "/node_count", "value": 1.5}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "AddNode needs a node_count from 0 to 9999. Ask for fewer nodes or have the limit raised"
}

test_a_missing_count_is_refused if {
	document := json.patch(base, [{"op": "remove", "path": "/node_count"}])
	result := policy.hook_result with input as document
	result.is_passed == false
	result.err_msg == "AddNode needs a node_count from 0 to 9999. Ask for fewer nodes or have the limit raised"
}

test_other_operations_pass if {
	document := json.patch(base, [
		{"op": "replace", "path": "/operation", "value": "DeployStack"},
		{"op": "remove", "path": "/node_count"},
	])
	result := policy.hook_result with input as document
	result == {"is_passed": true, "err_msg": "", "findings": []}
}
