# METADATA
# title: Change freeze
# description: Refuses changes to frozen environments during freeze windows, and to stacks that are frozen by label.
# custom:
#   severity: high
#   remediation: Wait for the end of the freeze, or ask somebody who may change frozen stacks.
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
	text := sprintf("changes are frozen: %s", [concat("; ", sort(reasons))])
} else := ""

findings := [finding |
	some reason in reasons
	finding := {
		"rule_id": "change-freeze",
		"severity": "high",
		"message": reason,
		"remediation": {"message": "wait for the end of the freeze, or ask somebody who may change frozen stacks"},
	}
]

# Adapt: the windows, here or as `windows` in change_freeze/data.json of the bundle.
windows := list if {
	list := data.change_freeze.windows
	is_array(list)
} else := [{
	"from": "2025-12-20T00:00:00Z",
	"until": "2026-01-05T00:00:00Z",
	"reason": "year end",
}]

# Adapt: what is frozen, where, and who may act all the same.
frozen_operations := {
	"ApplyExecutionPlan",
	"ContinueDeployStack",
	"CreateStack",
	"DeleteStack",
	"DeleteStackEnhanced",
	"DeployStack",
}

frozen_environments := {"prod"}

exempt_actors := {"incident-response@example.com"}

# A stack without the label `env` counts as frozen.
environment := env if {
	env := input.stack.labels.env
	is_string(env)
} else := "prod"

actor := object.get(input, "actor", "")

default concerned := false

concerned if {
	input.operation in frozen_operations
	not actor in exempt_actors
}

reasons contains reason if {
	concerned
	environment in frozen_environments
	some window in windows
	now := time.now_ns() # hookgate ignore: clock a freeze is about dates
	time.parse_rfc3339_ns(window.from) <= now
	now < time.parse_rfc3339_ns(window.until)
	reason := sprintf("%s until %s", [window.reason, window.until])
}

# One stack can be frozen at any time by its label `freeze`.
reasons contains reason if {
	concerned
	label := input.stack.labels.freeze
	not label in {"false", "no", "off", ""}
	reason := "the stack has the label freeze; remove it first"
}
