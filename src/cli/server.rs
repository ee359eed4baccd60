//! Where the server is, for every command that talks to one, and how such a command ends when it is answered with no.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::cli::ExitStatus;
use crate::cli::plain::plain;
use crate::client::{Address, ClientError};
use crate::config::Project;

/// The variable with the server's address.
const SERVER: &str = "HOOKGATE_SERVER";
/// The variable with the domain of the account.
const DOMAIN: &str = "HOOKGATE_DOMAIN";
/// Where a server is unless it is told otherwise.
const DEFAULT_SERVER: &str = "http://127.0.0.1:8180";

/// Where the server is.
#[derive(Debug, Args)]
pub(super) struct ServerArgs {
    /// The server's address; else the variable `HOOKGATE_SERVER`, else `http://127.0.0.1:8180`
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The domain of the account; else the variable `HOOKGATE_DOMAIN`
    #[arg(long)]
    domain: Option<String>,
    /// How long to wait for an answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

impl ServerArgs {
    /// The flags, as they would be typed again.
    pub(super) fn words(&self) -> Vec<String> {
        let flags = [("--server", &self.server), ("--domain", &self.domain)];
        let given = flags.into_iter().filter_map(|(flag, value)| Some([flag.to_owned(), value.clone()?]));
        given.flatten().collect()
    }

    /// The address: a flag wins over the environment, the environment over the project's file, the file over the default.
    pub(super) fn address(&self, environment: &[(String, String)], project: &Project) -> Address {
        let choose = |flag: &Option<String>, variable, in_file: &Option<String>| {
            flag.clone().or_else(|| find(environment, variable)).or_else(|| in_file.clone())
        };
        Address {
            url: choose(&self.server, SERVER, &project.server).unwrap_or_else(|| DEFAULT_SERVER.to_owned()),
            domain: choose(&self.domain, DOMAIN, &project.domain),
            timeout: self.timeout(),
        }
    }

    /// How long an answer may take.
    pub(super) const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }
}

/// The variable's value, if it has one.
pub(super) fn find(environment: &[(String, String)], name: &str) -> Option<String> {
    let (_, value) = environment.iter().find(|(variable, _)| variable == name)?;
    (!value.is_empty()).then(|| value.clone())
}

/// How a command ended: that the server refuses is an answer, and told, with what was left `undone`; that nobody answers is a failure.
pub(super) fn settle(done: Result<ExitStatus>, undone: &str, err: &mut impl Write) -> Result<ExitStatus> {
    match done {
        Err(cause) if matches!(cause.downcast_ref(), Some(ClientError::Refused { .. })) => {
            writeln!(err, "hookgate: {}", plain(&format!("{cause:#}")))?;
            if !undone.is_empty() {
                writeln!(err, "{undone}")?;
            }
            Ok(ExitStatus::Refused)
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::ServerArgs;
    use crate::config::Project;

    #[track_caller]
    fn check(flag: Option<&str>, variable: &str, file: Option<&str>, expected: &str) {
        let args = ServerArgs { server: flag.map(str::to_owned), domain: None, timeout: 1 };
        let environment = [("HOOKGATE_SERVER".to_owned(), variable.to_owned())];
        let project = Project { server: file.map(str::to_owned), ..Project::default() };
        assert_eq!(args.address(&environment, &project).url, expected);
    }

    #[test]
    fn a_flag_wins_over_the_environment_and_that_over_the_file() {
        check(Some("http://flag"), "http://variable", Some("http://file"), "http://flag");
        check(None, "http://variable", Some("http://file"), "http://variable");
        check(None, "", Some("http://file"), "http://file");
        check(None, "", None, "http://127.0.0.1:8180");
    }
}
