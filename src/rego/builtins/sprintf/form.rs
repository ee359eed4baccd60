//! One verb of a format: its flags, width and precision, and how they shape a text, a whole number or another.

use crate::rego::builtins::characters::is_printable;
use crate::rego::builtins::sprintf::float;
use crate::rego::builtins::sprintf::quote::{Within, fits_backquotes, quote, quote_char};

/// What stands between `%` and the letter of a verb.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "Go's flags, each independent of the others")]
pub(super) struct Form {
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

/// A whole number as a verb shows it: its digits in the base of the verb, without a sign.
pub(super) struct Whole<'a> {
    pub(super) is_negative: bool,
    pub(super) digits: String,
    pub(super) verb: char,
    /// What `#` puts in front.
    pub(super) prefix: &'a str,
}

impl Form {
    pub(super) fn text(&self, text: &str) -> String {
        self.pad(self.cut(text))
    }

    /// The bytes of a text in hexadecimal.
    pub(super) fn bytes(&self, text: &str, verb: char) -> String {
        let count = self.precision.unwrap_or(usize::MAX);
        let bytes: Vec<String> = text.bytes().take(count).map(|byte| format!("{byte:02x}")).collect();
        let (prefix, gap) = match (self.sharp && !bytes.is_empty(), self.space) {
            (true, true) => ("0x", " 0x"),
            (true, false) => ("0x", ""),
            (false, true) => ("", " "),
            (false, false) => ("", ""),
        };
        let text = format!("{prefix}{}", bytes.join(gap));
        self.pad(&if verb == 'X' { text.to_uppercase() } else { text })
    }

    pub(super) fn quoted(&self, text: &str) -> String {
        let text = self.cut(text);
        if self.sharp && fits_backquotes(text) {
            return self.pad(&format!("`{text}`"));
        }
        self.pad(&quote(text, self.within()))
    }

    pub(super) fn quoted_char(&self, character: char) -> String {
        self.pad(&quote_char(character, self.within()))
    }

    /// A character by its number: `U+0041`.
    pub(super) fn code_point(&self, number: i64) -> String {
        let bits = number.cast_unsigned();
        let digits = format!("{bits:X}");
        let zeros = self.precision.unwrap_or(4).max(4).saturating_sub(digits.len());
        let character = u32::try_from(bits).ok().and_then(char::from_u32).filter(|c| is_printable(*c));
        let shown = character.filter(|_| self.sharp).map(|c| format!(" '{c}'")).unwrap_or_default();
        self.without_zero().pad(&format!("U+{}{digits}{shown}", "0".repeat(zeros)))
    }

    /// A whole number that fits 64 bits.
    pub(super) fn whole(&self, number: &Whole<'_>) -> String {
        let sign = self.sign(number.is_negative);
        let is_zero = number.digits == "0";
        if self.precision == Some(0) && is_zero {
            return self.without_zero().pad("");
        }
        let least = match (self.precision, self.width) {
            (Some(precision), _) => precision,
            (None, Some(width)) if self.zero && !self.minus => width.saturating_sub(sign.len()),
            (None, _) => 0,
        };
        let zeros = "0".repeat(least.saturating_sub(number.digits.len()));
        let digits = format!("{zeros}{}", number.digits);
        let prefix = match number.verb {
            'o' | 'O' if self.sharp && !digits.starts_with('0') => "0",
            'o' | 'O' => "",
            _ if self.sharp => number.prefix,
            _ => "",
        };
        let octal = if number.verb == 'O' { "0o" } else { "" };
        self.without_zero().pad(&format!("{sign}{octal}{prefix}{digits}"))
    }

    /// A whole number that fits no 64 bits: Go leaves these to another library, which is stricter with widths.
    pub(super) fn big(&self, number: &Whole<'_>) -> String {
        let sign = self.sign(number.is_negative);
        let prefix = match number.verb {
            'O' => "0o",
            'o' if self.sharp => "0",
            _ if self.sharp => number.prefix,
            _ => "",
        };
        let mut zeros = self.precision.unwrap_or_default().saturating_sub(number.digits.len());
        let length =
            [sign.len(), prefix.len(), zeros, number.digits.len()].into_iter().fold(0, usize::saturating_add);
        let missing = self.width.unwrap_or_default().saturating_sub(length);
        let (mut left, mut right) = (0, 0);
        if self.minus {
            right = missing;
        } else if self.zero && self.precision.is_none() {
            zeros = missing;
        } else {
            left = missing;
        }
        let (left, zeros, right) = (" ".repeat(left), "0".repeat(zeros), " ".repeat(right));
        format!("{left}{sign}{prefix}{zeros}{}{right}", number.digits)
    }

    /// Any other number.
    pub(super) fn float(&self, number: f64, verb: char, default: Option<usize>) -> String {
        let precision = self.precision.or(default);
        let text = float::format(number.abs(), verb, precision);
        let text = if self.sharp && verb != 'b' { with_point(&text, verb, precision) } else { text };
        let sign = self.sign(number.is_sign_negative());
        let width = self.width.unwrap_or_default();
        let length = sign.len().saturating_add(text.len());
        if self.zero && !self.minus && !sign.is_empty() && width > length {
            return format!("{sign}{}{text}", "0".repeat(width.saturating_sub(length)));
        }
        self.pad(&format!("{sign}{text}"))
    }

    /// Fills `text` up to the width.
    pub(super) fn pad(&self, text: &str) -> String {
        let missing = self.width.unwrap_or_default().saturating_sub(text.chars().count());
        match (self.minus, self.zero) {
            (true, _) => format!("{text}{}", " ".repeat(missing)),
            (false, true) => format!("{}{text}", "0".repeat(missing)),
            (false, false) => format!("{}{text}", " ".repeat(missing)),
        }
    }

    fn cut<'a>(&self, text: &'a str) -> &'a str {
        let end = self.precision.and_then(|count| text.char_indices().nth(count));
        end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
    }

    fn sign(&self, is_negative: bool) -> &'static str {
        match (is_negative, self.plus, self.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }

    fn within(&self) -> Within {
        if self.plus { Within::Ascii } else { Within::Printable }
    }

    fn without_zero(&self) -> Self {
        Self { zero: false, ..self.clone() }
    }
}

/// `#` asks for a point where there is none, and for the zeros that `g` leaves out.
fn with_point(number: &str, verb: char, precision: Option<usize>) -> String {
    let at = match verb {
        'x' | 'X' => number.find(['p', 'P']),
        _ => number.find(['e', 'E']),
    };
    let (mantissa, tail) = number.split_at_checked(at.unwrap_or(number.len())).unwrap_or((number, ""));
    let wanted = if matches!(verb, 'g' | 'G' | 'x') { precision.unwrap_or(6) } else { 0 };
    let significant = mantissa.chars().filter(|c| *c != '.').skip_while(|c| *c == '0').count();
    let significant = if mantissa == "0" { 1 } else { significant };
    let point = if mantissa.contains('.') { "" } else { "." };
    format!("{mantissa}{point}{}{tail}", "0".repeat(wanted.saturating_sub(significant)))
}
