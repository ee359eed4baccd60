//! The labels of a stack on the command line.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use clap::Args;

/// `--label`, for the commands that name a stack.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct LabelArgs {
    /// A label of the stack; may be given several times
    #[arg(long = "label", value_name = "KEY=VALUE", value_parser = parse)]
    labels: Vec<(String, String)>,
}

impl LabelArgs {
    /// The flags, as they would be typed again.
    pub(super) fn words(&self) -> Vec<String> {
        let flags = self.labels.iter().map(|(key, value)| ["--label".to_owned(), format!("{key}={value}")]);
        flags.flatten().collect()
    }

    /// Each label once.
    pub(super) fn labels(&self) -> Result<BTreeMap<String, String>> {
        let mut labels = BTreeMap::new();
        for (key, value) in &self.labels {
            if labels.insert(key.clone(), value.clone()).is_some() {
                bail!("`--label {key}=…` is given twice: a label has one value");
            }
        }
        Ok(labels)
    }
}

/// `KEY=VALUE` as a label.
fn parse(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not KEY=VALUE"))?;
    Ok((key.to_owned(), value.to_owned()))
}
