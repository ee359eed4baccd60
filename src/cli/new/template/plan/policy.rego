# METADATA
# title: {{name}}
# description: Refuses plans that delete or replace what must not get lost.
# custom:
#   severity: high
#   remediation: Take the resource out of the plan, or have the list of protected types changed.
package policy

# What the gate reads when no rule below has a value: it does not allow. So a plan that cannot be read is refused.
default hook_result := {
	"is_passed": false,
	"err_msg": "the plan cannot be read: send it as terraform show -json prints it",
}

hook_result := {
	"is_passed": count(lost) == 0,
	"err_msg": err_msg,
	"findings": findings,
} if {
	is_array(changes)
}

# Edit: the types that must not get lost.
protected := {
	"aws_db_instance",
	"aws_s3_bucket",
	"azurerm_storage_account",
	"google_sql_database_instance",
	"huaweicloud_rds_instance",
}

# Operations without a plan have no changes, and pass. Edit: return null instead of [], and they are refused.
changes := object.get(input, "resource_changes", [])

# Edit: which changes are refused. A replacement deletes, too.
lost contains change.address if {
	some change in changes
	change.type in protected
	"delete" in change.change.actions
}

# Edit: the headline, and for each resource what is wrong and what to do.
default err_msg := ""

err_msg := sprintf("protected resources would be deleted: %s", [concat(", ", sort(lost))]) if count(lost) > 0

findings := [finding |
	some address in lost
	finding := {
		"rule_id": "{{name}}",
		"severity": "high",
		"message": "it would be deleted, with what it holds",
		"resource": {"address": address},
		"remediation": {"message": "take it out of the plan, or protect it with prevent_destroy"},
	}
]
