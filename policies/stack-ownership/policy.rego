# METADATA
# title: Stack ownership
# description: Refuses stacks without an owner or environment, and the deletion of production stacks by anyone but a few.
# custom:
#   severity: medium
#   remediation: Set the stack's labels owner and env; have production stacks deleted by those who may.
package policy

hook_result := {
	"is_passed": is_passed,
	"err_msg": err_msg,
	"findings": findings,
}

default is_passed := false

is_passed if count(reasons) == 0

err_msg := concat("; ", sort(reasons))

findings := [finding |
	some reason in reasons
	finding := {
		"rule_id": "stack-ownership",
		"severity": "medium",
		"message": reason,
		"remediation": {"message": "set the labels owner and env of the stack, or ask one who may delete it"},
	}
]

# Adapt: environments, and who may delete a production stack.
environments := {"dev", "test", "staging", "prod"}

deleters := {"release-manager@example.com"}

operations := {
	"ApplyExecutionPlan",
	"ContinueDeployStack",
	"CreateExecutionPlan",
	"CreateStack",
	"DeleteStack",
	"DeleteStackEnhanced",
	"DeployStack",
}

deletions := {"DeleteStack", "DeleteStackEnhanced"}

labels := given if {
	given := input.stack.labels
	is_object(given)
} else := {}

owner := object.get(labels, "owner", "")

env := object.get(labels, "env", "")

actor := object.get(input, "actor", "")

reasons contains reason if {
	input.operation in operations
	named := [owner |
		is_string(owner)
		regex.match(`^[a-z][a-z0-9-]{1,39}$`, owner)
	]
	count(named) == 0
	reason := "the stack needs a label owner that names a team (lower case, digits, hyphens)"
}

reasons contains reason if {
	input.operation in operations
	not env in environments
	reason := sprintf("the stack needs a label env, one of %s", [concat(", ", sort(environments))])
}

# A stack without the label counts as production.
reasons contains reason if {
	input.operation in deletions
	not env in (environments - {"prod"})
	not actor in deleters
	reason := "a production stack may only be deleted by a release manager"
}
