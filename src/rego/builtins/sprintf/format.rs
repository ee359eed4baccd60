//! Goes through a format: texts as they are, verbs with their arguments, and Go's complaints where they don't fit.

use crate::rego::builtins::Refusal;
use crate::rego::builtins::sprintf::MAX_BYTES;
use crate::rego::builtins::sprintf::arg::Arg;
use crate::rego::builtins::sprintf::form::Form;

/// The greatest width or precision; beyond, Go takes the number for a mistake.
const MAX_NUMBER: i64 = 1_000_000;

/// Writes `text` with its verbs replaced by what they show of `args`.
pub(super) fn format(text: &str, args: &[Arg<'_>]) -> Result<String, Refusal> {
    let mut formatter = Formatter { rest: text, args, next: 0, is_reordered: false, out: String::new() };
    while let Some((plain, verb)) = formatter.rest.split_once('%') {
        formatter.out.push_str(plain);
        formatter.rest = verb;
        formatter.verb()?;
        formatter.check_size()?;
    }
    let rest = formatter.rest;
    formatter.out.push_str(rest);
    formatter.extra()?;
    formatter.check_size()?;
    Ok(formatter.out)
}

struct Formatter<'a> {
    rest: &'a str,
    args: &'a [Arg<'a>],
    /// The argument that is next.
    next: usize,
    /// Whether an index like `[2]` was seen: then it is no mistake when arguments are left over.
    is_reordered: bool,
    out: String,
}

/// How the index before a width, a precision or a letter came out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Index {
    Absent,
    Found,
    Bad { is_number: bool },
}

impl Formatter<'_> {
    fn verb(&mut self) -> Result<(), Refusal> {
        let mut form = self.flags();
        let mut index = self.index();
        let mut is_good = !matches!(index, Index::Bad { .. });
        if self.skip('*') {
            self.width_argument(&mut form);
            index = Index::Absent;
        } else {
            form.width = self.number();
            is_good &= !(follows(index) && form.width.is_some());
        }
        if self.rest.len() > 1 && self.skip('.') {
            is_good &= !follows(index);
            index = self.index();
            is_good &= !matches!(index, Index::Bad { .. });
            if self.skip('*') {
                self.precision_argument(&mut form);
                index = Index::Absent;
            } else {
                form.precision = Some(self.number().unwrap_or_default());
            }
        }
        if !follows(index) {
            is_good &= !matches!(self.index(), Index::Bad { .. });
        }
        self.letter(&form, is_good)
    }

    fn flags(&mut self) -> Form {
        let mut form = Form::default();
        loop {
            match self.rest.bytes().next() {
                Some(b'#') => form.sharp = true,
                Some(b'0') => form.zero = true,
                Some(b'+') => form.plus = true,
                Some(b'-') => form.minus = true,
                Some(b' ') => form.space = true,
                _ => return form,
            }
            self.advance(1);
        }
    }

    /// Reads `[n]`, which makes the argument of that number the next.
    fn index(&mut self) -> Index {
        let Some(inside) = self.rest.strip_prefix('[') else { return Index::Absent };
        self.is_reordered = true;
        let closed = inside.split_once(']').filter(|_| inside.len() > 1);
        let Some((digits, rest)) = closed else {
            self.rest = inside;
            return Index::Bad { is_number: false };
        };
        self.rest = rest;
        let (number, after) = parse_number(digits);
        match number.filter(|_| after.is_empty()) {
            None => Index::Bad { is_number: false },
            Some(number) => match usize::try_from(number.saturating_sub(1)) {
                Ok(at) if at < self.args.len() => {
                    self.next = at;
                    Index::Found
                }
                _ => Index::Bad { is_number: true },
            },
        }
    }

    fn number(&mut self) -> Option<usize> {
        let (number, rest) = parse_number(self.rest);
        self.rest = rest;
        number.and_then(|number| usize::try_from(number).ok())
    }

    fn width_argument(&mut self, form: &mut Form) {
        let width = self.int_argument();
        if width.is_none() {
            self.out.push_str("%!(BADWIDTH)");
        }
        if width.is_some_and(i64::is_negative) {
            form.minus = true;
            form.zero = false;
        }
        form.width = width.and_then(|width| usize::try_from(width.unsigned_abs()).ok());
    }

    fn precision_argument(&mut self, form: &mut Form) {
        form.precision = self.int_argument().and_then(|precision| usize::try_from(precision).ok());
        if form.precision.is_none() {
            self.out.push_str("%!(BADPREC)");
        }
    }

    fn int_argument(&mut self) -> Option<i64> {
        let found = self.args.get(self.next)?;
        self.next = self.next.saturating_add(1);
        match found {
            Arg::Int(number) => Some(*number).filter(|number| (-MAX_NUMBER..=MAX_NUMBER).contains(number)),
            Arg::Big(_) | Arg::Float(_) | Arg::Text(_) => None,
        }
    }

    fn letter(&mut self, form: &Form, is_good: bool) -> Result<(), Refusal> {
        let Some(verb) = self.rest.chars().next() else {
            self.out.push_str("%!(NOVERB)");
            return Ok(());
        };
        self.advance(verb.len_utf8());
        if verb == '%' {
            self.out.push('%');
        } else if !is_good {
            self.complain(verb, "(BADINDEX)");
        } else if let Some(arg) = self.args.get(self.next) {
            self.next = self.next.saturating_add(1);
            self.out.push_str(&arg.show(verb, form)?);
        } else {
            self.complain(verb, "(MISSING)");
        }
        Ok(())
    }

    fn complain(&mut self, verb: char, complaint: &str) {
        self.out.push_str("%!");
        self.out.push(verb);
        self.out.push_str(complaint);
    }

    fn extra(&mut self) -> Result<(), Refusal> {
        let left = self.args.get(self.next..).unwrap_or_default();
        if self.is_reordered || left.is_empty() {
            return Ok(());
        }
        let mut shown = Vec::with_capacity(left.len());
        for arg in left {
            shown.push(format!("{}={}", arg.type_name(), arg.show('v', &Form::default())?));
        }
        self.out.extend(["%!(EXTRA ", &shown.join(", "), ")"]);
        Ok(())
    }

    fn skip(&mut self, character: char) -> bool {
        let rest = self.rest.strip_prefix(character);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn check_size(&self) -> Result<(), Refusal> {
        if self.out.len() > MAX_BYTES {
            return Err(Refusal::bound(format!("a text of more than {MAX_BYTES} bytes")));
        }
        Ok(())
    }
}

/// Whether Go takes what comes next for something right after an index.
fn follows(index: Index) -> bool {
    matches!(index, Index::Found | Index::Bad { is_number: true })
}

/// The number at the beginning of `text`, and what is after it: nothing when the number is too great.
fn parse_number(text: &str) -> (Option<i64>, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let mut number = 0_i64;
    for digit in digits.bytes() {
        if number > MAX_NUMBER {
            return (None, "");
        }
        number = number.saturating_mul(10).saturating_add(i64::from(digit.saturating_sub(b'0')));
    }
    (Some(number).filter(|_| !digits.is_empty()), rest)
}
