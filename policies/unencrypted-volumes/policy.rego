# METADATA
# title: Unencrypted volumes
# description: Refuses disks and file systems that are not encrypted at rest.
# custom:
#   severity: high
#   remediation: Set the encryption attribute, or name a key of the key management service.
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
	text := sprintf("volumes must be encrypted: %s. Set encrypted = true or name a key", [named])
} else := ""

findings := [finding | some finding in denials]

# Adapt: the attribute that must be true, by type.
flags := {
	"aws_ebs_volume": "encrypted",
	"aws_ebs_snapshot_copy": "encrypted",
	"aws_efs_file_system": "encrypted",
	"aws_ebs_encryption_by_default": "enabled",
}

# The attribute that must name a key, by type.
keys := {
	"huaweicloud_evs_volume": "kms_id",
	"huaweicloud_compute_instance": "system_disk_kms_key_id",
	"huaweicloud_sfs_turbo": "crypt_key_id",
}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "unencrypted-volumes",
		"severity": "high",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {
			"message": "set encrypted = true, or name a key in kms_id",
			"url": "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
		},
	}
}

problems contains problem if {
	some resource in judged
	attribute := object.get(flags, resource.type, "")
	attribute != ""
	value := object.get(resource.change.after, attribute, null)
	value != true
	message := sprintf("%s must be true", [attribute])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

# Disks written inside a server or a launch template.
problems contains problem if {
	some resource in judged
	resource.type in {"aws_instance", "aws_spot_instance_request", "aws_launch_configuration"}
	some attribute in ["root_block_device", "ebs_block_device"]
	blocks := resource.change.after[attribute]
	is_array(blocks)
	some block in blocks
	is_object(block)
	value := object.get(block, "encrypted", null)
	value != true
	message := sprintf("%s must have encrypted = true", [attribute])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

problems contains problem if {
	some resource in judged
	resource.type == "aws_launch_template"
	mappings := resource.change.after.block_device_mappings
	is_array(mappings)
	some mapping in mappings
	is_array(mapping.ebs)
	some block in mapping.ebs
	is_object(block)
	value := object.get(block, "encrypted", null)
	not value in [true, "true"]
	problem := {"address": resource.address, "type": resource.type, "message": "block_device_mappings must have encrypted = true"}
}

# Keys. A key that is created by the same plan is known only after apply; then the configuration must name it.
problems contains problem if {
	some resource in judged
	attribute := object.get(keys, resource.type, "")
	attribute != ""
	known := [value | value := resource.change.after[attribute]]
	unknown := [value | value := resource.change.after_unknown[attribute]]

	# Older providers do not know the attribute of a server.
	known_attribute := (count(known) + count(unknown)) > 0
	[resource.type, known_attribute] != ["huaweicloud_compute_instance", false]
	named_keys := [value |
		some value in known
		is_string(value)
		value != ""
	]
	written := sprintf("%s.%v", [resource.type, object.get(resource, "name", "")])
	promised := [value |
		some value in unknown
		value == true
		[written, attribute] in configured
	]
	count(named_keys) + count(promised) == 0
	message := sprintf("%s must name a key", [attribute])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

problems contains problem if {
	some resource in judged
	resource.type == "huaweicloud_compute_instance"
	disks := resource.change.after.data_disks
	is_array(disks)
	some index, disk in disks
	is_object(disk)
	named_keys := [value |
		value := disk.kms_key_id
		is_string(value)
		value != ""
	]
	written := sprintf("%s.%v", [resource.type, object.get(resource, "name", "")])
	promised := [value |
		value := resource.change.after_unknown.data_disks[index].kms_key_id
		value == true
		[written, "data_disks.kms_key_id"] in configured
	]
	count(named_keys) + count(promised) == 0
	problem := {"address": resource.address, "type": resource.type, "message": "data_disks must name a key in kms_key_id"}
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

# Attributes that the configuration gives a value, also one that is known only after apply.
configured contains pair if {
	walk(object.get(plan, "configuration", {}), [_, node])
	is_object(node)
	is_string(node.address)
	is_object(node.expressions)
	some attribute, _ in node.expressions
	pair := [node.address, attribute]
}

configured contains pair if {
	walk(object.get(plan, "configuration", {}), [_, node])
	is_object(node)
	is_string(node.address)
	is_object(node.expressions)
	some block, expressions in node.expressions
	is_array(expressions)
	some expression in expressions
	is_object(expression)
	some attribute, _ in expression
	nested := sprintf("%s.%s", [block, attribute])
	pair := [node.address, nested]
}

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
