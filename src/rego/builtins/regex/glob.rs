//! `glob.match` as OPA has it: `*`, `**`, `?`, `[a-c]`, `[!abc]` and `{a,b}`, matched as a regular expression would be.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, Look, Repetition};
use regorus::Value;

use crate::rego::builtins::regex::cursor::Cursor;
use crate::rego::builtins::regex::fault::Fault;
use crate::rego::builtins::regex::parse::{MAX_BYTES, MAX_DEPTH, Parsed};
use crate::rego::builtins::regex::pattern::Pattern;
use crate::rego::builtins::{Refusal, argument, text_of};

/// Whether a text matches a glob, whose `*` and `?` stop at delimiters: none, or `.` unless others are given.
pub(in crate::rego::builtins) fn is_match(arguments: &[Value]) -> Result<Value, Refusal> {
    let (glob, text) = (text_of(argument(arguments, 0)?)?, text_of(argument(arguments, 2)?)?);
    let delimiters = delimiters(argument(arguments, 1)?)?;
    // With their number in front, no other delimiters and glob have this key.
    let key = format!("{}:{}{glob}", delimiters.len(), delimiters.iter().collect::<String>());
    let pattern = Pattern::find_glob(&key, || parse(glob, &delimiters))?;
    Ok(Value::Bool(pattern.is_match(text)))
}

/// Says what is wrong with a glob that is known before anything is evaluated.
pub(super) fn check(glob: &str) -> Result<(), Refusal> {
    Ok(parse(glob, &BTreeSet::new()).map(drop)?)
}

fn delimiters(value: &Value) -> Result<BTreeSet<char>, Refusal> {
    if *value == Value::Null {
        return Ok(BTreeSet::new());
    }
    let given = value.as_array().map_err(|_| Refusal::wrong_argument())?;
    if given.is_empty() { Ok(BTreeSet::from(['.'])) } else { given.iter().map(delimiter).collect() }
}

fn delimiter(value: &Value) -> Result<char, Refusal> {
    let mut characters = text_of(value)?.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(Refusal::new("a delimiter is one character")),
    }
}

fn parse(glob: &str, delimiters: &BTreeSet<char>) -> Result<Parsed, Fault> {
    if glob.len() > MAX_BYTES {
        return Err(Fault::beyond(format!("more than {MAX_BYTES} bytes")));
    }
    let ranges = delimiters.iter().map(|delimiter| ClassUnicodeRange::new(*delimiter, *delimiter));
    let mut others = ClassUnicode::new(ranges);
    others.negate();
    let mut parser = Parser { cursor: Cursor::new(glob), others, depth: 0 };
    let inside = parser.sequence()?;
    let tree = Hir::concat(vec![Hir::look(Look::Start), inside, Hir::look(Look::End)]);
    Ok(Parsed { tree, names: vec![String::new()] })
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    /// All characters but the delimiters.
    others: ClassUnicode,
    /// How many `{` are open.
    depth: usize,
}

impl Parser<'_> {
    /// Up to the end, or within braces up to a `,` or `}`.
    fn sequence(&mut self) -> Result<Hir, Fault> {
        let mut parts = Vec::new();
        loop {
            match self.cursor.peek() {
                None => break,
                Some(',' | '}') if self.depth > 0 => break,
                _ => parts.push(self.part()?),
            }
        }
        Ok(Hir::concat(parts))
    }

    fn part(&mut self) -> Result<Hir, Fault> {
        let character = match self.cursor.next() {
            Some('*') if self.cursor.skip('*') => return Ok(any_number_of(Hir::dot(Dot::AnyChar))),
            Some('*') => return Ok(any_number_of(self.other())),
            Some('?') => return Ok(self.other()),
            Some('[') => return self.class(),
            Some('{') => return self.alternatives(),
            Some('\\') => self.cursor.next().ok_or_else(|| fault("a backslash at the end"))?,
            Some(other) => other,
            None => return Ok(Hir::empty()),
        };
        Ok(Hir::literal(character.encode_utf8(&mut [0; 4]).as_bytes()))
    }

    fn other(&self) -> Hir {
        Hir::class(Class::Unicode(self.others.clone()))
    }

    fn alternatives(&mut self) -> Result<Hir, Fault> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(Fault::beyond(format!("more than {MAX_DEPTH} braces within each other")));
        }
        let mut found = vec![self.sequence()?];
        while self.cursor.skip(',') {
            found.push(self.sequence()?);
        }
        if !self.cursor.skip('}') {
            return Err(fault("a `{` is not closed"));
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(Hir::alternation(found))
    }

    /// A range, or a list in which a backslash makes what follows it ordinary.
    fn class(&mut self) -> Result<Hir, Fault> {
        let is_negated = self.cursor.skip('!');
        let mut class = if self.cursor.peek_second() == Some('-') { self.range()? } else { self.list()? };
        if !self.cursor.skip(']') || class.ranges().is_empty() {
            return Err(fault("a class is `[a-c]` or `[abc]`, and not empty"));
        }
        if is_negated {
            class.negate();
        }
        Ok(Hir::class(Class::Unicode(class)))
    }

    fn range(&mut self) -> Result<ClassUnicode, Fault> {
        let first = self.cursor.next();
        self.cursor.advance(1);
        let ends = first.zip(self.cursor.next()).filter(|(first, last)| first <= last);
        let (first, last) = ends.ok_or_else(|| fault("a range of characters that goes backwards"))?;
        Ok(ClassUnicode::new([ClassUnicodeRange::new(first, last)]))
    }

    fn list(&mut self) -> Result<ClassUnicode, Fault> {
        let mut class = ClassUnicode::empty();
        while let Some(character) = self.cursor.peek().filter(|c| *c != ']') {
            self.cursor.next();
            let escaped = if character == '\\' { self.cursor.next() } else { Some(character) };
            let listed = escaped.ok_or_else(|| fault("a backslash at the end"))?;
            class.push(ClassUnicodeRange::new(listed, listed));
        }
        Ok(class)
    }
}

fn any_number_of(tree: Hir) -> Hir {
    Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: Box::new(tree) })
}

fn fault(message: &str) -> Fault {
    Fault::Syntax(message.to_owned())
}
