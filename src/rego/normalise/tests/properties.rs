//! What holds of every policy that is rewritten, on random ones.

use proptest::prelude::*;

use super::generate::Generator;
use crate::rego::fuzzing::normalise::check_files;

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn random_policies_are_rewritten_into_policies_that_lead_back(seed: u64) {
        check_files(&Generator::new(seed).policy());
    }
}
