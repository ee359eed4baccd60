//! Policies for the checks: the files of a text, and what the engine's parser makes of them.

use regorus::Engine;
use regorus::unstable::{Module, Ref};

use crate::rego::guard;

/// Path and text.
pub(super) type Files = Vec<(String, String)>;

/// What stands between the files of a text.
const BETWEEN: &str = "\n# ---\n";

/// The files that `bytes` hold: one, or several with a line of their own between them.
pub(super) fn files(bytes: &[u8]) -> Files {
    let text = String::from_utf8_lossy(bytes);
    let numbered = text.split(BETWEEN).enumerate();
    numbered.map(|(number, text)| (format!("{number}.rego"), text.to_owned())).collect()
}

/// Parses as the product does.
pub(super) fn parse<'a>(
    files: impl IntoIterator<Item = &'a (String, String)>,
) -> Result<Vec<Ref<Module>>, String> {
    let mut engine = Engine::new();
    engine.set_policy_length_config(guard::length_limits());
    for (path, text) in files {
        engine.add_policy(path.clone(), text.clone()).map_err(|error| error.to_string())?;
    }
    Ok(engine.get_modules().clone())
}
