# METADATA
# title: Cluster size
# description: Refuses clusters with too many nodes, and too many nodes added at once.
# custom:
#   severity: medium
#   remediation: Ask for fewer nodes, or have the limit raised.
package policy

hook_result := {
	"is_passed": is_passed,
	"err_msg": err_msg,
	"findings": findings,
}

default is_passed := false

is_passed if count(reasons) == 0

err_msg := text if {
	count(reasons) > 0
	text := sprintf("%s. Ask for fewer nodes or have the limit raised", [concat("; ", sort(reasons))])
} else := ""

findings := [finding |
	some reason in reasons
	finding := {
		"rule_id": "cluster-size",
		"severity": "medium",
		"message": reason,
		"remediation": {"message": "ask for fewer nodes, or have the limit raised"},
	}
]

# Adapt: the most nodes in one operation.
limits := {"CreateCluster": 20, "AddNode": 5}

# What node_count must look like: 1 to 9999, as a number or a text.
counts := [number |
	given := input.node_count
	text := sprintf("%v", [given])
	regex.match(`^[0-9]{1,4}$`, text)
	number := to_number(text)
]

reasons contains reason if {
	limit := object.get(limits, input.operation, null)
	is_number(limit)
	some number in counts
	number > limit
	reason := sprintf("%d nodes are too many for %s (limit %d)", [number, input.operation, limit])
}

reasons contains reason if {
	some operation, _ in limits
	input.operation == operation
	count(counts) == 0
	reason := sprintf("%s needs a node_count from 0 to 9999", [operation])
}
