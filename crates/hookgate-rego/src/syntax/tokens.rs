//! The words and signs of a text.

use super::Span;
use super::tree::Operator;

/// A word or a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
    /// What is between it and the one before.
    pub gap: Gap,
}

/// What stands before a token. `f(x)` is a call and `f (x)` is not, and a line that ends may end a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// Nothing.
    None,
    /// White space, in one line.
    Space,
    /// At least one end of a line.
    Line,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name; some names are keywords, always or when the language says so.
    Name(Option<Keyword>),
    /// A number without its sign.
    Number,
    /// A string in quotes.
    String,
    /// A string in backquotes.
    RawString,
    /// A piece of the text of a template string.
    Template(Piece),
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `.`
    Dot,
    /// `:=`
    Assign,
    /// `=`
    Unify,
    /// A sign between two terms.
    Operator(Operator),
    /// What is no token. There is an error about it.
    Illegal,
    /// The end of the text.
    End,
}

/// Which piece of a template string it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Whether the string stands in backquotes.
    pub raw: bool,
    /// Whether it begins the string: else it begins with the `}` of a hole.
    pub first: bool,
    /// Whether it ends the string: else it ends with the `{` of a hole.
    pub last: bool,
}

/// A name that has, or may have, a meaning of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keyword {
    /// `package`
    Package,
    /// `import`
    Import,
    /// `as`
    As,
    /// `default`
    Default,
    /// `else`
    Else,
    /// `not`
    Not,
    /// `some`
    Some,
    /// `with`
    With,
    /// `null`
    Null,
    /// `true`
    True,
    /// `false`
    False,
    /// `in`, since v1
    In,
    /// `every`, since v1
    Every,
    /// `contains`, since v1
    Contains,
    /// `if`, since v1
    If,
    /// `and`, when imported
    And,
    /// `or`, when imported
    Or,
}

impl Keyword {
    /// The keyword that a name is.
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "package" => Self::Package,
            "import" => Self::Import,
            "as" => Self::As,
            "default" => Self::Default,
            "else" => Self::Else,
            "not" => Self::Not,
            "some" => Self::Some,
            "with" => Self::With,
            "null" => Self::Null,
            "true" => Self::True,
            "false" => Self::False,
            "in" => Self::In,
            "every" => Self::Every,
            "contains" => Self::Contains,
            "if" => Self::If,
            "and" => Self::And,
            "or" => Self::Or,
            _ => return None,
        })
    }

    /// Whether it came with v1, where all have it; v0 has to import it.
    pub(super) fn is_new_in_v1(self) -> bool {
        matches!(self, Self::In | Self::Every | Self::Contains | Self::If)
    }

    /// Whether it has to be imported in v1.
    pub(super) fn is_of_the_future(self) -> bool {
        matches!(self, Self::And | Self::Or)
    }
}

impl TokenKind {
    /// How a message names it, with what stands there.
    pub(super) fn described(self, text: &str) -> String {
        match self {
            Self::End => "the end of the file".to_owned(),
            Self::Template(_) => "a template string".to_owned(),
            Self::Name(_)
            | Self::Number
            | Self::String
            | Self::RawString
            | Self::LeftBracket
            | Self::RightBracket
            | Self::LeftBrace
            | Self::RightBrace
            | Self::LeftParen
            | Self::RightParen
            | Self::Comma
            | Self::Colon
            | Self::Semicolon
            | Self::Dot
            | Self::Assign
            | Self::Unify
            | Self::Operator(_)
            | Self::Illegal => quoted(text),
        }
    }
}

/// A piece of a text in backticks, cut to what a message can hold.
pub(super) fn quoted(text: &str) -> String {
    const SHOWN: usize = 40;
    let first = text.lines().next().unwrap_or_default();
    let short: String = first.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    let cut = if short.len() < text.trim_end().len() { "…" } else { "" };
    format!("`{short}{cut}`")
}
