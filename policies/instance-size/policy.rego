# METADATA
# title: Instance size
# description: Refuses servers, nodes and database instances with more processors than the environment may use.
# custom:
#   severity: medium
#   remediation: Choose a smaller size, or have the limit of the environment raised.
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
	text := sprintf("instances are larger than the %d vCPUs allowed here: %s. Choose a smaller size", [limit, named])
} else := ""

findings := [finding | some finding in denials]

# Adapt: the largest number of vCPUs, by the stack's label `env`, and for all other stacks.
limits := {"dev": 4, "test": 4, "prod": 16}

usual_limit := 8

# Where a resource says its size.
attributes := {
	"aws_db_instance": ["instance_class"],
	"aws_eks_node_group": ["instance_types"],
	"aws_elasticache_cluster": ["node_type"],
	"aws_elasticache_replication_group": ["node_type"],
	"aws_instance": ["instance_type"],
	"aws_launch_template": ["instance_type"],
	"aws_rds_cluster_instance": ["instance_class"],
	"aws_spot_instance_request": ["instance_type"],
	"azurerm_linux_virtual_machine": ["size"],
	"azurerm_windows_virtual_machine": ["size"],
	"google_compute_instance": ["machine_type"],
	"google_compute_instance_template": ["machine_type"],
	"huaweicloud_cce_node": ["flavor_id"],
	"huaweicloud_cce_node_pool": ["flavor_id"],
	"huaweicloud_compute_instance": ["flavor_id", "flavor_name"],
	"huaweicloud_rds_instance": ["flavor"],
}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "instance-size",
		"severity": "medium",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {"message": "choose a smaller size, or have the limit of the environment raised"},
	}
}

limit := value if {
	env := input.stack.labels.env
	value := object.get(limits, env, usual_limit)
} else := usual_limit

problems contains problem if {
	some size in sizes
	large := [vcpus |
		some vcpus in size.vcpus
		vcpus > limit
	]
	count(large) > 0
	message := sprintf("%s has about %d vCPUs", [size.name, max(large)])
	problem := {"address": size.address, "type": size.type, "message": message}
}

# A size that is not a text cannot be judged.
problems contains problem if {
	some resource in judged
	some attribute in object.get(attributes, resource.type, [])
	kind := type_name(resource.change.after[attribute])
	kind in {"boolean", "number", "object"}
	message := sprintf("%s is not a text", [attribute])
	problem := {"address": resource.address, "type": resource.type, "message": message}
}

named_sizes contains size if {
	some resource in judged
	some attribute in object.get(attributes, resource.type, [])
	name := resource.change.after[attribute]
	is_string(name)
	size := {"address": resource.address, "type": resource.type, "name": name}
}

named_sizes contains size if {
	some resource in judged
	some attribute in object.get(attributes, resource.type, [])
	names := resource.change.after[attribute]
	is_array(names)
	some name in names
	is_string(name)
	size := {"address": resource.address, "type": resource.type, "name": name}
}

# Processors by name: xlarge is 4, 2xlarge is 8; metal is a whole machine; n2-standard-16 and Standard_D16s_v5 say it.
sizes contains size if {
	some named_size in named_sizes
	name := named_size.name
	factors := [vcpus |
		some found in regex.find_all_string_submatch_n(`(^|[.])([0-9]{1,3})xlarge([.]|$)`, name, -1)
		vcpus := 4 * to_number(found[2])
	]
	single := [vcpus |
		regex.match(`(^|[.])xlarge([.]|$)`, name)
		vcpus := 4
	]
	metal := [vcpus |
		regex.match(`(^|[.])metal`, name)
		vcpus := 128
	]
	counted := [vcpus |
		some found in regex.find_all_string_submatch_n(`^[a-z][a-z0-9]{1,3}-(standard|high[a-z]+|custom)-([0-9]{1,3})`, name, -1)
		vcpus := to_number(found[2])
	]
	lettered := [vcpus |
		some found in regex.find_all_string_submatch_n(`^Standard_([A-Z]{1,3})([0-9]{1,3})`, name, -1)
		vcpus := to_number(found[2])
	]
	vcpus := array.concat(factors, array.concat(single, array.concat(metal, array.concat(counted, lettered))))
	size := object.union(named_size, {"vcpus": vcpus})
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
