//! Who starts the operation, where nobody says so: whom the build server or the system names.

use crate::cli::server::find;

/// The variables that name somebody, the first that is there counts: a build runs as a user of its server, who started nothing.
const VARIABLES: [&str; 3] = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER"];

/// The one asked for, or the one the environment names.
pub(super) fn actor(wanted: Option<&str>, environment: &[(String, String)]) -> Option<String> {
    let named = || VARIABLES.iter().find_map(|variable| find(environment, variable));
    wanted.map(str::to_owned).or_else(named)
}

#[cfg(test)]
mod tests {
    use super::actor;

    #[test]
    fn a_flag_wins_over_the_build_server_and_that_over_the_system() {
        let all = [("USER", "runner"), ("GITLAB_USER_LOGIN", "lea"), ("GITHUB_ACTOR", "gil")];
        let of = |wanted, number: usize| {
            let environment: Vec<_> = all
                .iter()
                .take(number)
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            actor(wanted, &environment)
        };
        assert_eq!(of(Some("me"), 3).as_deref(), Some("me"));
        assert_eq!(of(None, 3).as_deref(), Some("gil"));
        assert_eq!(of(None, 2).as_deref(), Some("lea"));
        assert_eq!(of(None, 1).as_deref(), Some("runner"));
        assert_eq!(of(None, 0), None);
    }
}
