//! Which words are keywords now.

use crate::syntax::tokens::Keyword;

/// The version of the language in which a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// What OPA read before 1.0, for what is to be rewritten.
    V0,
    /// What OPA reads.
    #[default]
    V1,
}

/// The language of one file, which its imports change from where they stand.
#[derive(Debug, Clone)]
pub(super) struct Language {
    dialect: Dialect,
    /// Keywords beside those of v0.
    more: Vec<Keyword>,
    /// Whether `not` has a body with a scope of its own.
    not_bodies: bool,
    /// Whether rules are checked as v1 wants them: always in v1, and in v0 behind `import rego.v1`.
    strict: bool,
}

/// The keywords that v1 brought.
const NEW: [Keyword; 4] = [Keyword::In, Keyword::Every, Keyword::Contains, Keyword::If];
/// The keywords that v1 has to import.
const FUTURE: [Keyword; 2] = [Keyword::And, Keyword::Or];

impl Language {
    pub(super) fn new(dialect: Dialect) -> Self {
        let strict = dialect == Dialect::V1;
        Self { dialect, more: if strict { NEW.to_vec() } else { Vec::new() }, not_bodies: false, strict }
    }

    pub(super) fn has(&self, keyword: Keyword) -> bool {
        !(keyword.is_new_in_v1() || keyword.is_of_the_future()) || self.more.contains(&keyword)
    }

    pub(super) fn is_strict(&self) -> bool {
        self.strict
    }

    pub(super) fn has_not_bodies(&self) -> bool {
        self.not_bodies
    }

    pub(super) fn has_logic(&self) -> bool {
        FUTURE.iter().any(|keyword| self.has(*keyword))
    }

    pub(super) fn has_templates(&self) -> bool {
        self.dialect == Dialect::V1
    }

    /// Whether a name is a keyword of the version, whatever is imported.
    pub(super) fn reserves(&self, name: &str) -> bool {
        Keyword::of(name).is_some_and(|keyword| {
            !keyword.is_of_the_future() && (self.dialect == Dialect::V1 || !keyword.is_new_in_v1())
        })
    }

    /// `import rego.v1`
    pub(super) fn import_v1(&mut self) {
        self.strict = true;
        self.more.extend(NEW);
    }

    /// `import rego.v2`
    pub(super) fn import_v2(&mut self) {
        self.import_v1();
        self.more.extend(FUTURE);
        self.not_bodies = true;
    }

    /// `import future.keywords`
    pub(super) fn import_all(&mut self) {
        self.more.extend(NEW);
        self.more.extend(FUTURE);
        self.not_bodies = true;
    }

    /// `import future.keywords.name`; whether there is such a keyword.
    pub(super) fn import_keyword(&mut self, name: &str) -> bool {
        match Keyword::of(name) {
            Some(Keyword::Not) => self.not_bodies = true,
            Some(Keyword::Every) => self.more.extend([Keyword::Every, Keyword::In]),
            Some(keyword) if NEW.contains(&keyword) || FUTURE.contains(&keyword) => self.more.push(keyword),
            Some(_) | None => return false,
        }
        true
    }

    /// The names that `import future.keywords.…` takes.
    pub(super) fn importable() -> &'static str {
        "`and`, `contains`, `every`, `if`, `in`, `not` and `or`"
    }
}
