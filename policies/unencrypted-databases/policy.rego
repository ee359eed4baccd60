# METADATA
# title: Unencrypted databases
# description: Refuses databases, caches and search domains that are not encrypted at rest.
# custom:
#   severity: high
#   remediation: Set the encryption attribute when the database is created; later it means a replacement.
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
	text := sprintf("databases must be encrypted at rest: %s. Switch storage encryption on or name a key", [named])
} else := ""

findings := [finding | some finding in denials]

# Adapt: the attribute that must be true, by type.
flags := {
	"aws_db_instance": "storage_encrypted",
	"aws_rds_cluster": "storage_encrypted",
	"aws_rds_global_cluster": "storage_encrypted",
	"aws_docdb_cluster": "storage_encrypted",
	"aws_neptune_cluster": "storage_encrypted",
	"aws_redshift_cluster": "encrypted",
	"aws_elasticache_replication_group": "at_rest_encryption_enabled",
	"azurerm_mssql_database": "transparent_data_encryption_enabled",
}

# The block whose `enabled` must be true, by type.
blocks := {
	"aws_opensearch_domain": "encrypt_at_rest",
	"aws_elasticsearch_domain": "encrypt_at_rest",
	"aws_dax_cluster": "server_side_encryption",
}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "unencrypted-databases",
		"severity": "high",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {
			"message": "switch storage encryption on, or name a key in disk_encryption_id",
			"url": "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
		},
	}
}

problems contains problem if {
	some resource in judged
	attribute := object.get(flags, resource.type, "")
	attribute != ""

	# A replica has the encryption of its source.
	sources := [source |
		some part in [resource.change.after, object.get(resource.change, "after_unknown", {})]
		source := part.replicate_source_db
		not source in [null, "", false]
	]
	count(sources) == 0
	value := object.get(resource.change.after, attribute, null)
	not value in [true, "true"]
	message := sprintf("%s must be true", [attribute])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

problems contains problem if {
	some resource in judged
	attribute := object.get(blocks, resource.type, "")
	attribute != ""
	enabled := [block |
		list := resource.change.after[attribute]
		is_array(list)
		some block in list
		block.enabled == true
	]
	count(enabled) == 0
	message := sprintf("%s must be enabled", [attribute])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

# Keys. A key that is created by the same plan is known only after apply; then the configuration must name it.
problems contains problem if {
	some resource in judged
	resource.type == "huaweicloud_rds_instance"
	named_keys := [value |
		volumes := resource.change.after.volume
		is_array(volumes)
		some volume in volumes
		value := volume.disk_encryption_id
		is_string(value)
		value != ""
	]
	written := sprintf("%s.%v", [resource.type, object.get(resource, "name", "")])
	promised := [value |
		volumes := resource.change.after_unknown.volume
		is_array(volumes)
		some volume in volumes
		value := volume.disk_encryption_id
		value == true
		[written, "volume.disk_encryption_id"] in configured
	]
	count(named_keys) + count(promised) == 0
	problem := {"address": resource.address, "type": resource.type, "message": "volume must name a key in disk_encryption_id"}
}

problems contains problem if {
	some resource in judged
	resource.type == "huaweicloud_dds_instance"
	named_keys := [value |
		value := resource.change.after.disk_encryption_id
		is_string(value)
		value != ""
	]
	written := sprintf("%s.%v", [resource.type, object.get(resource, "name", "")])
	promised := [value |
		value := resource.change.after_unknown.disk_encryption_id
		value == true
		[written, "disk_encryption_id"] in configured
	]
	count(named_keys) + count(promised) == 0
	problem := {"address": resource.address, "type": resource.type, "message": "disk_encryption_id must name a key"}
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
