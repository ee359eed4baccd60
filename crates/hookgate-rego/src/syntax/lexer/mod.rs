//! From a text to its tokens and comments, with every fault on the way. Never fails, and reads each byte once.

mod cursor;
mod number;
mod text;

use super::tokens::{Gap, Keyword, Piece, Token, TokenKind};
use super::tree::Operator;
use super::{Comment, Span, SyntaxError, span};

pub(super) use text::{raw_template, template, unquote};

/// What a text is made of.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    /// The tokens; the last one is the end.
    pub(super) tokens: Vec<Token>,
    /// The comments.
    pub(super) comments: Vec<Comment>,
    /// What is wrong.
    pub(super) errors: Vec<SyntaxError>,
}

/// Reads a text.
pub(super) fn read(text: &str) -> Lexed {
    let mut lexer = Lexer { text, rest: text, found: Lexed::default(), holes: Vec::new() };
    lexer.take_if('\u{FEFF}');
    lexer.all();
    lexer.found
}

struct Lexer<'t> {
    text: &'t str,
    rest: &'t str,
    found: Lexed,
    /// The holes of template strings that are open, the innermost last.
    holes: Vec<Hole>,
}

/// A hole of a template string.
struct Hole {
    raw: bool,
    /// Braces that are open within it.
    braces: usize,
}

impl Lexer<'_> {
    fn all(&mut self) {
        loop {
            let gap = self.skip();
            let start = self.offset();
            let kind = self.token();
            let token = Token { kind, span: self.since(start), gap };
            self.found.tokens.push(token);
            if kind == TokenKind::End {
                return;
            }
        }
    }

    /// Goes over white space and comments.
    fn skip(&mut self) -> Gap {
        let mut gap = Gap::None;
        loop {
            match self.peek() {
                Some('\n') => gap = Gap::Line,
                Some(' ' | '\t' | '\r') => gap = gap.max(Gap::Space),
                Some('#') => {
                    self.comment();
                    continue;
                }
                Some(_) | None => return gap,
            }
            self.bump();
        }
    }

    fn comment(&mut self) {
        let start = self.offset();
        let line = self.rest.split('\n').next().unwrap_or_default();
        self.advance(line.len());
        let span = self.since(start);
        for (at, c) in line.char_indices().filter(|(_, c)| matches!(c, '\0' | '\u{FEFF}')) {
            self.illegal(span::offset(at).saturating_add(start), c);
        }
        let text = line.strip_prefix('#').unwrap_or_default().trim_end_matches('\r');
        self.found.comments.push(Comment { span, text: text.to_owned() });
    }

    fn token(&mut self) -> TokenKind {
        let Some(first) = self.peek() else { return TokenKind::End };
        if first.is_ascii_alphabetic() || first == '_' {
            return self.name();
        }
        if first.is_ascii_digit() {
            return self.number();
        }
        let start = self.offset();
        self.bump();
        match first {
            '"' => self.string(start),
            '`' => self.raw_string(start),
            '$' if self.take_if('"') => self.template(start, false, true),
            '$' if self.take_if('`') => self.template(start, true, true),
            '{' => self.open_brace(),
            '}' => self.close_brace(start),
            '\'' => self.single_quotes(start),
            _ => self.sign(first).unwrap_or_else(|| self.illegal(start, first)),
        }
    }

    fn name(&mut self) -> TokenKind {
        let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        TokenKind::Name(Keyword::of(name))
    }

    fn open_brace(&mut self) -> TokenKind {
        if let Some(hole) = self.holes.last_mut() {
            hole.braces = hole.braces.saturating_add(1);
        }
        TokenKind::LeftBrace
    }

    fn close_brace(&mut self, start: u32) -> TokenKind {
        let Some(hole) = self.holes.last_mut() else { return TokenKind::RightBrace };
        if let Some(braces) = hole.braces.checked_sub(1) {
            hole.braces = braces;
            return TokenKind::RightBrace;
        }
        let raw = hole.raw;
        self.holes.pop();
        self.template(start, raw, false)
    }

    /// A piece of a template string, after what it begins with.
    fn template(&mut self, start: u32, raw: bool, first: bool) -> TokenKind {
        let last = if raw { self.raw_template_text(start) } else { self.template_text(start) };
        if !last {
            self.holes.push(Hole { raw, braces: 0 });
        }
        TokenKind::Template(Piece { raw, first, last })
    }

    fn sign(&mut self, first: char) -> Option<TokenKind> {
        use TokenKind as Kind;
        Some(match first {
            '[' => Kind::LeftBracket,
            ']' => Kind::RightBracket,
            '(' => Kind::LeftParen,
            ')' => Kind::RightParen,
            ',' => Kind::Comma,
            ';' => Kind::Semicolon,
            '.' => Kind::Dot,
            ':' if self.take_if('=') => Kind::Assign,
            ':' => Kind::Colon,
            '=' if self.take_if('=') => Kind::Operator(Operator::Equal),
            '=' => Kind::Unify,
            '!' if self.take_if('=') => Kind::Operator(Operator::NotEqual),
            '<' if self.take_if('=') => Kind::Operator(Operator::LessOrEqual),
            '<' => Kind::Operator(Operator::Less),
            '>' if self.take_if('=') => Kind::Operator(Operator::GreaterOrEqual),
            '>' => Kind::Operator(Operator::Greater),
            '|' => Kind::Operator(Operator::Or),
            '&' => Kind::Operator(Operator::And),
            '+' => Kind::Operator(Operator::Add),
            '-' => Kind::Operator(Operator::Subtract),
            '*' => Kind::Operator(Operator::Multiply),
            '/' => Kind::Operator(Operator::Divide),
            '%' => Kind::Operator(Operator::Remainder),
            _ => return None,
        })
    }

    /// A string as other languages write it is one mistake.
    fn single_quotes(&mut self, start: u32) -> TokenKind {
        let line = self.rest.lines().next().unwrap_or_default();
        if let Some(end) = line.find('\'') {
            self.advance(end.saturating_add(1));
        }
        self.illegal(start, '\'')
    }

    /// Says what is wrong with a character that begins nothing.
    fn illegal(&mut self, start: u32, c: char) -> TokenKind {
        let length = span::offset(c.len_utf8());
        let span = Span::new(start, start.saturating_add(length));
        let error = match c {
            '!' => SyntaxError::new(span, "`!` stands alone").help("`not x` denies, `x != y` compares"),
            '\'' => {
                SyntaxError::new(span, "`'` begins nothing").help("strings stand in `\"…\"` or in backquotes")
            }
            '$' => SyntaxError::new(span, "`$` stands alone").help("`$\"… {x} …\"` is a template string"),
            '\0' => SyntaxError::new(span, "there is a null character"),
            '\u{FEFF}' => SyntaxError::new(span, "there is a byte-order mark within the text"),
            '\u{A0}' => SyntaxError::new(span, "there is a non-breaking space").help("use a common space"),
            c if c.is_control() => {
                SyntaxError::new(span, format!("there is the control character U+{:04X}", u32::from(c)))
            }
            c => SyntaxError::new(span, format!("`{c}` begins nothing"))
                .help("names are made of letters a to z, digits and `_`; other characters belong in strings"),
        };
        // One line of another script is one mistake, not eighty.
        match self.found.errors.last_mut().filter(|last| last.span.end == start) {
            Some(last) => last.span = last.span.to(span),
            None => self.report(error),
        }
        TokenKind::Illegal
    }

    fn error(&mut self, span: Span, message: &str) {
        self.report(SyntaxError::new(span, message));
    }

    fn report(&mut self, error: SyntaxError) {
        if self.found.errors.len() < super::MAX_ERRORS {
            self.found.errors.push(error);
        }
    }
}
