//! Terraform plans of any size, the same every time: a few kinds of resources, some of which break each rule of `plan.rego`.

use serde_json::{Value, json};

const TYPES: [&str; 6] = [
    "aws_instance",
    "aws_s3_bucket",
    "aws_security_group",
    "aws_ebs_volume",
    "aws_db_instance",
    "aws_iam_role",
];

/// An input with a plan, of at least `bytes` bytes and at most one resource more.
pub(crate) fn plan(bytes: usize) -> String {
    let (mut changes, mut length) = (Vec::new(), 0_usize);
    for number in 0.. {
        if length >= bytes {
            break;
        }
        let change = change(number);
        length = change.to_string().len().saturating_add(length);
        changes.push(change);
    }
    json!({ "plan": { "format_version": "1.2", "terraform_version": "1.9.8", "resource_changes": changes } })
        .to_string()
}

fn change(number: usize) -> Value {
    let kind = TYPES[number % 6];
    let name = if number.is_multiple_of(41) { format!("Main-{number}") } else { format!("main_{number}") };
    let actions = match number % 10 {
        0..=4 => json!(["create"]),
        5..=7 => json!(["update"]),
        8 => json!(["no-op"]),
        _ => json!(["delete", "create"]),
    };
    json!({
        "address": format!("module.region_{}.{kind}.{name}", number % 7),
        "module_address": format!("module.region_{}", number % 7),
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": actions,
            "before": null,
            "after": after(number),
            "after_unknown": { "arn": true, "id": true, "tags_all": {} },
            "before_sensitive": false,
            "after_sensitive": { "tags": {}, "tags_all": {} },
        },
    })
}

fn after(number: usize) -> Value {
    let tags = if number.is_multiple_of(17) {
        json!({ "environment": "production" })
    } else {
        json!({ "environment": "production", "owner": format!("team-{}", number % 23), "cost-centre": number % 90 })
    };
    let block = if number.is_multiple_of(29) { "0.0.0.0/0" } else { "10.20.0.0/16" };
    json!({
        "name": format!("resource-{number}"),
        "description": "Made by the platform team's module, see its documentation before changing anything by hand",
        "encrypted": !number.is_multiple_of(13),
        "instance_type": "m6i.large",
        "size": number % 480,
        "monitoring": true,
        "timeouts": null,
        "ingress": [{ "cidr_blocks": [block], "from_port": 443, "to_port": 443, "protocol": "tcp", "self": false }],
        "tags": tags,
        "tags_all": tags,
    })
}
