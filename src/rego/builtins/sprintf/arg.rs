//! One argument of `sprintf`, as the Go value that OPA makes of it, and what each verb shows of it.

use std::borrow::Cow;

use regorus::Value;

use crate::rego::builtins::sprintf::float::find_float;
use crate::rego::builtins::sprintf::form::{Form, Whole};
use crate::rego::builtins::{Refusal, display};

/// The most hexadecimal digits of a number: more would take seconds to become decimal ones.
const MAX_DIGITS: usize = 65_536;

/// An argument.
#[derive(Debug)]
pub(super) enum Arg<'a> {
    /// Go's `int64`.
    Int(i64),
    /// Go's `*big.Int`: a number the engine holds.
    Big(&'a Value),
    /// Go's `float64`.
    Float(f64),
    /// Go's `string`: a string, or the Rego text of anything that is neither that nor a number.
    Text(Cow<'a, str>),
}

impl<'a> Arg<'a> {
    pub(super) fn new(value: &'a Value) -> Result<Self, Refusal> {
        if let Ok(text) = value.as_string() {
            return Ok(Self::Text(Cow::Borrowed(text)));
        }
        let Value::Number(number) = value else {
            return Ok(Self::Text(Cow::Owned(display::display(value))));
        };
        if let Some(float) = find_float(value) {
            return Ok(Self::Float(float));
        }
        if let Some(number) = number.as_i64() {
            return Ok(Self::Int(number));
        }
        if number.as_big().is_none() || number.format_hex().len() > MAX_DIGITS {
            return Err(Refusal::bound("a number that is too great to be written"));
        }
        Ok(Self::Big(value))
    }

    /// The name of the Go type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Int(_) => "int64",
            Self::Big(_) => "*big.Int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
        }
    }

    /// What `verb` shows of it in this form.
    pub(super) fn show(&self, verb: char, form: &Form) -> Result<String, Refusal> {
        if verb == 'T' {
            return Ok(form.text(self.type_name()));
        }
        let shown = match (self, verb) {
            (Self::Big(number), _) => return show_big(number, verb, form),
            (Self::Text(text), 'v') if form.sharp => {
                Some(Form { sharp: false, plus: false, ..form.clone() }.quoted(text))
            }
            // `%v` takes `#` and `+` for itself: they ask for Go's syntax, which only texts have here.
            (_, 'v') => return self.show_plainly(&Form { sharp: false, plus: false, ..form.clone() }),
            (Self::Text(text), _) => show_text(text, verb, form),
            (Self::Int(number), _) => show_int(*number, verb, form),
            (Self::Float(number), _) => show_float(*number, verb, form),
        };
        match shown {
            Some(shown) => Ok(shown),
            None if verb == 'w' => Ok(format!("%!w({}={})", self.type_name(), self.show('v', form)?)),
            None => Ok(format!("%!{verb}({}={})", self.type_name(), self.show_plainly(form)?)),
        }
    }

    fn show_plainly(&self, form: &Form) -> Result<String, Refusal> {
        match self {
            Self::Int(number) => Ok(show_int(*number, 'd', form).unwrap_or_default()),
            Self::Big(number) => show_big(number, 'd', form),
            Self::Float(number) => Ok(form.float(*number, 'g', None)),
            Self::Text(text) => Ok(form.text(text)),
        }
    }
}

fn show_text(text: &str, verb: char, form: &Form) -> Option<String> {
    match verb {
        's' => Some(form.text(text)),
        'x' | 'X' => Some(form.bytes(text, verb)),
        'q' => Some(form.quoted(text)),
        _ => None,
    }
}

fn show_int(number: i64, verb: char, form: &Form) -> Option<String> {
    let character =
        || u32::try_from(number).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    let size = number.unsigned_abs();
    let (digits, prefix) = match verb {
        'c' => return Some(form.pad(character().encode_utf8(&mut [0; 4]))),
        'q' => return Some(form.quoted_char(character())),
        'U' => return Some(form.code_point(number)),
        'd' => (format!("{size}"), ""),
        'b' => (format!("{size:b}"), "0b"),
        'o' | 'O' => (format!("{size:o}"), ""),
        'x' => (format!("{size:x}"), "0x"),
        'X' => (format!("{size:X}"), "0X"),
        _ => return None,
    };
    Some(form.whole(&Whole { is_negative: number < 0, digits, verb, prefix }))
}

fn show_big(value: &Value, verb: char, form: &Form) -> Result<String, Refusal> {
    let Value::Number(number) = value else { return Err(Refusal::wrong_argument()) };
    let (text, prefix) = match verb {
        'd' | 's' | 'v' => (number.format_decimal(), ""),
        'b' => (number.format_bin(), "0b"),
        'o' | 'O' => (number.format_octal(), ""),
        'x' => (number.format_hex(), "0x"),
        'X' => (number.format_big_hex(), "0X"),
        // Go shows where these are in its memory, and of what parts they are made.
        'p' | 'w' => return Err(Refusal::bound(format!("`%{verb}` of a number that fits no 64 bits"))),
        _ => return Ok(format!("%!{verb}(big.Int={})", number.format_decimal())),
    };
    let digits = text.strip_prefix('-');
    let is_negative = digits.is_some();
    Ok(form.big(&Whole { is_negative, digits: digits.unwrap_or(&text).to_owned(), verb, prefix }))
}

fn show_float(number: f64, verb: char, form: &Form) -> Option<String> {
    match verb {
        'b' | 'g' | 'G' | 'x' | 'X' => Some(form.float(number, verb, None)),
        'e' | 'E' | 'f' => Some(form.float(number, verb, Some(6))),
        'F' => Some(form.float(number, 'f', Some(6))),
        _ => None,
    }
}
