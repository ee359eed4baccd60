//! Which built-in functions a policy may call. What is not listed by the engine is not there.

use regorus::unstable::BUILTINS;

use crate::domain::spelling::distance;

/// What calling a name means.
pub(in crate::rego) enum Standing {
    /// Built in and allowed.
    Allowed {
        /// How many arguments it takes; `None` for any number.
        arguments: Option<usize>,
    },
    /// Built into OPA, and refused here.
    Forbidden {
        /// Why, and what to do instead.
        why: &'static str,
    },
    /// Not there.
    Unknown {
        /// What to do instead, if we know.
        instead: Option<String>,
    },
}

const NETWORK: &str = "policies have no network; what they need belongs into the input or into data files";
const KEYS: &str = "it can fetch keys over the network; check tokens before the operation is asked for";
const CREDENTIALS: &str = "policies have no credentials and no network";
const ENVIRONMENT: &str = "policies cannot see the process or its environment; use data files";
const RANDOM: &str = "a policy must say the same each time it is asked";
const PATHS: &str = "it can take exponential time; use `graph.reachable`";
const SCHEMA: &str = "a small schema can keep it busy for hours; check the fields in rules";
const STYLE: &str = "its text differs from OPA's in quotes and folding; use `json.marshal`";

/// Refused although OPA has them. A name that ends in a dot is a family.
const FORBIDDEN: &[(&str, &str)] = &[
    ("http.send", NETWORK),
    ("net.lookup_ip_addr", NETWORK),
    ("io.jwt.", KEYS),
    ("providers.aws.", CREDENTIALS),
    ("opa.runtime", ENVIRONMENT),
    ("rand.intn", RANDOM),
    ("uuid.rfc4122", RANDOM),
    ("graph.reachable_paths", PATHS),
    ("json.match_schema", SCHEMA),
    ("json.verify_schema", SCHEMA),
    ("yaml.marshal", STYLE),
];

/// Known before anything runs: `normalise` puts values in their place.
const METADATA: [&str; 2] = ["rego.metadata.chain", "rego.metadata.rule"];

/// Gone from Rego v1, with what took their place.
const REMOVED: &[(&str, &str)] = &[
    ("all", "`every x in xs { x == true }`"),
    ("any", "`true in xs`"),
    ("cast_array", "`is_array`"),
    ("cast_boolean", "`is_boolean`"),
    ("cast_null", "`is_null`"),
    ("cast_object", "`is_object`"),
    ("cast_set", "a set comprehension"),
    ("cast_string", "`is_string`"),
    ("net.cidr_overlap", "`net.cidr_contains`"),
    ("re_match", "`regex.match`"),
    ("set_diff", "`xs - ys`"),
];

/// What calling `name` means.
pub(in crate::rego) fn standing(name: &str) -> Standing {
    if let Some((_, why)) = FORBIDDEN.iter().find(|(forbidden, _)| covers(forbidden, name)) {
        return Standing::Forbidden { why };
    }
    if name == "print" {
        return Standing::Allowed { arguments: None };
    }
    if METADATA.contains(&name) {
        return Standing::Allowed { arguments: Some(0) };
    }
    match BUILTINS.get(name) {
        Some((_, arguments)) if !name.starts_with("__") => {
            Standing::Allowed { arguments: Some(usize::from(*arguments)) }
        }
        Some(_) | None => Standing::Unknown { instead: find_replacement(name) },
    }
}

fn covers(forbidden: &str, name: &str) -> bool {
    if forbidden.ends_with('.') { name.starts_with(forbidden) } else { forbidden == name }
}

fn find_replacement(name: &str) -> Option<String> {
    if let Some((_, instead)) = REMOVED.iter().find(|(removed, _)| *removed == name) {
        return Some(format!("Rego v1 writes {instead}"));
    }
    let nearest = BUILTINS.keys().map(|known| (distance(name, known), *known)).min()?;
    let near = nearest.0 <= 2 && nearest.0.saturating_mul(3) <= name.len() && !nearest.1.starts_with("__");
    near.then(|| format!("is `{}` meant?", nearest.1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use regorus::unstable::BUILTINS;

    use super::{FORBIDDEN, REMOVED, Standing, standing};
    use crate::domain::capabilities::CAPABILITIES;

    #[track_caller]
    fn instead_of(name: &str) -> Option<String> {
        match standing(name) {
            Standing::Unknown { instead } => instead,
            Standing::Allowed { .. } | Standing::Forbidden { .. } => panic!("`{name}` is known"),
        }
    }

    #[test]
    fn what_could_leave_the_sandbox_is_forbidden_by_name_and_by_family() {
        for name in ["http.send", "io.jwt.decode_verify", "opa.runtime", "rand.intn", "net.lookup_ip_addr"] {
            assert!(matches!(standing(name), Standing::Forbidden { .. }), "{name}");
        }
    }

    #[test]
    fn what_the_engine_was_built_with_is_what_was_looked_through() {
        assert_eq!(
            BUILTINS.len(),
            118,
            "a feature of the engine changed: look at the new functions before this number"
        );
        for (name, _) in FORBIDDEN.iter().filter(|(name, _)| BUILTINS.contains_key(name)) {
            let known = ["rand.intn", "graph.reachable_paths", "yaml.marshal"];
            assert!(known.contains(name), "`{name}` should not be built in");
        }
        assert!(REMOVED.iter().all(|(name, _)| !BUILTINS.contains_key(name)));
    }

    /// What OPA calls the operators and a few forms of the language.
    const OPERATORS: &[&str] = &[
        "and",
        "assign",
        "div",
        "eq",
        "equal",
        "gt",
        "gte",
        "internal.member_2",
        "internal.member_3",
        "internal.print",
        "internal.template_string",
        "internal.test_case",
        "lt",
        "lte",
        "minus",
        "mul",
        "neq",
        "or",
        "plus",
        "rem",
    ];

    #[test]
    fn the_published_capabilities_are_what_may_be_called() {
        let published: serde_json::Value = serde_json::from_str(CAPABILITIES).unwrap();
        let published: BTreeMap<&str, usize> = published["builtins"]
            .as_array()
            .unwrap()
            .iter()
            .map(|function| {
                let arguments = function["decl"]["args"].as_array().map_or(0, Vec::len);
                (function["name"].as_str().unwrap(), arguments)
            })
            .filter(|(name, _)| !OPERATORS.contains(name))
            .collect();
        for (name, given) in &published {
            match standing(name) {
                Standing::Allowed { arguments } => {
                    assert!(arguments.is_none_or(|takes| takes == *given), "{name}");
                }
                Standing::Forbidden { .. } | Standing::Unknown { .. } => {
                    panic!("`{name}` is published and not allowed")
                }
            }
        }
        let allowed = BUILTINS.keys().filter(|name| matches!(standing(name), Standing::Allowed { .. }));
        let missing: Vec<_> = allowed.filter(|name| !published.contains_key(*name)).collect();
        assert_eq!(missing, [&""; 0], "they may be called and are not published");
    }

    #[test]
    fn a_name_that_is_nearly_one_is_answered_with_it() {
        assert_eq!(instead_of("startwith").as_deref(), Some("is `startswith` meant?"));
        assert_eq!(instead_of("re_match").as_deref(), Some("Rego v1 writes `regex.match`"));
        assert_eq!(instead_of("foo.bar"), None);
        assert_eq!(instead_of("__builtin_sets.union"), None);
    }
}
