# METADATA
# title: Allowed regions
# description: Refuses providers and resources outside the regions that are allowed.
# custom:
#   severity: high
#   remediation: Use an allowed region, or have the region added to the list.
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
	text := sprintf("region not allowed: %s. Use one of %s", [named, concat(", ", sort(allowed))])
} else := ""

findings := [finding | some finding in denials]

# Adapt: the regions, here or as `regions` in allowed_regions/data.json of the bundle. Lower case.
allowed := regions if {
	regions := data.allowed_regions.regions
	is_array(regions)
} else := [
	"cn-north-4",
	"eu",
	"eu-central-1",
	"eu-west-1",
	"eu-west-101",
	"europe-west1",
	"europe-west3",
	"global",
	"northeurope",
	"westeurope",
]

# Where a resource says where it is, by the first part of its type.
attributes := {
	"aws": ["region", "availability_zone", "availability_zones"],
	"huaweicloud": ["region", "availability_zone", "availability_zones"],
	"azurerm": ["location"],
	"google": ["region", "zone", "location"],
}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "allowed-regions",
		"severity": "high",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {"message": "use an allowed region, or have the region added to the list"},
	}
}

problems contains problem if {
	some place in places
	name := lower(replace(place.name, " ", ""))

	# The region itself, or a zone of it: eu-west-1a, europe-west1-b.
	matches := [region |
		some region in allowed
		startswith(name, region)
		rest := substring(name, count(region), -1)
		regex.match(`^(-?[a-z])?$`, rest)
	]
	count(matches) == 0
	message := sprintf("%s is %s", [place.attribute, place.name])
	problem := {"address": place.address, "type": place.type, "message": message}
}

places contains place if {
	some resource in judged
	provider := split(resource.type, "_")[0]
	some attribute in object.get(attributes, provider, [])
	name := resource.change.after[attribute]
	is_string(name)
	name != ""
	place := {"address": resource.address, "type": resource.type, "attribute": attribute, "name": name}
}

places contains place if {
	some resource in judged
	provider := split(resource.type, "_")[0]
	some attribute in object.get(attributes, provider, [])
	names := resource.change.after[attribute]
	is_array(names)
	some name in names
	is_string(name)
	place := {"address": resource.address, "type": resource.type, "attribute": attribute, "name": name}
}

# Regions of the providers: written in place, or in a variable of the root module.
providers := configs if {
	configs := plan.configuration.provider_config
	is_object(configs)
} else := {}

places contains place if {
	some key, provider in providers
	provider.name in object.keys(attributes)
	name := provider.expressions.region.constant_value
	is_string(name)
	address := sprintf("provider.%s", [key])
	place := {"address": address, "type": "provider", "attribute": "region", "name": name}
}

places contains place if {
	some key, provider in providers
	provider.name in object.keys(attributes)
	own := object.get(provider, "module_address", "")
	own == ""
	references := provider.expressions.region.references
	is_array(references)
	some reference in references
	is_string(reference)
	startswith(reference, "var.")
	variable := trim_prefix(reference, "var.")
	name := plan.variables[variable].value
	is_string(name)
	address := sprintf("provider.%s", [key])
	place := {"address": address, "type": "provider", "attribute": "region", "name": name}
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
