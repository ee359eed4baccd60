//! The syntax tree of a module: what was written, in the words of the language, with the place of every piece.
//!
//! Nothing is resolved, renamed or simplified here, except what the tree says anyway: brackets around a term are gone
//! (the term's span includes them), `set()` is a set, and a `.name` in a reference is the string `"name"`.

mod rule;
mod statement;
mod term;

pub use rule::{Assignment, Chain, Else, Head, HeadKind, Rule, SetForm};
pub use statement::{Body, Every, Operand, Statement, StatementKind, With};
pub use term::{Comprehension, Element, Entry, Operator, Part, Reference, Template, Term, TermKind, Text};

use super::{Comment, Metadata, Span};

/// A name or a word, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands.
    pub span: Span,
    /// The name, without quotes.
    pub text: String,
}

/// One file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Module {
    /// What it begins with; empty if that is missing, which is a fault.
    pub package: Package,
    /// Its imports, in the order of the text, wherever they stand.
    pub imports: Vec<Import>,
    /// Its rules, in the order of the text.
    pub rules: Vec<Rule>,
    /// All comments, in the order of the text, those of METADATA too.
    pub comments: Vec<Comment>,
    /// METADATA that nothing follows.
    pub stray_metadata: Vec<Metadata>,
}

/// `package a.b["c"]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Package {
    /// From the keyword to the end of the path.
    pub span: Span,
    /// Its path, without `data`.
    pub path: Vec<Word>,
    /// The METADATA before it.
    pub metadata: Vec<Metadata>,
}

/// `import data.lib.names as words`.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// From the keyword to the end of the path or the alias.
    pub span: Span,
    /// Its path, with what it begins with: `data`, `input`, `rego` or `future`.
    pub path: Vec<Word>,
    /// The name after `as`.
    pub alias: Option<Word>,
    /// The METADATA before it.
    pub metadata: Vec<Metadata>,
}

impl Import {
    /// The name by which the rest of the file knows what is imported: the alias, else the end of the path.
    pub fn name(&self) -> Option<&Word> {
        self.alias.as_ref().or_else(|| self.path.last())
    }

    /// Whether it changes the language (`rego.v1`, `future.keywords…`) rather than name a document.
    pub fn is_of_the_language(&self) -> bool {
        self.path.first().is_some_and(|root| matches!(root.text.as_str(), "rego" | "future"))
    }
}
