# METADATA
# title: Public buckets
# description: Refuses storage buckets that anyone on the internet can read or write.
# custom:
#   severity: high
#   remediation: Keep buckets private and serve public content through a CDN or signed URLs.
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
	text := sprintf("buckets must not be public: %s. Remove the public ACL, grant or policy", [named])
} else := ""

findings := [finding | some finding in denials]

# Adapt: what counts as public.
public_acls := {"public-read", "public-read-write", "authenticated-read", "website"}

public_groups := {
	"http://acs.amazonaws.com/groups/global/AllUsers",
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
}

public_members := {"allUsers", "allAuthenticatedUsers"}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "public-buckets",
		"severity": "high",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {
			"message": "give access to named accounts or roles only",
			"url": "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
		},
	}
}

# Canned ACLs.
problems contains problem if {
	some resource in judged
	resource.type in {"aws_s3_bucket", "aws_s3_bucket_acl", "aws_s3_object", "huaweicloud_obs_bucket", "huaweicloud_obs_bucket_object"}
	acl := resource.change.after.acl
	acl in public_acls
	message := sprintf("the ACL is %s", [acl])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

# Grants to everyone.
problems contains problem if {
	some resource in judged
	resource.type == "aws_s3_bucket"
	grants := resource.change.after.grant
	is_array(grants)
	some grant in grants
	grant.uri in public_groups
	problem := {"address": resource.address, "type": resource.type, "message": "a grant names everyone"}
}

problems contains problem if {
	some resource in judged
	resource.type == "aws_s3_bucket_acl"
	walk(resource.change.after, [_, node])
	is_object(node)
	node.uri in public_groups
	problem := {"address": resource.address, "type": resource.type, "message": "a grant names everyone"}
}

problems contains problem if {
	some resource in judged
	resource.type == "huaweicloud_obs_bucket_acl"
	permissions := resource.change.after.public_permission
	is_array(permissions)
	some permission in permissions
	some attribute in ["access_to_bucket", "access_to_acl"]
	rights := permission[attribute]
	is_array(rights)
	count(rights) > 0
	message := sprintf("public_permission gives %s to everyone", [attribute])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

# A public access block that leaves a door open. Each of the four is false when it is not set.
problems contains problem if {
	some resource in judged
	resource.type in {"aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"}
	open := {attribute |
		some attribute in ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
		value := object.get(resource.change.after, attribute, null)
		value != true
	}
	count(open) > 0
	message := sprintf("%s must be true", [concat(", ", open)])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

# Bucket policies that allow everyone, without a condition.
problems contains problem if {
	some resource in judged
	resource.type in {"aws_s3_bucket", "aws_s3_bucket_policy", "huaweicloud_obs_bucket", "huaweicloud_obs_bucket_policy"}
	text := resource.change.after.policy
	is_string(text)
	json.is_valid(text)
	document := json.unmarshal(text)
	is_object(document)
	single := [statement |
		statement := document.Statement
		is_object(statement)
	]
	several := [statement |
		list := document.Statement
		is_array(list)
		some statement in list
		is_object(statement)
	]
	some statement in array.concat(single, several)
	statement.Effect == "Allow"
	condition := object.get(statement, "Condition", {})
	condition in [{}, null]
	everyone := [principal |
		walk(object.get(statement, "Principal", null), [_, principal])
		principal == "*"
	]
	inverted := [principal | principal := statement.NotPrincipal]
	count(everyone) + count(inverted) > 0
	problem := {"address": resource.address, "type": resource.type, "message": "the bucket policy allows everyone"}
}

# Other clouds.
problems contains problem if {
	some resource in judged
	resource.type in {
		"google_storage_bucket_iam_member", "google_storage_bucket_iam_binding",
		"google_storage_bucket_access_control", "google_storage_default_object_access_control",
	}
	walk(resource.change.after, [_, member])
	member in public_members
	message := sprintf("%s may access it", [member])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

problems contains problem if {
	some resource in judged
	resource.type == "azurerm_storage_account"
	some attribute in ["allow_nested_items_to_be_public", "allow_blob_public_access"]
	resource.change.after[attribute] == true
	message := sprintf("%s is true", [attribute])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

problems contains problem if {
	some resource in judged
	resource.type == "azurerm_storage_container"
	access := resource.change.after.container_access_type
	access in {"blob", "container"}
	message := sprintf("container_access_type is %s", [access])
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
