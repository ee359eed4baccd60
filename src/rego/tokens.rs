//! The tokens of a file, found by where they begin: the ends of the engine's pieces of syntax are not to be relied on.

use std::collections::BTreeSet;

use regorus::Source;
use regorus::unstable::{Lexer, Token, TokenKind};

use crate::domain::bundle::BundleFile;
use crate::rego::guard;

/// The words that are keywords in v1, and in v0 only where they are imported.
const KEYWORDS: [&str; 4] = ["contains", "every", "if", "in"];

/// What stands between the words of one row.
const BLANKS: [char; 2] = [' ', '\t'];

/// The tokens of one file, in their order.
pub(super) struct Tokens {
    source: String,
    list: Vec<Token>,
}

impl Tokens {
    /// The tokens of a file that the guard lets through.
    pub(super) fn read(file: &BundleFile) -> Option<Self> {
        guard::check(&file.path, &file.text).ok()?;
        let limits = guard::length_limits_of_tests();
        let (path, text) = (file.path.clone(), file.text.clone());
        let source =
            Source::from_contents_with_limits(path, text, limits.max_file_bytes, limits.max_lines).ok()?;
        let mut lexer = Lexer::new(&source);
        lexer.set_max_col(limits.max_col);
        let mut list = Vec::new();
        loop {
            let token = lexer.next_token().ok()?;
            if token.0 == TokenKind::Eof {
                return Some(Self { source: file.text.clone(), list });
            }
            list.push(token);
        }
    }

    /// The number of the token that begins at `offset`.
    pub(super) fn at(&self, offset: u32) -> Option<usize> {
        self.list.binary_search_by_key(&offset, |token| token.1.start).ok()
    }

    /// The text of a word or symbol; empty for a string, which no syntax is.
    pub(super) fn text(&self, number: usize) -> &str {
        match self.list.get(number) {
            Some(Token(TokenKind::Ident | TokenKind::Symbol, span)) => span.text(),
            Some(_) | None => "",
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// The text of the one before.
    pub(super) fn before(&self, number: usize) -> &str {
        number.checked_sub(1).map_or("", |before| self.text(before))
    }

    /// The last token up to `number` that is `wanted` and stands in no bracket that closes behind it.
    pub(super) fn find_back(&self, number: usize, wanted: &str) -> Option<usize> {
        let mut depth = 0_usize;
        for at in (0..=number).rev() {
            let text = self.text(at);
            if depth == 0 && text == wanted {
                return Some(at);
            }
            match text {
                ")" | "]" | "}" => depth = depth.saturating_add(1),
                "(" | "[" | "{" => depth = depth.checked_sub(1)?,
                _ => {}
            }
        }
        None
    }

    /// Where a word or symbol begins and ends.
    pub(super) fn bounds(&self, number: usize) -> Option<(usize, usize)> {
        let start = usize::try_from(self.list.get(number)?.1.start).ok()?;
        Some((start, start.checked_add(self.text(number).len())?))
    }

    /// How many bytes of blanks stand before `offset`.
    pub(super) fn blanks_before(&self, offset: usize) -> usize {
        let before = self.source.get(..offset).unwrap_or_default();
        before.len().saturating_sub(before.trim_end_matches(BLANKS).len())
    }

    /// How many bytes of blanks stand from `offset` on.
    pub(super) fn blanks_after(&self, offset: usize) -> usize {
        let after = self.source.get(offset..).unwrap_or_default();
        after.len().saturating_sub(after.trim_start_matches(BLANKS).len())
    }

    /// Whether a row ends at `offset`.
    pub(super) fn is_row_end(&self, offset: usize) -> bool {
        self.source.get(offset..).is_some_and(|after| after.starts_with(['\r', '\n']))
    }

    /// Whether a word that is put at `offset` is a word of its own.
    pub(super) fn has_room_before(&self, offset: usize) -> bool {
        self.source.get(..offset).is_some_and(|before| before.ends_with(char::is_whitespace))
    }

    /// The first token from `number` on that is `wanted` and stands in no bracket that opens before it.
    pub(super) fn find(&self, number: usize, wanted: &str) -> Option<usize> {
        let mut depth = 0_usize;
        for at in number..self.list.len() {
            let text = self.text(at);
            if matches!(text, ")" | "]" | "}") {
                depth = depth.checked_sub(1)?;
            }
            if depth == 0 && text == wanted {
                return Some(at);
            }
            if matches!(text, "(" | "[" | "{") {
                depth = depth.checked_add(1)?;
            }
        }
        None
    }

    /// A word that v1 would take for a keyword and v0 takes for a name, and where it stands.
    pub(super) fn find_name_of_v0(&self) -> Option<(usize, &str)> {
        let imported = self.imported();
        let number = (0..self.list.len()).find(|number| {
            let text = self.text(*number);
            KEYWORDS.contains(&text) && !imported.contains(text) && self.is_name(*number)
        })?;
        Some((self.bounds(number)?.0, self.text(number)))
    }

    /// Neither a part of a reference nor the built-in function `contains`.
    fn is_name(&self, number: usize) -> bool {
        let is_part = number.checked_sub(1).is_some_and(|before| self.text(before) == ".");
        let is_call = self.text(number) == "contains" && self.text(number.saturating_add(1)) == "(";
        !is_part && !is_call
    }

    fn imported(&self) -> BTreeSet<&str> {
        let words = |from: usize| -> [&str; 5] {
            std::array::from_fn(|step| self.text(from.saturating_add(step).saturating_add(1)))
        };
        let imports = (0..self.list.len()).filter(|number| self.text(*number) == "import");
        imports
            .flat_map(|number| match words(number) {
                ["future", ".", "keywords", ".", "every"] => vec!["every", "in"],
                ["future", ".", "keywords", ".", word] => vec![word],
                ["future", ".", "keywords", ..] | ["rego", ".", "v1", ..] => KEYWORDS.to_vec(),
                _ => Vec::new(),
            })
            .collect()
    }
}
