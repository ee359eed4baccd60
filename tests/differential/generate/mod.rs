//! Random policies as people write them for plans, and random plans as they are: attributes that are missing, null,
//! empty or of another type, large ids, other scripts.

mod bodies;
mod calls;
mod conditions;
mod input;
mod packages;
mod rules;
mod scope;
mod statements;
mod terms;

use serde_json::Value as Json;

use crate::files::Files;
use crate::generate::scope::Writer;
use crate::random::Random;

/// A policy and the inputs it is asked about.
#[derive(Debug, Clone)]
pub(crate) struct Pairs {
    pub(crate) files: Files,
    pub(crate) inputs: Vec<Json>,
    /// Whether it defines functions, which need a setting.
    pub(crate) functions: bool,
    /// Whether decimals are computed with.
    pub(crate) decimals: bool,
}

/// The policy and the inputs of a seed.
pub(crate) fn generate(seed: u64, inputs: usize) -> Pairs {
    let mut random = Random::new(seed);
    let functions = random.once_in(10);
    let decimals = random.once_in(25);
    let mut writer = Writer::new(random, decimals);
    let files = writer.policy(functions);
    let mut random = writer.into_random();
    let inputs = (0..inputs).map(|_| input::input(&mut random, decimals)).collect();
    Pairs { files, inputs, functions, decimals }
}
