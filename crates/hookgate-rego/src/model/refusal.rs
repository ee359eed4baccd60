//! What is refused, and why.

use crate::syntax::Span;

/// A fault of a bundle: what is wrong, where, and what would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which rule of the language it breaks.
    pub code: Code,
    /// Which of the modules it is in.
    pub module: usize,
    /// What it is about.
    pub span: Span,
    /// What is wrong and what would do, in lower case and without a period.
    pub message: String,
}

/// The rules of the language that a text can break although it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A variable that nothing binds.
    UnsafeVariable,
    /// A reference to what cannot be there.
    UndefinedReference,
    /// A call or a comparison of values that cannot be.
    TypeError,
    /// A function that is not there.
    UnknownFunction,
    /// A call with the wrong number of arguments.
    Arity,
    /// A rule that needs itself.
    Recursion,
    /// Two definitions that cannot both be.
    Conflict,
    /// A name that is taken: an import, a variable declared twice, `input` and `data`.
    Name,
    /// A replacement (`with`) of what cannot be replaced.
    Replacement,
}
