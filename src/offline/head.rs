//! What a file of Rego is about, as far as that is seen without parsing it: enough to tell several policies from one.

/// The rule of a policy that decides.
const HOOK_RESULT: &str = "hook_result";

/// The package of a file, and whether it decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Head {
    /// As it is written; empty if there is none.
    pub(super) package: String,
    /// Whether a row begins with the rule `hook_result`.
    pub(super) is_deciding: bool,
}

impl Head {
    pub(super) fn of(text: &str) -> Self {
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let package = lines.find_map(|line| line.trim_start().strip_prefix("package "));
        let package =
            package.and_then(|rest| rest.split([' ', '\t', ';', '#']).find(|word| !word.is_empty()));
        Self { package: package.unwrap_or_default().to_owned(), is_deciding: lines.any(is_hook_result) }
    }
}

fn is_hook_result(line: &str) -> bool {
    let line = line.strip_prefix("default").map_or(line, str::trim_start);
    let after = line.strip_prefix(HOOK_RESULT);
    after.is_some_and(|after| !after.starts_with(|next: char| next == '_' || next.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::Head;

    #[track_caller]
    fn check(text: &str, package: &str, is_deciding: bool) {
        assert_eq!(Head::of(text), Head { package: package.to_owned(), is_deciding }, "{text}");
    }

    #[test]
    fn package_and_rule_are_seen_however_they_are_written() {
        check("package policy\n\nhook_result := {}\n", "policy", true);
        check(
            "\u{feff}# why\n\n  package policy.lib # x\r\n\r\ndefault hook_result := {}\r\n",
            "policy.lib",
            true,
        );
        check("package policy\nhook_result[\"is_passed\"] := true\n", "policy", true);
        check(
            "package policy\nhook_results := 1\n# hook_result\nx if {\n  hook_result.y\n}\n",
            "policy",
            false,
        );
        check("not Rego at all", "", false);
        check("", "", false);
    }
}
