# METADATA
# title: Naming convention
# description: Refuses new resources whose Terraform name or cloud name breaks the convention.
# custom:
#   severity: low
#   remediation: Use snake_case for Terraform names and lower case with hyphens for cloud names.
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
	text := sprintf("names break the convention: %s. Use snake_case in Terraform, lower-case-with-hyphens in the cloud", [named])
} else := ""

findings := [finding | some finding in denials]

# Adapt: the attribute that holds the cloud name, by type.
attributes := {
	"aws_db_instance": "identifier",
	"aws_ecr_repository": "name",
	"aws_eks_cluster": "name",
	"aws_iam_role": "name",
	"aws_lb": "name",
	"aws_rds_cluster": "cluster_identifier",
	"aws_s3_bucket": "bucket",
	"aws_security_group": "name",
	"aws_sqs_queue": "name",
	"azurerm_resource_group": "name",
	"google_compute_instance": "name",
	"google_storage_bucket": "name",
	"huaweicloud_cce_cluster": "name",
	"huaweicloud_compute_instance": "name",
	"huaweicloud_evs_volume": "name",
	"huaweicloud_networking_secgroup": "name",
	"huaweicloud_obs_bucket": "bucket",
	"huaweicloud_rds_instance": "name",
	"huaweicloud_vpc": "name",
}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "naming-convention",
		"severity": "low",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {
			"message": "rename it before it is created; afterwards a new name can mean a replacement",
			"url": "https://developer.hashicorp.com/terraform/language/style",
		},
	}
}

# Only what is new: to rename what exists can mean to replace it.
new := [resource |
	some resource in judged
	resource.change.actions == ["create"]
]

problems contains problem if {
	some resource in new
	name := object.get(resource, "name", null)
	good := [name |
		is_string(name)
		regex.match(`^[a-z][a-z0-9_]{0,62}$`, name)
	]
	count(good) == 0
	message := sprintf("the Terraform name %v is not snake_case", [name])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

problems contains problem if {
	some resource in new
	attribute := object.get(attributes, resource.type, "")
	attribute != ""
	name := resource.change.after[attribute]
	name != null
	good := [name |
		is_string(name)
		regex.match(`^[a-z][a-z0-9-]{1,61}[a-z0-9]$`, name)
	]
	count(good) == 0
	message := sprintf("%s %v is not lower-case-with-hyphens", [attribute, name])
	problem := {"address": resource.address, "type": resource.type, "message": message}
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

# What the plan creates, updates or replaces.
touched := [resource |
	some resource in readable
	some action in resource.change.actions
	action in {"create", "update"}
]

judged := [resource |
	some resource in touched
	is_object(resource.change.after)
]

# What cannot be read is refused, never skipped.
default unreadable := false

unreadable if {
	kind := type_name(plan.resource_changes)
	kind != "array"
}

unreadable if count(readable) < count(listed)

unreadable if count(judged) < count(touched)

denials contains denial if {
	unreadable
	denial := {
		"rule_id": "unreadable-plan",
		"severity": "high",
		"message": "resource_changes is not the list of changes that terraform show -json writes",
		"remediation": {"message": "send the plan as terraform show -json prints it"},
	}
}

# The first five addresses, and how many there are besides.
addresses := sort({address |
	some denial in denials
	address := denial.resource.address
})

hidden := count(addresses) - 5

named := text if {
	hidden > 0
	first := concat(", ", array.slice(addresses, 0, 5))
	text := sprintf("%s and %d more", [first, hidden])
} else := concat(", ", addresses)
