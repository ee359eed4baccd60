# METADATA
# title: Protect stateful resources
# description: Refuses to delete or replace databases, buckets, volumes, keys and whatever else holds data.
# custom:
#   severity: critical
#   remediation: Keep the resource, or take it out of the state first, or move the data in a reviewed operation.
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
	text := sprintf("this would destroy data: %s. Keep these resources, or back up and remove them in a reviewed step", [named])
} else := ""

findings := [finding | some finding in denials]

# Adapt: stacks whose label `env` has one of these values may lose data.
disposable := {"dev", "test", "sandbox"}

# What holds data.
stateful := {
	"aws_cognito_user_pool",
	"aws_db_instance",
	"aws_docdb_cluster",
	"aws_dynamodb_table",
	"aws_ebs_volume",
	"aws_ecr_repository",
	"aws_efs_file_system",
	"aws_elasticache_replication_group",
	"aws_elasticsearch_domain",
	"aws_kinesis_stream",
	"aws_kms_key",
	"aws_msk_cluster",
	"aws_neptune_cluster",
	"aws_opensearch_domain",
	"aws_rds_cluster",
	"aws_rds_global_cluster",
	"aws_redshift_cluster",
	"aws_route53_zone",
	"aws_s3_bucket",
	"aws_secretsmanager_secret",
	"azurerm_cosmosdb_account",
	"azurerm_key_vault",
	"azurerm_key_vault_key",
	"azurerm_managed_disk",
	"azurerm_mssql_database",
	"azurerm_mysql_flexible_server",
	"azurerm_postgresql_flexible_server",
	"azurerm_storage_account",
	"google_bigquery_dataset",
	"google_bigquery_table",
	"google_compute_disk",
	"google_kms_crypto_key",
	"google_spanner_database",
	"google_sql_database_instance",
	"google_storage_bucket",
	"huaweicloud_cbr_vault",
	"huaweicloud_dcs_instance",
	"huaweicloud_dds_instance",
	"huaweicloud_dms_kafka_instance",
	"huaweicloud_dns_zone",
	"huaweicloud_evs_volume",
	"huaweicloud_gaussdb_mysql_instance",
	"huaweicloud_gaussdb_opengauss_instance",
	"huaweicloud_kms_key",
	"huaweicloud_obs_bucket",
	"huaweicloud_rds_instance",
	"huaweicloud_sfs_turbo",
	"huaweicloud_swr_repository",
}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "protect-stateful-resources",
		"severity": "critical",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {"message": "keep the resource, or back it up and remove it in a reviewed step"},
	}
}

# A stack without the label is not disposable.
default protected := true

protected := false if {
	env := input.stack.labels.env
	env in disposable
}

problems contains problem if {
	protected
	some resource in readable
	resource.type in stateful
	some action in resource.change.actions
	action == "delete"
	replaced := [other |
		some other in resource.change.actions
		other == "create"
	]
	outcome := object.get({0: "deleted"}, count(replaced), "replaced")
	message := sprintf("it would be %s", [outcome])
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
