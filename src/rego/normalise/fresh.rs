//! Variables of our own: names that nothing in a package has.

/// What the names begin with, unless something in the package does so too.
const PREFIX: &str = "__h";

/// Makes up variables for one package.
#[derive(Debug)]
pub(super) struct Fresh {
    prefix: String,
    made: usize,
}

impl Fresh {
    /// Names that occur in none of these texts.
    pub(super) fn avoiding<'a>(texts: &(impl Iterator<Item = &'a str> + Clone)) -> Self {
        let mut prefix = PREFIX.to_owned();
        while texts.clone().any(|text| text.contains(&prefix)) {
            prefix.push('_');
        }
        Self { prefix, made: 0 }
    }

    /// A name that was never given before.
    pub(super) fn name(&mut self) -> String {
        self.made = self.made.saturating_add(1);
        format!("{}{}", self.prefix, self.made)
    }
}

#[cfg(test)]
mod tests {
    use super::Fresh;

    #[test]
    fn a_name_that_a_policy_could_have_is_never_given() {
        let mut fresh = Fresh::avoiding(&["x := __h1", "__h_ := 2"].into_iter());
        assert_eq!((fresh.name(), fresh.name()), ("__h__1".to_owned(), "__h__2".to_owned()));
        assert_eq!(Fresh::avoiding(&[""].into_iter()).name(), "__h1");
    }
}
