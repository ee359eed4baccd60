# What a platform team asks of a plan: encrypted, closed, tagged, well named, and nothing important deleted.
package policy

default hook_result := {"is_passed": true}

hook_result := {"is_passed": false, "err_msg": summary} if count(denied) > 0

denied := ((unencrypted | open) | (untagged | badly_named)) | deleted_stores

summary := sprintf("%d of %d changed resources are denied (%d kinds): %d unencrypted, %d open, %d untagged, %d badly named", [
	count(denied),
	count(changed),
	count(by_type),
	count(unencrypted),
	count(open),
	count(untagged),
	count(badly_named),
])

changed contains address if {
	some resource in input.plan.resource_changes
	some action in resource.change.actions
	action in {"create", "update"}
	address := resource.address
}

unencrypted contains address if {
	some resource in input.plan.resource_changes
	resource.type in {"aws_s3_bucket", "aws_ebs_volume", "aws_db_instance"}
	not resource.change.after.encrypted
	address := resource.address
}

open contains address if {
	some resource in input.plan.resource_changes
	resource.type == "aws_security_group"
	some rule in resource.change.after.ingress
	some block in rule.cidr_blocks
	block == "0.0.0.0/0"
	address := resource.address
}

untagged contains address if {
	some resource in input.plan.resource_changes
	resource.change.after.tags
	not resource.change.after.tags.owner
	address := resource.address
}

badly_named contains address if {
	some resource in input.plan.resource_changes
	not regex.match(`^[a-z][a-z0-9_]{2,40}$`, resource.name)
	address := resource.address
}

deleted_stores contains address if {
	some resource in input.plan.resource_changes
	"delete" in resource.change.actions
	resource.type in {"aws_s3_bucket", "aws_db_instance"}
	address := resource.address
}

by_type[kind] := total if {
	some kind in {resource.type | some resource in input.plan.resource_changes}
	total := count([1 | some resource in input.plan.resource_changes; resource.type == kind])
}
