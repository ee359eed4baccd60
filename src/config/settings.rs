//! The table of settings: the one source of flags, variables, keys, defaults and the README's table.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches, value_parser};

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its key in the file, `evaluation.timeout`, which is also what it is called everywhere else.
    pub key: &'static str,
    /// Its flag without the dashes, if it has one.
    pub flag: Option<&'static str>,
    /// A key it may still be given by, which is deprecated.
    pub alias: Option<&'static str>,
    /// The value it has without our doing, as it would be written.
    pub default: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

impl Setting {
    /// Its variable: `HOOKGATE_EVALUATION_TIMEOUT`.
    pub fn variable(&self) -> String {
        variable(self.key)
    }

    /// Every key it may be given by.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> {
        [Some(self.key), self.alias].into_iter().flatten()
    }
}

/// The variable of the setting that is given by `key`.
pub(super) fn variable(key: &str) -> String {
    format!("{VARIABLE_PREFIX}{}", key.replace('.', "_").to_uppercase())
}

/// How all variables of the settings begin.
pub(super) const VARIABLE_PREFIX: &str = "HOOKGATE_";

const fn setting(key: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { key, flag: None, alias: None, default, meaning }
}

const fn with_alias(
    key: &'static str,
    alias: &'static str,
    default: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting { key, flag: None, alias: Some(alias), default, meaning }
}

const fn with_flag(flag: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { key: flag, flag: Some(flag), alias: None, default, meaning }
}

/// Every setting there is.
pub const SETTINGS: &[Setting] = &[
    with_flag("listen", "127.0.0.1:8180", "address of the REST API; port 0 picks a free one"),
    with_flag("database", "sqlite://hookgate.db", "`sqlite://PATH`, `sqlite::memory:` or `postgres://…`"),
    with_flag("region", "local", "region this server answers for"),
    with_flag(
        "auth",
        "auto",
        "`none` takes the account from `X-Domain-Id` and allows everything; `auto` is `none` on loopback, else `required`",
    ),
    setting(
        "undefined_result",
        "pass",
        "what a hook result without a value for this input means: `pass` or `fail`",
    ),
    setting(
        "require_hooks",
        "false",
        "deny operations that no hook has judged, instead of allowing them with a warning",
    ),
    with_alias(
        "ignore_pre_hook_failure",
        "allow_pre_hook_failure",
        "false",
        "allow operations although hooks in mode FAIL refuse them; each is an event",
    ),
    with_alias(
        "ignore_success_hook_failure",
        "allow_success_hook_failure",
        "false",
        "run the post phase although a hook of the success phase failed",
    ),
    with_alias(
        "ignore_post_hook_failure",
        "allow_post_hook_failure",
        "true",
        "answer without `post_hook_error` although a hook of the post phase failed",
    ),
    setting("operations.extra", "", "names of operations besides the known ones"),
    setting(
        "operations.outcome_timeout",
        "24h",
        "time for reporting an outcome; after it, an operation is ABANDONED",
    ),
    setting("operations.answer_timeout", "5s", "time that the answer to a report waits for the later phases"),
    setting(
        "decisions.keep_input",
        "all",
        "inputs that are kept, without their secrets: `all`, `denied` or `none`",
    ),
    setting("decisions.retention", "90d", "how long closed operations are kept"),
    setting("decisions.max_per_account", "1000000", "how many operations of an account are kept"),
    setting("evaluation.timeout", "1s", "time for one hook"),
    setting("evaluation.operation_timeout", "10s", "time for all hooks of one operation together"),
    setting("evaluation.memory", "256MiB", "memory of one evaluator"),
    setting("evaluation.processes", "cores", "number of evaluators; `cores` is as many as the machine has"),
    setting("evaluation.isolation", "process", "where policies run: only `process`, apart from the server"),
    setting("policy.allow_functions", "false", "accept policies that define functions"),
    setting("limits.policy_body", "1MiB", "size of a `policy_body`, at most 1MiB"),
    setting("limits.input", "16MiB", "size of the input of an operation"),
    setting("limits.hooks", "100", "hooks of one account"),
    setting("limits.versions", "200", "versions of one hook"),
    setting("strict_request_id", "false", "refuse requests without `Client-Request-Id`"),
    setting("outbound.allow", "", "subnets that may be fetched from although they are not public"),
    setting("outbound.allow_http", "false", "fetch from http besides https"),
    setting("log.format", "text", "`text` or `json`"),
    setting("log.level", "info", "`error`, `warn`, `info`, `debug` or `trace`"),
];

/// What can be said only on the command line.
pub const SWITCHES: &[(&str, &str)] = &[
    ("demo", "start with the shipped policies"),
    ("i-know-this-is-open", "let anybody do anything, beyond loopback as well"),
];

/// The table of settings as the README shows it.
pub fn markdown() -> String {
    let rows = SETTINGS.iter().map(|setting| {
        let flag = setting.flag.map(|flag| format!("`--{flag}`")).unwrap_or_default();
        let default =
            if setting.default.is_empty() { "none".to_owned() } else { format!("`{}`", setting.default) };
        format!(
            "| {flag} | `{}` | `{}` | {default} | {} |\n",
            setting.key,
            setting.variable(),
            setting.meaning
        )
    });
    let switches = SWITCHES.iter().map(|(flag, meaning)| format!("| `--{flag}` | | | off | {meaning} |\n"));
    let head = "| Flag | Key | Environment | Default | Meaning |\n|---|---|---|---|---|\n".to_owned();
    std::iter::once(head).chain(rows).chain(switches).collect()
}

/// What the command line says: flags by the key of their setting, and the switches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServeArgs {
    /// `--config`: the file to read.
    pub config: Option<PathBuf>,
    /// `--demo`.
    pub demo: bool,
    /// `--i-know-this-is-open`.
    pub i_know_this_is_open: bool,
    /// The values of the flags that were given.
    pub flags: BTreeMap<&'static str, String>,
}

impl clap::Args for ServeArgs {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new("config").long("config").value_name("FILE").value_parser(value_parser!(PathBuf));
        let flags = SETTINGS.iter().filter_map(|setting| {
            let flag = setting.flag?;
            let help = format!("{} [default: {}]", setting.meaning, setting.default);
            Some(Arg::new(setting.key).long(flag).value_name("VALUE").help(help))
        });
        let switches = SWITCHES
            .iter()
            .map(|(flag, meaning)| Arg::new(*flag).long(*flag).action(ArgAction::SetTrue).help(*meaning));
        command.arg(file.help("settings from a TOML file")).args(flags).args(switches)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ServeArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut args = Self::default();
        args.update_from_arg_matches(matches)?;
        Ok(args)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.config = matches.get_one("config").cloned();
        self.demo = matches.get_flag("demo");
        self.i_know_this_is_open = matches.get_flag("i-know-this-is-open");
        let given =
            |setting: &Setting| Some((setting.key, matches.get_one::<String>(setting.flag?)?.clone()));
        self.flags = SETTINGS.iter().filter_map(given).collect();
        Ok(())
    }
}
