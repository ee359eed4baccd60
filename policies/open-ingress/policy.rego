# METADATA
# title: Open ingress
# description: Refuses rules that let the whole internet reach SSH or RDP.
# custom:
#   severity: critical
#   remediation: Allow a known address range, or reach hosts through a bastion or VPN.
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
	text := sprintf("SSH and RDP must not be open to the internet: %s. Allow known address ranges only", [named])
} else := ""

findings := [finding | some finding in denials]

# Adapt: the ports that must not be reachable from everywhere.
guarded := [
	{"port": 22, "name": "SSH"},
	{"port": 3389, "name": "RDP"},
]

# Sources that mean everywhere, besides every range that ends in /0.
everywhere := {"*", "any", "internet"}

# Protocols without ports.
portless := {"icmp", "icmpv6", "ipv6-icmp", "1", "58", "esp", "50", "ah", "51", "gre", "47", "vrrp", "112"}

denials contains denial if {
	some problem in problems
	denial := {
		"rule_id": "open-ingress",
		"severity": "critical",
		"message": problem.message,
		"resource": {"address": problem.address, "type": problem.type},
		"remediation": {
			"message": "allow a known address range, or reach hosts through a bastion or VPN",
			"url": "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
		},
	}
}

problems contains problem if {
	some opening in openings
	some service in guarded
	opening.low <= service.port
	service.port <= opening.high
	message := sprintf("%s (port %d) is open to %s", [service.name, service.port, opening.source])
	problem := {"address": opening.address, "type": opening.type, "message": message}
}

# Port ranges that everyone can reach.
openings contains opening if {
	some rule in inbound
	some source in rule.sources
	source in open_sources
	some range in rule.ranges
	opening := {"address": rule.address, "type": rule.type, "source": source, "low": range[0], "high": range[1]}
}

open_sources contains source if {
	some rule in inbound
	some source in rule.sources
	endswith(source, "/0")
}

open_sources contains source if {
	some rule in inbound
	some source in rule.sources
	lower(source) in everywhere
}

source_keys := {
	"cidr_blocks",
	"cidr_ipv4",
	"cidr_ipv6",
	"ipv6_cidr_blocks",
	"remote_ip_prefix",
	"source_address_prefix",
	"source_address_prefixes",
	"source_ranges",
}

# Every inbound rule in one shape. A rule whose ports are not given or cannot be read opens all of them.
inbound contains rule if {
	some candidate in candidates
	block := candidate.block
	protocols := {protocol |
		some key in ["protocol", "ip_protocol"]
		given := block[key]
		is_string(given)
		protocol := lower(given)
	}
	count(protocols & portless) == 0
	single_sources := [source |
		some key in source_keys
		source := block[key]
		is_string(source)
	]
	listed_sources := [source |
		some key in source_keys
		sources := block[key]
		is_array(sources)
		some source in sources
		is_string(source)
	]
	number_ranges := [range |
		some keys in [["from_port", "to_port"], ["port_range_min", "port_range_max"]]
		low := block[keys[0]]
		high := block[keys[1]]
		is_number(low)
		is_number(high)
		range := [low, high]
	]
	single_texts := [text |
		some key in ["ports", "destination_port_range"]
		text := block[key]
		is_string(text)
	]
	listed_texts := [text |
		some key in ["ports", "destination_port_ranges"]
		texts := block[key]
		is_array(texts)
		some text in texts
		is_string(text)
	]
	spans := [range |
		some text in array.concat(single_texts, listed_texts)
		some piece in split(text, ",")
		bounds := split(replace(piece, " ", ""), "-")
		digits := [bound |
			some bound in bounds
			regex.match(`^[0-9]{1,5}$`, bound)
		]
		count(digits) == count(bounds)
		range := [to_number(digits[0]), to_number(digits[count(digits) - 1])]
	]
	limited := [range |
		count(protocols & {"-1", "all"}) == 0
		some range in array.concat(number_ranges, spans)
	]
	unlimited := [range |
		count(limited) == 0
		range := [0, 65535]
	]
	rule := {
		"address": candidate.address,
		"type": candidate.type,
		"sources": array.concat(candidate.sources, array.concat(single_sources, listed_sources)),
		"ranges": array.concat(limited, unlimited),
	}
}

# Where the clouds keep their inbound rules.
candidates contains candidate if {
	some resource in judged
	resource.type in {"aws_security_group", "aws_default_security_group"}
	blocks := resource.change.after.ingress
	is_array(blocks)
	some block in blocks
	is_object(block)
	candidate := {"address": resource.address, "type": resource.type, "block": block, "sources": []}
}

candidates contains candidate if {
	some resource in judged
	resource.type == "aws_security_group_rule"
	resource.change.after.type == "ingress"
	candidate := {"address": resource.address, "type": resource.type, "block": resource.change.after, "sources": []}
}

candidates contains candidate if {
	some resource in judged
	resource.type == "aws_vpc_security_group_ingress_rule"
	candidate := {"address": resource.address, "type": resource.type, "block": resource.change.after, "sources": []}
}

candidates contains candidate if {
	some resource in judged
	resource.type == "huaweicloud_networking_secgroup_rule"
	after := resource.change.after
	after.direction == "ingress"
	action := object.get(after, "action", "allow")
	action != "deny"
	written := sprintf("%s.%v", [resource.type, object.get(resource, "name", "")])
	known := [attribute |
		some attribute in ["remote_ip_prefix", "remote_group_id", "remote_address_group_id"]
		value := after[attribute]
		is_string(value)
		value != ""
	]
	promised := [attribute |
		some attribute in ["remote_ip_prefix", "remote_group_id", "remote_address_group_id"]
		resource.change.after_unknown[attribute] == true
		[written, attribute] in configured
	]

	# No source at all means every address.
	sources := [source |
		count(known) + count(promised) == 0
		source := "0.0.0.0/0"
	]
	candidate := {"address": resource.address, "type": resource.type, "block": after, "sources": sources}
}

candidates contains candidate if {
	some resource in judged
	resource.type == "google_compute_firewall"
	direction := object.get(resource.change.after, "direction", "INGRESS")
	direction != "EGRESS"
	disabled := object.get(resource.change.after, "disabled", false)
	disabled != true
	blocks := resource.change.after.allow
	is_array(blocks)
	some part in blocks
	is_object(part)
	ranges := object.get(resource.change.after, "source_ranges", [])
	block := object.union(part, {"source_ranges": ranges})
	candidate := {"address": resource.address, "type": resource.type, "block": block, "sources": []}
}

candidates contains candidate if {
	some resource in judged
	resource.type == "azurerm_network_security_rule"
	block := resource.change.after
	block.direction == "Inbound"
	block.access == "Allow"
	candidate := {"address": resource.address, "type": resource.type, "block": block, "sources": []}
}

candidates contains candidate if {
	some resource in judged
	resource.type == "azurerm_network_security_group"
	blocks := resource.change.after.security_rule
	is_array(blocks)
	some block in blocks
	block.direction == "Inbound"
	block.access == "Allow"
	candidate := {"address": resource.address, "type": resource.type, "block": block, "sources": []}
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
