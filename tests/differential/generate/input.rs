//! Random plans.

use serde_json::{Map, Value as Json, json};

use crate::random::Random;

/// How far an input is from what a policy expects.
#[derive(Clone, Copy)]
struct Odd {
    /// Once in so many an attribute is missing.
    missing: usize,
    /// Once in so many it is something else.
    wrong: usize,
    decimals: bool,
}

pub(super) fn input(random: &mut Random, decimals: bool) -> Json {
    let odd = match random.below(10) {
        0..5 => Odd { missing: 15, wrong: 400, decimals },
        5..8 => Odd { missing: 3, wrong: 60, decimals },
        _ => Odd { missing: 5, wrong: 8, decimals },
    };
    let mut input = Map::new();
    let mut set = |key: &str, value: Json| drop(input.insert(key.to_owned(), value));
    set("operation", json!(random.of(&["create", "update", "delete", "deploy"])));
    set("actor", random.of(&[json!("ünal"), json!("bob"), json!(null), json!({"name": "bob"})]));
    set("stack", object(random, odd, &["name", "id", "labels"]));
    set("phase", json!("pre"));
    let resources: Vec<Json> = (0..random.below(5)).map(|index| resource(random, odd, index)).collect();
    let mut plan =
        json!({"format_version": "1.2", "variables": object(random, odd, &["limit", "env", "allowed"])});
    if !random.once_in(odd.missing * 2) {
        plan["resource_changes"] =
            if random.once_in(odd.wrong) { strange(random) } else { Json::Array(resources) };
    }
    if !random.once_in(40) {
        set("plan", plan);
    }
    Json::Object(input)
}

fn resource(random: &mut Random, odd: Odd, index: usize) -> Json {
    let kind = random.of(&["bucket", "instance", "group", "disk", "имя"]);
    let name = random.of(&["a", "web", "db-1", "Straße", "данные", "x_y", ""]);
    let mut change = object(random, odd, &["before", "after", "after_unknown"]);
    let actions = [
        json!(["create"]),
        json!(["update"]),
        json!(["delete"]),
        json!(["delete", "create"]),
        json!(["no-op"]),
    ];
    change.as_object_mut().unwrap().insert("actions".to_owned(), random.of(&actions));
    let mut resource =
        json!({"address": format!("{kind}.{name}[{index}]"), "type": kind, "name": name, "change": change});
    if random.once_in(odd.missing * 3) {
        let key = random.of(&["address", "type", "name", "change"]);
        resource.as_object_mut().unwrap().remove(key);
    }
    if random.once_in(odd.wrong) {
        let key = random.of(&["address", "type", "name", "change"]);
        resource[key] = strange(random);
    }
    if random.once_in(3) {
        resource["index"] = random.of(&[json!(0), json!(1), json!("blue"), json!(null)]);
    }
    resource
}

fn object(random: &mut Random, odd: Odd, keys: &[&str]) -> Json {
    let mut object = Map::new();
    for key in keys {
        if random.once_in(odd.missing) {
            continue;
        }
        let value = if random.once_in(odd.wrong) { strange(random) } else { attribute(random, odd, key) };
        object.insert((*key).to_owned(), value);
    }
    Json::Object(object)
}

const ATTRIBUTES: &[&str] = &[
    "name",
    "acl",
    "encrypted",
    "size",
    "tags",
    "ingress",
    "cidrs",
    "id",
    "region",
    "ports",
    "enabled",
    "owner",
];

fn attribute(random: &mut Random, odd: Odd, key: &str) -> Json {
    match key {
        "before" | "after" if random.once_in(6) => Json::Null,
        "before" | "after" => object(random, odd, ATTRIBUTES),
        "after_unknown" => {
            (0..random.below(3)).map(|_| (random.of(ATTRIBUTES).to_owned(), json!(true))).collect()
        }
        "tags" | "labels" => tags(random, odd),
        "ingress" => {
            (0..random.below(3)).map(|_| object(random, odd, &["from", "to", "cidrs", "protocol"])).collect()
        }
        "cidrs" => (0..random.below(3))
            .map(|_| random.of(&["10.0.0.0/8", "0.0.0.0/0", "::/0", "10.1.2.0/24"]))
            .collect(),
        "ports" => (0..random.below(4)).map(|_| random.of(&[22, 80, 443, 8080, 22])).collect(),
        "allowed" => {
            (0..random.below(4)).map(|_| random.of(&["bucket", "disk", "a", "prod", "имя"])).collect()
        }
        "encrypted" | "enabled" => json!(random.once_in(2)),
        "size" | "limit" | "from" | "to" => number(random, odd),
        "id" => random.of(&[
            json!(12_345_678_901_234_567_u64),
            json!("12345678901234567"),
            json!(7),
            json!("i-0a"),
        ]),
        "acl" => json!(random.of(&["private", "public-read", "public", ""])),
        "region" => json!(random.of(&["eu-1", "us-2", "ap-3"])),
        "protocol" => json!(random.of(&["tcp", "-1", "UDP"])),
        "env" | "owner" => json!(random.of(&["prod", "dev", "Prod", "test"])),
        _ => json!(random.of(&["web", "db-1", "Straße", "данные", "a.b", "PROD-db", "ﬁx", "e\u{301}"])),
    }
}

fn tags(random: &mut Random, odd: Odd) -> Json {
    let keys = ["env", "owner", "cost", "Team", "ключ"];
    let mut tags = Map::new();
    for key in keys {
        if random.once_in(2) {
            let kinds = if random.once_in(odd.wrong) { 6 } else { 4 };
            let value = match random.below(kinds) {
                0 => json!("prod"),
                1 => json!("dev"),
                2 => json!("bob"),
                3 => json!(""),
                4 => json!(null),
                _ => json!(5),
            };
            tags.insert(key.to_owned(), value);
        }
    }
    Json::Object(tags)
}

fn number(random: &mut Random, odd: Odd) -> Json {
    if odd.decimals && random.once_in(3) {
        return random.of(&[json!(0.1), json!(0.2), json!(1.5), json!(2.0), json!(0.7), json!(1e3)]);
    }
    let few = [
        json!(0),
        json!(1),
        json!(3),
        json!(22),
        json!(443),
        json!(-1),
        json!(100),
        json!(9_007_199_254_740_993_u64),
    ];
    random.of(&few)
}

/// Something that nobody expects.
fn strange(random: &mut Random) -> Json {
    let strange = [
        json!(null),
        json!(false),
        json!(true),
        json!(0),
        json!(5),
        json!(""),
        json!("none"),
        json!("22"),
        json!([]),
        json!({}),
        json!([null]),
        json!({"a": 1}),
        json!([1, "a"]),
        json!({"env": ["prod"]}),
        json!([{"name": "x"}]),
        json!("true"),
    ];
    random.of(&strange)
}
