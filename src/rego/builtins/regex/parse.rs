//! Reads a pattern as Go's `regexp/syntax` does, which is RE2's syntax, and makes the tree that the matcher takes.
//!
//! The tree says everything outright: classes are ASCII where RE2's are, and cases are folded. Nothing is left to the
//! matcher's own reading of patterns, which differs.

use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, Look, Repetition};

use crate::rego::builtins::regex::class;
use crate::rego::builtins::regex::cursor::Cursor;
use crate::rego::builtins::regex::fault::Fault;

/// The longest pattern, in bytes.
pub(super) const MAX_BYTES: usize = 256 << 10;
/// The most groups within each other.
pub(super) const MAX_DEPTH: usize = 250;
/// The most ranges of characters of all classes together.
const MAX_RANGES: usize = 1_000_000;
/// The most times that counted repetitions within each other repeat what is innermost, as in Go.
const MAX_REPEATS: u32 = 1_000;

/// A pattern that was read.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) tree: Hir,
    /// The names of all groups in their order; what has none is empty. The first is the whole.
    pub(super) names: Vec<String>,
}

/// What the flags of a group say.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "RE2's flags, each independent of the others")]
pub(super) struct Flags {
    /// `i`: cases are the same.
    pub(super) fold: bool,
    /// `m`: `^` and `$` are at lines too.
    lines: bool,
    /// `s`: `.` is a line feed too.
    dot_all: bool,
    /// `U`: repetitions take as little as they can.
    lazy: bool,
}

/// Reads `pattern`.
pub(super) fn parse(pattern: &str) -> Result<Parsed, Fault> {
    if pattern.len() > MAX_BYTES {
        return Err(Fault::beyond(format!("more than {MAX_BYTES} bytes")));
    }
    let mut parser = Parser {
        cursor: Cursor::new(pattern),
        flags: Flags::default(),
        group: Group::default(),
        outer: Vec::new(),
        names: vec![String::new()],
        ranges: 0,
    };
    while !parser.cursor.is_empty() {
        parser.item()?;
    }
    if !parser.outer.is_empty() {
        return Err(Fault::syntax("a `(` is not closed"));
    }
    Ok(Parsed { tree: parser.group.close().tree, names: parser.names })
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    flags: Flags,
    /// The group that is being read, and those around it.
    group: Group,
    outer: Vec<Group>,
    names: Vec<String>,
    ranges: usize,
}

/// What was read of a group.
#[derive(Default)]
struct Group {
    /// Its number, if it is one that is captured.
    capture: Option<u32>,
    /// The flags around it.
    flags: Flags,
    /// The alternatives before the last `|`.
    alternatives: Vec<Node>,
    /// What the current alternative is made of.
    items: Vec<Node>,
    /// Whether the last item was just repeated, and so can't be again.
    is_repeated: bool,
}

/// A part of a pattern.
struct Node {
    tree: Hir,
    /// How many times counted repetitions in it repeat what is innermost.
    repeats: u32,
}

impl From<Hir> for Node {
    fn from(tree: Hir) -> Self {
        Self { tree, repeats: 1 }
    }
}

impl Group {
    fn bar(&mut self) {
        let items = std::mem::take(&mut self.items);
        self.alternatives.push(join(items, Hir::concat));
    }

    fn close(mut self) -> Node {
        self.bar();
        let node = join(self.alternatives, Hir::alternation);
        match self.capture {
            None => node,
            Some(index) => {
                let capture = Capture { index, name: None, sub: Box::new(node.tree) };
                Node { tree: Hir::capture(capture), ..node }
            }
        }
    }
}

fn join(nodes: Vec<Node>, with: fn(Vec<Hir>) -> Hir) -> Node {
    let repeats = nodes.iter().map(|node| node.repeats).max().unwrap_or(1);
    Node { tree: with(nodes.into_iter().map(|node| node.tree).collect()), repeats }
}

impl Parser<'_> {
    fn item(&mut self) -> Result<(), Fault> {
        let was_repeated = std::mem::take(&mut self.group.is_repeated);
        match self.cursor.peek() {
            Some('(') => self.open(),
            Some(')') => self.close(),
            Some('|') => {
                self.cursor.next();
                self.group.bar();
                Ok(())
            }
            Some('[') => {
                let class = class::bracketed(&mut self.cursor, self.flags)?;
                self.push_class(class)
            }
            Some('*') => self.repeat(was_repeated, "*", 0, None),
            Some('+') => self.repeat(was_repeated, "+", 1, None),
            Some('?') => self.repeat(was_repeated, "?", 0, Some(1)),
            Some('{') => self.counted(was_repeated),
            Some('\\') => self.escaped(),
            _ => self.plain(),
        }
    }

    fn plain(&mut self) -> Result<(), Fault> {
        let tree = match self.cursor.next() {
            Some('^') if self.flags.lines => Hir::look(Look::StartLF),
            Some('^') => Hir::look(Look::Start),
            Some('$') if self.flags.lines => Hir::look(Look::EndLF),
            Some('$') => Hir::look(Look::End),
            Some('.') if self.flags.dot_all => Hir::dot(Dot::AnyChar),
            Some('.') => Hir::dot(Dot::AnyCharExceptLF),
            Some(character) => return self.literal(u32::from(character)),
            None => Hir::empty(),
        };
        self.group.items.push(tree.into());
        Ok(())
    }

    fn literal(&mut self, code: u32) -> Result<(), Fault> {
        match char::from_u32(code) {
            Some(character) if !self.flags.fold => {
                let literal = Hir::literal(character.encode_utf8(&mut [0; 4]).as_bytes());
                self.group.items.push(literal.into());
                Ok(())
            }
            Some(character) => {
                let range = ClassUnicodeRange::new(character, character);
                self.push_class(class::folded(ClassUnicode::new([range])))
            }
            // Half of a pair, which no text has.
            None => self.push_class(ClassUnicode::empty()),
        }
    }

    fn push_class(&mut self, class: ClassUnicode) -> Result<(), Fault> {
        self.ranges = self.ranges.saturating_add(class.ranges().len());
        if self.ranges > MAX_RANGES {
            return Err(Fault::beyond("classes of too many characters"));
        }
        self.group.items.push(Hir::class(Class::Unicode(class)).into());
        Ok(())
    }

    fn escaped(&mut self) -> Result<(), Fault> {
        let look = match self.cursor.peek_second() {
            Some('A') => Look::Start,
            Some('z') => Look::End,
            Some('b') => Look::WordAscii,
            Some('B') => Look::WordAsciiNegate,
            Some('C') => return Err(Fault::syntax("`\\C`, a single byte, is not supported")),
            Some('Q') => return self.quoted(),
            _ => {
                if let Some(class) = class::escaped(&mut self.cursor, self.flags)? {
                    return self.push_class(class);
                }
                let code = class::escaped_character(&mut self.cursor)?;
                return self.literal(code);
            }
        };
        self.cursor.advance(2);
        self.group.items.push(Hir::look(look).into());
        Ok(())
    }

    /// `\Q` up to `\E` or the end: every character for itself.
    fn quoted(&mut self) -> Result<(), Fault> {
        self.cursor.advance(2);
        let quoted = self.cursor.take_until("\\E").unwrap_or_else(|| self.cursor.take_all());
        quoted.chars().try_for_each(|character| self.literal(u32::from(character)))
    }

    fn counted(&mut self, was_repeated: bool) -> Result<(), Fault> {
        let Some((text, min, max)) = self.cursor.peek_count() else {
            self.cursor.next();
            return self.literal(u32::from('{'));
        };
        let is_small = [Some(min), max].into_iter().flatten().all(|count| count <= MAX_REPEATS);
        if !is_small || max.is_some_and(|max| max < min) {
            return Err(Fault::syntax(format!("`{}` is no count from 0 to {MAX_REPEATS}", shown(text))));
        }
        self.repeat(was_repeated, text, min, max)
    }

    fn repeat(&mut self, was_repeated: bool, text: &str, min: u32, max: Option<u32>) -> Result<(), Fault> {
        self.cursor.advance(text.len());
        let text = shown(text);
        let is_lazy = self.cursor.skip('?');
        if was_repeated {
            return Err(Fault::syntax(format!("`{text}` repeats a repetition")));
        }
        let Some(node) = self.group.items.pop() else {
            return Err(Fault::syntax(format!("there is nothing that `{text}` could repeat")));
        };
        let times = if text.starts_with('{') { max.map_or(min.max(1), |max| max) } else { 1 };
        let repeats = if times == 0 { 1 } else { node.repeats.saturating_mul(times) };
        if (min > 1 || max.is_some_and(|max| max > 1)) && repeats > MAX_REPEATS {
            return Err(Fault::syntax(format!(
                "`{text}` repeats what is in it more than {MAX_REPEATS} times"
            )));
        }
        let greedy = is_lazy == self.flags.lazy;
        let tree = Hir::repetition(Repetition { min, max, greedy, sub: Box::new(node.tree) });
        self.group.items.push(Node { tree, repeats });
        self.group.is_repeated = true;
        Ok(())
    }

    fn open(&mut self) -> Result<(), Fault> {
        if self.cursor.starts_with("(?") {
            return self.special_group();
        }
        self.cursor.advance(1);
        self.capture(String::new())
    }

    fn capture(&mut self, name: String) -> Result<(), Fault> {
        let index = u32::try_from(self.names.len()).ok();
        self.names.push(name);
        self.enter(index, self.flags)
    }

    fn enter(&mut self, capture: Option<u32>, inside: Flags) -> Result<(), Fault> {
        if self.outer.len() >= MAX_DEPTH {
            return Err(Fault::beyond(format!("more than {MAX_DEPTH} groups within each other")));
        }
        let group = Group { capture, flags: self.flags, ..Group::default() };
        self.outer.push(std::mem::replace(&mut self.group, group));
        self.flags = inside;
        Ok(())
    }

    fn close(&mut self) -> Result<(), Fault> {
        self.cursor.next();
        let Some(outer) = self.outer.pop() else {
            return Err(Fault::syntax("a `)` closes nothing"));
        };
        let group = std::mem::replace(&mut self.group, outer);
        self.flags = group.flags;
        self.group.items.push(group.close());
        Ok(())
    }

    /// A group that begins with `(?`: a named one, flags, or both.
    fn special_group(&mut self) -> Result<(), Fault> {
        let looks = ["(?=", "(?!", "(?<=", "(?<!"];
        if let Some(look) = looks.into_iter().find(|look| self.cursor.starts_with(look)) {
            return Err(Fault::syntax(format!("`{look}` is a look-around, which RE2 does not have")));
        }
        for named in ["(?P<", "(?<"] {
            if self.cursor.starts_with(named) {
                self.cursor.advance(named.len());
                let name = self.cursor.take_until(">").unwrap_or_default();
                let is_valid = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                if name.is_empty() || !is_valid {
                    return Err(Fault::syntax("the name of a group is letters, digits and `_` before a `>`"));
                }
                return self.capture(name.to_owned());
            }
        }
        self.cursor.advance(2);
        self.flag_group()
    }

    fn flag_group(&mut self) -> Result<(), Fault> {
        let mut flags = self.flags;
        let (mut value, mut is_dangling) = (true, false);
        loop {
            let flag = match self.cursor.next() {
                Some('i') => &mut flags.fold,
                Some('m') => &mut flags.lines,
                Some('s') => &mut flags.dot_all,
                Some('U') => &mut flags.lazy,
                Some('-') if value => {
                    (value, is_dangling) = (false, true);
                    continue;
                }
                Some(':') if !is_dangling => return self.enter(None, flags),
                Some(')') if !is_dangling => {
                    self.flags = flags;
                    return Ok(());
                }
                _ => return Err(Fault::syntax("a group that begins with `(?` and is none of RE2's")),
            };
            *flag = value;
            is_dangling = false;
        }
    }
}

/// A repetition fit for a message: its counts are as long as their author likes.
fn shown(repetition: &str) -> &str {
    const LONGEST: usize = 12;
    if repetition.len() > LONGEST { "{…}" } else { repetition }
}
