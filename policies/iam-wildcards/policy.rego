# METADATA
# title: IAM wildcards
# description: Refuses permissions for everything, trust in everyone, and the built-in owner roles.
# custom:
#   severity: critical
#   remediation: Name the actions and resources that are needed, and the accounts that are trusted.
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
	text := sprintf("permissions are too wide: %s. Name the actions, resources and principals that are needed", [named])
} else := ""

findings := [finding | some finding in denials]

# Where policy documents are, as JSON texts.
documents := {
	"aws_iam_policy": "policy",
	"aws_iam_role_policy": "policy",
	"aws_iam_user_policy": "policy",
	"aws_iam_group_policy": "policy",
	"aws_ssoadmin_permission_set_inline_policy": "inline_policy",
	"huaweicloud_identity_policy": "policy_document",
	"huaweicloud_identity_role": "policy",
}

# Adapt: managed policies and roles that nobody may attach.
owner_policies := {
	"arn:aws:iam::aws:policy/AdministratorAccess",
	"arn:aws:iam::aws:policy/IAMFullAccess",
	"arn:aws-cn:iam::aws:policy/AdministratorAccess",
}

owner_roles := {"Owner", "User Access Administrator", "roles/editor", "roles/owner"}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "iam-wildcards",
		"severity": "critical",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {
			"message": "name the actions, resources and principals that are needed",
			"url": "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
		},
	}
}

# Every policy document of the plan.
texts contains entry if {
	some resource in judged
	attribute := object.get(documents, resource.type, "")
	attribute != ""
	text := resource.change.after[attribute]
	is_string(text)
	entry := {"address": resource.address, "type": resource.type, "text": text}
}

texts contains entry if {
	some resource in judged
	resource.type == "aws_iam_role"
	blocks := resource.change.after.inline_policy
	is_array(blocks)
	some block in blocks
	text := block.policy
	is_string(text)
	text != ""
	entry := {"address": resource.address, "type": resource.type, "text": text}
}

problems contains problem if {
	some entry in texts
	readable_text := json.is_valid(entry.text)
	readable_text == false
	problem := {"address": entry.address, "type": entry.type, "message": "the policy document is not JSON"}
}

# Their statements that allow something. Actions and resources may be one text or a list.
statements contains statement if {
	some entry in texts
	json.is_valid(entry.text)
	document := json.unmarshal(entry.text)
	is_object(document)
	single := [part |
		part := document.Statement
		is_object(part)
	]
	several := [part |
		parts := document.Statement
		is_array(parts)
		some part in parts
		is_object(part)
	]
	some part in array.concat(single, several)
	part.Effect == "Allow"
	actions := {action |
		walk(object.get(part, "Action", null), [_, action])
		is_string(action)
	}
	resources := {name |
		walk(object.get(part, "Resource", "*"), [_, name])
		is_string(name)
	}
	everywhere := [name |
		some name in resources
		regex.match(`^[*:]{1,40}$`, name)
	]
	inverted := [value | value := part.NotAction]
	statement := {
		"address": entry.address,
		"type": entry.type,
		"actions": actions,
		"everywhere": count(everywhere) > 0,
		"inverted": count(inverted) > 0,
	}
}

problems contains problem if {
	some statement in statements
	some action in statement.actions
	regex.match(`^[*:]{1,40}$`, action)
	message := sprintf("it allows every action (%s)", [action])
	problem := {"address": statement.address, "type": statement.type, "message": message}
}

problems contains problem if {
	some statement in statements
	statement.everywhere
	some action in statement.actions
	regex.match(`^[A-Za-z0-9-]{1,60}:\*(:\*)?$`, action)
	message := sprintf("it allows %s on every resource", [action])
	problem := {"address": statement.address, "type": statement.type, "message": message}
}

problems contains problem if {
	some statement in statements
	statement.inverted
	problem := {"address": statement.address, "type": statement.type, "message": "it allows everything but a list (NotAction)"}
}

# Roles that everyone may assume.
problems contains problem if {
	some resource in judged
	resource.type == "aws_iam_role"
	text := resource.change.after.assume_role_policy
	is_string(text)
	json.is_valid(text)
	walk(json.unmarshal(text), [_, part])
	is_object(part)
	part.Effect == "Allow"
	condition := object.get(part, "Condition", {})
	condition in [{}, null]
	walk(object.get(part, "Principal", null), [_, principal])
	principal == "*"
	problem := {"address": resource.address, "type": resource.type, "message": "everyone may assume this role"}
}

# Attachments and assignments of owner roles.
problems contains problem if {
	some resource in judged
	resource.type in {
		"aws_iam_group_policy_attachment", "aws_iam_policy_attachment", "aws_iam_role_policy_attachment",
		"aws_iam_user_policy_attachment", "aws_ssoadmin_managed_policy_attachment",
	}
	some attribute in ["policy_arn", "managed_policy_arn"]
	arn := resource.change.after[attribute]
	arn in owner_policies
	message := sprintf("it attaches %s", [arn])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

problems contains problem if {
	some resource in judged
	resource.type == "aws_iam_role"
	arns := resource.change.after.managed_policy_arns
	is_array(arns)
	some arn in arns
	arn in owner_policies
	message := sprintf("it attaches %s", [arn])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

problems contains problem if {
	some resource in judged
	resource.type in {
		"azurerm_role_assignment", "google_project_iam_member", "google_project_iam_binding",
		"google_folder_iam_member", "google_organization_iam_member",
	}
	some attribute in ["role", "role_definition_name"]
	role := resource.change.after[attribute]
	role in owner_roles
	message := sprintf("it gives the role %s", [role])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

problems contains problem if {
	some resource in judged
	resource.type == "azurerm_role_definition"
	blocks := resource.change.after.permissions
	is_array(blocks)
	some block in blocks
	is_array(block.actions)
	some action in block.actions
	action == "*"
	problem := {"address": resource.address, "type": resource.type, "message": "it allows every action (*)"}
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
