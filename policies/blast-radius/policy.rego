# METADATA
# title: Blast radius
# description: Refuses plans that delete, replace or change more resources than one operation may.
# custom:
#   severity: high
#   remediation: Apply in smaller steps, or have the limit raised for this stack.
package policy

hook_result := {
	"is_passed": is_passed,
	"err_msg": err_msg,
	"findings": findings,
}

default is_passed := false

is_passed if count(denials) == 0

err_msg := "the plan cannot be read: send it as terraform show -json prints it" if {
	unreadable
} else := text if {
	count(excess) > 0
	counts := [line |
		some entry in excess
		line := sprintf("%d %s (limit %d)", [entry.count, entry.kind, entry.limit])
	]
	text := sprintf("the plan does too much at once: %s. Apply in smaller steps", [concat(", ", sort(counts))])
} else := ""

findings := [finding | some finding in denials]

# Adapt: the most that one operation may do, by the stack's label `env`, and for production and all other stacks.
limits_by_env := {
	"dev": {"deletions": 50, "replacements": 50, "changes": 200},
	"test": {"deletions": 20, "replacements": 20, "changes": 200},
}

usual_limits := {"deletions": 3, "replacements": 3, "changes": 60}

# Operations that are meant to delete everything.
teardowns := {"DeleteStack", "DeleteStackEnhanced"}

limits := chosen if {
	env := input.stack.labels.env
	chosen := object.get(limits_by_env, env, usual_limits)
} else := usual_limits

acts contains act if {
	some resource in readable
	some action in resource.change.actions
	action in {"create", "update", "delete"}
	act := {"address": resource.address, "type": resource.type, "action": action}
}

changed := {address |
	some act in acts
	address := act.address
}

created := {address |
	some act in acts
	act.action == "create"
	address := act.address
}

removed := {address |
	some act in acts
	act.action == "delete"
	address := act.address
}

amounts := {"deletions": removed - created, "replacements": removed & created, "changes": changed}

excess contains entry if {
	not teardown
	some kind, addresses in amounts
	limit := limits[kind]
	count(addresses) > limit
	entry := {"kind": kind, "count": count(addresses), "limit": limit, "addresses": addresses}
}

default teardown := false

teardown if input.operation in teardowns

denials contains denial if {
	some entry in excess
	first := array.slice(sort(entry.addresses), 0, 5)
	denial := {
		"rule_id": "blast-radius",
		"severity": "high",
		"message": sprintf("%d %s, %d are allowed; among them %s", [entry.count, entry.kind, entry.limit, concat(", ", first)]),
		"remediation": {"message": "apply in smaller steps, or have the limit raised for this stack"},
	}
}

# Reading the plan: the same text in every policy that reads one.
# The plan is the input itself, or lies under `plan`.
plan := nested if {
	nested := input.plan
	is_object(nested)
} else := input

listed := changes if {
	changes := plan.resource_changes
	is_array(changes)
} else := []

readable := [resource |
	some resource in listed
	is_object(resource)
	is_string(resource.address)
	is_string(resource.type)
	is_object(resource.change)
	is_array(resource.change.actions)
]

# What cannot be read is refused, never skipped.
default unreadable := false

unreadable if {
	kind := type_name(plan.resource_changes)
	kind != "array"
}

unreadable if count(readable) < count(listed)

denials contains denial if {
	unreadable
	denial := {
		"rule_id": "unreadable-plan",
		"severity": "high",
		"message": "resource_changes is not the list of changes that terraform show -json writes",
		"remediation": {"message": "send the plan as terraform show -json prints it"},
	}
}
