# METADATA
# title: Required tags
# description: Refuses resources that can carry tags and lack one of the required ones.
# custom:
#   severity: medium
#   remediation: Add the tags, best once for all resources with default_tags of the provider.
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
	text := sprintf("required tags are missing: %s. Every resource needs %s", [named, concat(", ", sort(required))])
} else := ""

findings := [finding | some finding in denials]

# Adapt: the tags, here or as `tags` in required_tags/data.json of the bundle.
required := tags if {
	tags := data.required_tags.tags
	is_array(tags)
} else := ["env", "owner"]

# The attribute that holds them, by the first part of the type.
attributes := {"aws": "tags", "huaweicloud": "tags", "azurerm": "tags", "google": "labels"}

# Types that need none.
exempt := {"aws_autoscaling_group", "aws_default_network_acl", "aws_default_route_table", "aws_default_security_group"}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "required-tags",
		"severity": "medium",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {
			"message": "add the tags to the resource or to default_tags of the provider",
			"url": "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
		},
	}
}

problems contains problem if {
	some resource in judged
	type := resource.type
	not type in exempt
	provider := split(resource.type, "_")[0]
	attribute := object.get(attributes, provider, "")
	attribute != ""

	# Only what has the attribute can be tagged.
	parts := [part |
		some part in [resource.change.after, object.get(resource.change, "after_unknown", {})]
		is_object(part)
	]
	present := [part |
		some part in parts
		some key, _ in part
		key == attribute
	]
	count(present) > 0

	# A tag whose value is known only after apply is there.
	given := {tag |
		some part in parts
		some key in [attribute, "tags_all", "effective_labels"]
		map := part[key]
		is_object(map)
		some tag, value in map
		not value in [null, "", false]
	}
	missing := {tag | some tag in required} - given
	count(missing) > 0
	message := sprintf("missing %s: %s", [attribute, concat(", ", missing)])
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
