use std::fs;
use std::time::Duration;

use clap::{Args as _, Command, FromArgMatches as _};

use super::{Auth, Config, ConfigError, LogFormat, SETTINGS, SWITCHES, ServeArgs, Setting, markdown};
use crate::domain::phase::FailureRules;
use crate::domain::verdict::UndefinedResult;

fn args(line: &[&str]) -> ServeArgs {
    let command = ServeArgs::augment_args(Command::new("serve").no_binary_name(true));
    ServeArgs::from_arg_matches(&command.get_matches_from(line)).unwrap()
}

fn load(line: &[&str], environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let environment = environment.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Config::load(&args(line), environment)
}

fn load_file(text: &str, line: &[&str], environment: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hookgate.toml");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    let line = [&["--config", path.as_str()], line].concat();
    load(&line, environment).map_err(|error| error.to_string().replace(&path, "FILE"))
}

#[track_caller]
fn check_refused(result: Result<Config, ConfigError>, text: &str) {
    assert_eq!(result.unwrap_err().to_string(), text);
}

#[test]
fn the_defaults_are_those_of_the_documents() {
    let config = load(&[], &[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8180");
    assert_eq!(config.database.as_str(), "sqlite://hookgate.db");
    assert_eq!((config.region.as_str(), config.auth, config.demo), ("local", Auth::None, false));
    assert_eq!(config.undefined_result, UndefinedResult::Pass);
    assert_eq!(config.evaluation.timeout, Duration::from_secs(1));
    assert_eq!(config.evaluation.operation_timeout, Duration::from_secs(10));
    assert_eq!(config.evaluation.memory, 256 << 20);
    assert!(config.evaluation.processes > 0);
    assert_eq!((config.limits.policy_body, config.limits.input), (1 << 20, 16 << 20));
    assert_eq!((config.limits.hooks, config.limits.versions), (100, 200));
    assert_eq!(config.failure_rules, FailureRules::default());
    assert_eq!(config.operations.outcome_timeout, Duration::from_hours(24));
    assert_eq!(config.operations.answer_timeout, Duration::from_secs(5));
    assert!(config.operations.extra.is_empty() && config.outbound.allow.is_empty());
    assert!(!config.policy.allow_functions && !config.strict_request_id && !config.outbound.allow_http);
    assert_eq!((config.log.format, config.log.level), (LogFormat::Text, tracing::Level::INFO));
}

#[test]
fn flags_win_over_the_environment_that_over_the_file_that_over_the_defaults() {
    let file = "region = 'file'\n";
    let variable = [("HOOKGATE_REGION", "variable")];
    let region = |text, line: &[&str], environment: &[_]| load_file(text, line, environment).unwrap().region;
    assert_eq!(region("", &[], &[]), "local");
    assert_eq!(region(file, &[], &[]), "file");
    assert_eq!(region(file, &[], &variable), "variable");
    assert_eq!(region(file, &["--region", "flag"], &variable), "flag");
}

#[test]
fn a_file_may_use_tables_numbers_and_lists() {
    let text = "
        strict_request_id = true
        limits.hooks = 7
        [operations]
        extra = ['RotateCertificate', 'MoveStack']
        [outbound]
        allow = ['127.0.0.0/8', 'fd00::/8']
        [evaluation]
        timeout = '250ms'
        memory = '1GiB'
        processes = 3";
    let config = load_file(text, &[], &[("HOOKGATE_OUTBOUND_ALLOW_HTTP", "true")]).unwrap();
    assert!(config.strict_request_id && config.outbound.allow_http);
    assert_eq!((config.limits.hooks, config.evaluation.processes), (7, 3));
    assert_eq!(config.operations.extra, ["RotateCertificate", "MoveStack"]);
    assert_eq!(config.outbound.allow.len(), 2);
    assert_eq!(config.evaluation.timeout, Duration::from_millis(250));
    assert_eq!(config.evaluation.memory, 1 << 30);
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_known_one() {
    let check_file = |text: &str, words: &str| assert_eq!(load_file(text, &[], &[]).unwrap_err(), words);
    check_file(
        "[evaluation]\ntimout = '1s'",
        "`evaluation.timout` in FILE is not a setting: the nearest is `evaluation.timeout`",
    );
    check_file("listn = 'x'", "`listn` in FILE is not a setting: the nearest is `listen`");
    check_refused(
        load(&[], &[("HOOKGATE_REGOIN", "x")]),
        "`HOOKGATE_REGOIN` in the environment is not a setting: the nearest is `HOOKGATE_REGION`",
    );
}

#[test]
fn variables_of_others_are_left_alone() {
    let foreign =
        ["HOOKGATE_PORT", "HOOKGATE_PORT_8180_TCP_ADDR", "HOOKGATE_SERVICE_HOST", "HOOKGATE_TEST_X", "PATH"];
    assert!(load(&[], &foreign.map(|variable| (variable, "tcp://10.0.0.1:8180"))).is_ok());
}

#[test]
fn every_setting_is_read_and_refuses_nonsense_by_name_and_origin() {
    for setting in SETTINGS {
        let variable = setting.variable();
        let error = load(&[], &[(variable.as_str(), "!")]).unwrap_err().to_string();
        let begin = format!("`{}` (environment {variable}) ", setting.key);
        assert!(error.starts_with(&begin), "{error}");
        assert_eq!(error.ends_with(", not `!`"), setting.key != "database", "{error}");
    }
}

#[test]
fn values_beyond_their_range_are_refused_with_what_is_allowed() {
    let variable = |key: &str, value| load(&[], &[(key, value)]);
    check_refused(
        variable("HOOKGATE_LIMITS_HOOKS", "0"),
        "`limits.hooks` (environment HOOKGATE_LIMITS_HOOKS) must be a whole number from 1 to 1000000, not `0`",
    );
    check_refused(
        variable("HOOKGATE_LIMITS_POLICY_BODY", "1025KiB"),
        "`limits.policy_body` (environment HOOKGATE_LIMITS_POLICY_BODY) must be a size from 1 B to 1.0 MiB, such as \
         `1MiB` or `65536`, not `1025KiB`",
    );
    check_refused(
        variable("HOOKGATE_EVALUATION_TIMEOUT", "2m"),
        "`evaluation.timeout` (environment HOOKGATE_EVALUATION_TIMEOUT) must be a time from 1ms to 1m, such as `1s` or \
         `500ms`, not `2m`",
    );
    check_refused(
        load(&["--listen", "8180"], &[]),
        "`listen` (flag --listen) must be an address with a port, such as `127.0.0.1:8180` or `[::1]:8180`, not `8180`",
    );
    assert_eq!(
        load_file("limits.hooks = [1]", &[], &[]).unwrap_err(),
        "`limits.hooks` (file FILE) must be a text, a number, true or false, or a list of texts"
    );
}

#[test]
fn a_file_that_cannot_be_read_says_why_but_not_what_it_holds() {
    let absent = load(&["--config", "no/such/file.toml"], &[]).unwrap_err().to_string();
    assert!(absent.starts_with("the settings in `no/such/file.toml` cannot be read: "), "{absent}");
    let broken = load_file("region = 'a'\ndatabase = 'postgres://u:secret@h/d", &[], &[]).unwrap_err();
    assert!(broken.starts_with("the settings in `FILE` cannot be read: row 2: "), "{broken}");
    assert!(!broken.contains("secret"), "{broken}");
}

#[test]
fn an_open_server_must_be_wanted() {
    assert_eq!(load(&["--listen", "[::1]:0"], &[]).unwrap().auth, Auth::None);
    assert_eq!(load(&["--listen", "localhost:0", "--auth", "none"], &[]).unwrap().auth, Auth::None);
    for beyond in ["0.0.0.0:8180", "[::]:8180", "192.168.0.1:1"] {
        for auth in ["auto", "none"] {
            let listen = ["--auth", auth, "--listen", beyond];
            let refused = load(&listen, &[]).unwrap_err().to_string();
            assert!(refused.contains(beyond) && refused.contains("--i-know-this-is-open"), "{refused}");
            assert!(load(&[&listen, ["--i-know-this-is-open"].as_slice()].concat(), &[]).is_ok());
        }
    }
    check_refused(
        load(&["--auth", "required"], &[]),
        "`auth` is `required`, which this version does not have: only `none` on loopback",
    );
}

#[test]
fn what_is_printed_can_be_read_again_and_holds_no_password() {
    let line = ["--database", "postgres://user:se@cr/et@host/name?sslmode=require&password=secret", "--demo"];
    let config = load(&line, &[("HOOKGATE_OPERATIONS_EXTRA", "MoveStack")]).unwrap();
    let printed = config.to_string();
    assert!(
        printed.contains(
            "database = \"postgres://user:***@host/name?sslmode=require&password=***\"  # flag --database\n"
        ),
        "{printed}"
    );
    assert!(printed.contains("operations.extra = \"MoveStack\"  # environment HOOKGATE_OPERATIONS_EXTRA\n"));
    assert!(printed.contains("auth = \"none\"  # default\n"));
    assert!(!format!("{config:?}{printed}").contains("cr/et"), "{config:?}");
    let again = load_file(&printed, &[], &[]).unwrap();
    assert_eq!(again.evaluation, config.evaluation);
    assert_eq!(again.operations, config.operations);
}

#[test]
fn a_database_is_one_of_three_kinds() {
    for database in ["sqlite://a.db", "sqlite::memory:", "postgres://h/d", "postgresql://u@h/d"] {
        assert_eq!(load(&["--database", database], &[]).unwrap().database.as_str(), database);
    }
    for database in ["", "a.db", "mysql://h/d", "sqlite:", "sqlite://"] {
        let refused = load(&["--database", database], &[]).unwrap_err().to_string();
        assert!(refused.starts_with("`database` (flag --database) must be `sqlite://PATH`"), "{refused}");
    }
}

#[test]
fn only_settings_with_a_flag_have_one() {
    let command = ServeArgs::augment_args(Command::new("serve"));
    let flags: Vec<_> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
    assert_eq!(flags, ["config", "listen", "database", "region", "auth", "demo", "i-know-this-is-open"]);
}

#[test]
fn the_table_has_a_row_for_each_setting_and_switch() {
    assert_eq!(markdown().lines().count(), 2 + SETTINGS.len() + SWITCHES.len());
}

#[test]
fn no_setting_is_twice_in_the_table() {
    let mut variables: Vec<_> = SETTINGS.iter().map(Setting::variable).collect();
    variables.sort();
    variables.dedup();
    assert_eq!(variables.len(), SETTINGS.len());
}

/// PHS 12.
#[test]
fn the_old_spelling_of_a_failure_rule_works_with_a_warning() {
    let variable = [("HOOKGATE_ALLOW_PRE_HOOK_FAILURE", "true")];
    let config = load(&[], &variable).unwrap();
    assert!(config.failure_rules.ignore_pre);
    assert_eq!(
        config.warnings().collect::<Vec<_>>(),
        [
            "`allow_pre_hook_failure` (environment HOOKGATE_ALLOW_PRE_HOOK_FAILURE) is deprecated: the setting is called \
             `ignore_pre_hook_failure` now"
        ]
    );
    let config =
        load_file("allow_success_hook_failure = true\nallow_post_hook_failure = false", &[], &[]).unwrap();
    assert!(config.failure_rules.ignore_success && !config.failure_rules.ignore_post);
    assert_eq!(config.warnings().count(), 2);
    assert_eq!(load(&[], &[]).unwrap().warnings().count(), 0);
}

/// PHS 12.
#[test]
fn both_spellings_must_say_the_same() {
    let file = "ignore_pre_hook_failure = true";
    let variable = |value| [("HOOKGATE_ALLOW_PRE_HOOK_FAILURE", value)];
    let same = load_file(file, &[], &variable("true")).unwrap();
    assert!(same.failure_rules.ignore_pre);
    assert_eq!(same.warnings().count(), 1);
    assert_eq!(
        load_file(file, &[], &variable("false")).unwrap_err(),
        "`ignore_pre_hook_failure` (file FILE) is `true`, and `allow_pre_hook_failure` (environment \
         HOOKGATE_ALLOW_PRE_HOOK_FAILURE) is `false`, which is the same setting: say it once"
    );
}

/// PHS 13.
#[test]
fn a_failure_rule_that_is_no_boolean_is_refused_by_its_key() {
    for key in ["ignore_pre_hook_failure", "allow_success_hook_failure", "ignore_post_hook_failure"] {
        for value in ["\"yes\"", "1", "\"\""] {
            let refused = load_file(&format!("{key} = {value}"), &[], &[]).unwrap_err();
            let own = key.replace("allow", "ignore");
            let begin = format!("`{own}` (file FILE) must be `true` or `false`, not `");
            assert!(refused.starts_with(&begin), "{refused}");
        }
    }
}
