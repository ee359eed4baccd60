# METADATA
# title: Resource count limits
# description: Refuses plans after which a stack holds more resources than allowed, in all or of one type.
# custom:
#   severity: medium
#   remediation: Split the stack, remove what is not needed, or have the limit raised.
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
	count(denials) > 0
	text := sprintf("too many resources: %s. Split the stack or have the limit raised", [concat(", ", excess)])
} else := ""

findings := [finding | some finding in denials]

# Adapt: the most a stack may hold, in all and by type.
largest := 200

limits := {
	"aws_db_instance": 10,
	"aws_eip": 10,
	"aws_instance": 20,
	"aws_lb": 10,
	"aws_nat_gateway": 4,
	"aws_rds_cluster": 5,
	"aws_s3_bucket": 20,
	"azurerm_linux_virtual_machine": 20,
	"azurerm_public_ip": 10,
	"google_compute_address": 10,
	"google_compute_instance": 20,
	"huaweicloud_compute_instance": 20,
	"huaweicloud_evs_volume": 40,
	"huaweicloud_nat_gateway": 4,
	"huaweicloud_obs_bucket": 20,
	"huaweicloud_rds_instance": 10,
	"huaweicloud_vpc_eip": 10,
}

# What the stack holds after the operation, also what the plan leaves alone.
held := {address |
	some resource in readable
	is_object(resource.change.after)
	kind := object.get(resource, "mode", "managed")
	kind != "data"
	address := resource.address
}

by_type contains entry if {
	some type, limit in limits
	addresses := {address |
		some resource in readable
		resource.type == type
		address := resource.address
		address in held
	}
	entry := {"type": type, "count": count(addresses), "limit": limit}
}

excess contains text if {
	some entry in by_type
	entry.count > entry.limit
	text := sprintf("%d %s (limit %d)", [entry.count, entry.type, entry.limit])
}

excess contains text if {
	count(held) > largest
	text := sprintf("%d in all (limit %d)", [count(held), largest])
}

denials contains denial if {
	some entry in by_type
	entry.count > entry.limit
	denial := {
		"rule_id": "resource-count-limits",
		"severity": "medium",
		"message": sprintf("the stack would hold %d %s, %d are allowed", [entry.count, entry.type, entry.limit]),
		"resource": {"type": entry.type},
		"remediation": {"message": "split the stack, remove what is not needed, or have the limit raised"},
	}
}

denials contains denial if {
	count(held) > largest
	denial := {
		"rule_id": "resource-count-limits",
		"severity": "medium",
		"message": sprintf("the stack would hold %d resources, %d are allowed", [count(held), largest]),
		"remediation": {"message": "split the stack, remove what is not needed, or have the limit raised"},
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
