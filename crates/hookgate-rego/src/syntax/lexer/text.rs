//! Strings and template strings: where they end, and what they say.

use super::Lexer;
use crate::syntax::tokens::TokenKind;

/// What can follow a backslash, beside `u`.
const ESCAPES: [char; 8] = ['\\', '"', '/', 'b', 'f', 'n', 'r', 't'];

impl Lexer<'_> {
    /// The rest of a string, after its quote.
    pub(super) fn string(&mut self, start: u32) -> TokenKind {
        loop {
            match self.in_line(start) {
                None | Some('"') => return TokenKind::String,
                Some('\\') => self.escape(start, &ESCAPES),
                Some(_) => {}
            }
        }
    }

    /// The rest of a string in backquotes.
    pub(super) fn raw_string(&mut self, start: u32) -> TokenKind {
        while !matches!(self.anywhere(start), None | Some('`')) {}
        TokenKind::RawString
    }

    /// The text of a template string up to its end, or to a hole. Whether it is the end.
    pub(super) fn template_text(&mut self, start: u32) -> bool {
        const WITH_BRACE: [char; 9] = ['\\', '"', '/', 'b', 'f', 'n', 'r', 't', '{'];
        loop {
            match self.in_line(start) {
                None | Some('"') => return true,
                Some('{') => return false,
                Some('\\') => self.escape(start, &WITH_BRACE),
                Some(_) => {}
            }
        }
    }

    /// The same in backquotes.
    pub(super) fn raw_template_text(&mut self, start: u32) -> bool {
        loop {
            match self.anywhere(start) {
                None | Some('`') => return true,
                Some('{') => return false,
                Some('\\') => {
                    self.take_if('{');
                }
                Some(_) => {}
            }
        }
    }

    /// The next character of a string that must end in its line.
    fn in_line(&mut self, start: u32) -> Option<char> {
        if matches!(self.peek(), None | Some('\n')) {
            self.error(self.since(start), "the string does not end in its line: a `\"` is missing");
            return None;
        }
        self.anywhere(start)
    }

    fn anywhere(&mut self, start: u32) -> Option<char> {
        let found = self.peek();
        let at = self.offset();
        self.bump();
        match found {
            None => self.error(self.since(start), "the string does not end: a backquote is missing"),
            Some(c @ ('\0' | '\u{FEFF}')) => {
                self.illegal(at, c);
            }
            Some(_) => {}
        }
        found
    }

    fn escape(&mut self, start: u32, allowed: &[char]) {
        let escaped = self.peek();
        if escaped == Some('u') {
            self.bump();
            let digits = self.rest.chars().take(4).take_while(char::is_ascii_hexdigit).count();
            if digits < 4 {
                self.error(self.since(start), "`\\u` wants four hexadecimal digits");
            }
            self.advance(digits);
        } else if escaped.is_some_and(|c| allowed.contains(&c)) {
            self.bump();
        } else {
            let found = escaped.map(String::from).unwrap_or_default();
            let message = format!(
                "`\\{found}` is no escape: there are `\\n`, `\\t`, `\\\"`, `\\\\`, `\\u0041` and the like"
            );
            self.error(self.since(start), &message);
        }
    }
}

/// What a string in quotes says; `None` if it holds what JSON does not allow.
pub(in crate::syntax) fn unquote(quoted: &str) -> Option<String> {
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
    unescape(inner)
}

/// What a piece of a template string says.
pub(in crate::syntax) fn template(piece: &str) -> Option<String> {
    unescape(inner(piece))
}

/// What a piece of a template string in backquotes says.
pub(in crate::syntax) fn raw_template(piece: &str) -> String {
    inner(piece).replace("\\{", "{")
}

/// A piece without what it begins and ends with: `$"`, `}`, `{` or the quote.
fn inner(piece: &str) -> &str {
    let piece = piece.strip_prefix('$').unwrap_or(piece);
    let mut chars = piece.chars();
    chars.next();
    chars.next_back();
    chars.as_str()
}

/// Resolves escapes. As in OPA, white space may stand in a string as it is (a tab, say) unless there are escapes: only
/// then is it read as JSON.
fn unescape(text: &str) -> Option<String> {
    let mut said = String::with_capacity(text.len());
    let mut chars = text.chars();
    let mut is_json = false;
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next()? } else { '{' };
        is_json |= escaped != '{';
        said.push(match (c, escaped) {
            ('\\', 'b') => '\u{8}',
            ('\\', 'f') => '\u{C}',
            ('\\', 'n') => '\n',
            ('\\', 'r') => '\r',
            ('\\', 't') => '\t',
            ('\\', 'u') => unicode(&mut chars)?,
            ('\\', same) => same,
            (plain, _) => plain,
        });
    }
    (!is_json || !text.contains(|c| c < ' ')).then_some(said)
}

/// `\u0041`, or two of them that make one character; half of one is U+FFFD, as in Go.
fn unicode(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let first = hex(chars)?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Some(c);
    }
    let mut ahead = chars.clone();
    if ahead.next() == Some('\\') && ahead.next() == Some('u') {
        let second = hex(&mut ahead)?;
        if let Some(Ok(c)) = char::decode_utf16([first, second]).next() {
            *chars = ahead;
            return Some(c);
        }
    }
    Some(char::REPLACEMENT_CHARACTER)
}

fn hex(chars: &mut std::str::Chars<'_>) -> Option<u16> {
    let digits = chars.as_str().get(..4)?;
    *chars = chars.as_str().get(4..)?.chars();
    u16::from_str_radix(digits, 16).ok()
}
