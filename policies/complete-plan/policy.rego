# METADATA
# title: Complete plan
# description: Refuses to apply without a whole, readable plan, so that the other plan policies have something to judge.
# custom:
#   severity: high
#   remediation: Send the output of terraform show -json for a plan that was made without errors and without -target.
package policy

hook_result := {
	"is_passed": is_passed,
	"err_msg": err_msg,
	"findings": findings,
}

default is_passed := false

is_passed if count(reasons) == 0

err_msg := text if {
	count(reasons) > 0
	text := sprintf("%s. Send a whole plan as terraform show -json prints it", [concat("; ", sort(reasons))])
} else := ""

findings := [finding |
	some reason in reasons
	finding := {
		"rule_id": "complete-plan",
		"severity": "high",
		"message": reason,
		"remediation": {"message": "send a whole plan as terraform show -json prints it"},
	}
]

# Adapt: the operations that must carry a plan.
operations := {"ApplyExecutionPlan", "ContinueDeployStack", "DeployStack"}

# A plan with nothing to do has no resource_changes, but always a format and a Terraform version.
default present := false

present if {
	is_string(plan.format_version)
	is_string(plan.terraform_version)
}

reasons contains reason if {
	input.operation in operations
	not present
	reason := "the operation carries no plan"
}

reasons contains reason if {
	present
	version := plan.format_version
	regex.match(`^[01]\.[0-9]{1,4}$`, version) == false
	reason := sprintf("the plan has the unknown format_version %q", [version])
}

reasons contains reason if {
	plan.errored == true
	reason := "planning ended with errors"
}

reasons contains reason if {
	plan.complete == false
	reason := "the plan is partial: changes were targeted or deferred"
}

reasons contains reason if {
	unreadable
	reason := "resource_changes is not a list of resource changes"
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
