//! Hooks on the command line: their names, versions and configurations, checked before anybody is asked.

use crate::domain::hook::{Configuration, Description, FailureMode, HookName, TargetStacks, Version};

pub(super) fn parse_name(text: &str) -> Result<HookName, String> {
    HookName::parse(text).map_err(|wrong| format!("a name {}", wrong.rule))
}

pub(super) fn parse_version(text: &str) -> Result<Version, String> {
    Version::parse("version", text).map_err(|wrong| format!("a version {}", wrong.rule))
}

pub(super) fn parse_description(text: &str) -> Result<String, String> {
    let description =
        Description::parse("description", text).map_err(|wrong| format!("it {}", wrong.rule))?;
    Ok(description.as_str().to_owned())
}

/// `TARGET:MODE`.
pub(super) fn parse_configuration(text: &str) -> Result<Configuration, String> {
    let (target, mode) = text.split_once(':').ok_or("it must be TARGET:MODE, such as `ALL:FAIL`")?;
    let target_stacks =
        target.parse::<TargetStacks>().map_err(|rule| format!("the target `{target}` {rule}"))?;
    let failure_mode = mode.parse::<FailureMode>().map_err(|rule| format!("the mode `{mode}` {rule}"))?;
    Ok(Configuration { target_stacks, failure_mode })
}

#[cfg(test)]
mod tests {
    use super::{parse_configuration, parse_name, parse_version};
    use crate::domain::hook::{Configuration, FailureMode, TargetStacks};

    #[test]
    fn a_configuration_is_a_target_and_a_mode() {
        let all = Configuration { target_stacks: TargetStacks::All, failure_mode: FailureMode::Fail };
        assert_eq!(parse_configuration("ALL:FAIL"), Ok(all));
        assert_eq!(parse_configuration("NONE:WARN"), Ok(Configuration::default()));
        let refused = |text, words: &str| assert_eq!(parse_configuration(text), Err(words.to_owned()));
        refused("ALL", "it must be TARGET:MODE, such as `ALL:FAIL`");
        refused("SOME:FAIL", "the target `SOME` must be one of `NONE`, `ALL`");
        refused("ALL:fail", "the mode `fail` must be one of `WARN`, `FAIL`");
    }

    #[test]
    fn what_no_server_would_take_is_not_sent() {
        assert!(parse_name("a-hook").is_ok() && parse_version("1.0.0-rc.1").is_ok());
        assert_eq!(parse_name("1hook"), Err("a name must begin with a Latin or Chinese letter".to_owned()));
        assert!(parse_name("a/b").is_err() && parse_name("").is_err() && parse_version("1.0").is_err());
    }
}
