# METADATA
# title: {{name}}
# description: Refuses operations on stacks that lack one of the required labels.
# custom:
#   severity: medium
#   remediation: Label the stack.
package policy

# What the gate reads when no rule below has a value: it does not allow.
default hook_result := {"is_passed": false, "err_msg": "the labels of the stack cannot be read"}

hook_result := {
	"is_passed": count(missing) == 0,
	"err_msg": err_msg,
	"findings": findings,
} if {
	is_object(labels)
}

# Edit: the labels that every stack needs.
required := {"env", "owner"}

labels := object.get(object.get(input, "stack", {}), "labels", {})

# Edit: what counts as missing. An empty label is none.
missing contains label if {
	some label in required
	object.get(labels, label, "") == ""
}

# Edit: the headline, and for each label what is wrong and what to do.
default err_msg := ""

err_msg := sprintf("the stack lacks labels: %s", [concat(", ", sort(missing))]) if count(missing) > 0

findings := [finding |
	some label in missing
	finding := {
		"rule_id": "{{name}}",
		"severity": "medium",
		"message": sprintf("label %s is missing", [label]),
		"remediation": {"message": sprintf("say --label %s=… to hookgate run", [label])},
	}
]
