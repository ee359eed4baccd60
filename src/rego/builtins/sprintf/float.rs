//! Floating-point numbers as Go's `strconv` writes them.

use regorus::Value;

/// More digits than any number has: what is asked for beyond are zeros.
const MAX_DIGITS: usize = 1_100;
/// The bits of a number after its leading one.
const MANTISSA_BITS: u32 = 52;
const MANTISSA_MASK: u64 = 0x000f_ffff_ffff_ffff;
const EXPONENT_MASK: u64 = 0x7ff;

/// The number in `value`, if it is one that OPA formats as a floating-point number: its text has a point or an exponent.
pub(in crate::rego::builtins) fn find_float(value: &Value) -> Option<f64> {
    let Value::Number(number) = value else { return None };
    let float = number.as_f64()?;
    // The engine knows whole numbers from others, and only shows it by the places it gives the latter.
    let places = number.format_decimal_with_width(1);
    places.contains(|c: char| !c.is_ascii_digit() && c != '-').then_some(float)
}

/// `float` as it stands in JSON and Rego.
pub(in crate::rego::builtins) fn literal(float: f64) -> String {
    let text = format(float, 'g', None);
    let exponent = Digits::shortest(float).point.saturating_sub(1);
    let text = if (-6..21).contains(&exponent) { format(float, 'f', None) } else { text };
    // The engine makes a whole number of every result that is one: this was written with a point.
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') { text + ".0" } else { text }
}

/// `float` under a verb: one of `e`, `E`, `f`, `g`, `G`, `b`, `x` or `X`. Without a precision, as many digits as it
/// takes to read the same number back.
pub(super) fn format(float: f64, verb: char, precision: Option<usize>) -> String {
    let sign = if float.is_sign_negative() { "-" } else { "" };
    let float = float.abs();
    let text = match verb {
        'e' | 'E' => match precision {
            Some(places) => Digits::rounded(float, places.saturating_add(1)).scientific(places, verb),
            None => shortest_scientific(&Digits::shortest(float), verb),
        },
        'f' => match precision {
            Some(places) => fixed(float, places),
            None => format!("{float}"),
        },
        'g' | 'G' => general(float, verb, precision),
        'b' => binary(float),
        _ => hexadecimal(float, verb, precision),
    };
    format!("{sign}{text}")
}

/// The significant digits of a number, without zeros at the end, and where its point is: `0.digits × 10^point`.
struct Digits {
    digits: String,
    point: i32,
}

impl Digits {
    fn shortest(float: f64) -> Self {
        Self::parse(&format!("{float:e}"))
    }

    fn rounded(float: f64, count: usize) -> Self {
        let places = count.saturating_sub(1).min(MAX_DIGITS);
        Self::parse(&format!("{float:.places$e}"))
    }

    fn parse(scientific: &str) -> Self {
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.trim_end_matches('0').to_owned();
        let exponent: i32 = exponent.parse().unwrap_or_default();
        let point = if digits.is_empty() { 0 } else { exponent.saturating_add(1) };
        Self { digits, point }
    }

    fn count(&self) -> i32 {
        i32::try_from(self.digits.len()).unwrap_or(i32::MAX)
    }

    fn scientific(&self, places: usize, verb: char) -> String {
        let mut digits = self.digits.chars();
        let first = digits.next().unwrap_or('0');
        let rest: String = digits.chain(std::iter::repeat('0')).take(places).collect();
        let point = if places > 0 { "." } else { "" };
        let exponent = if self.digits.is_empty() { 0 } else { self.point.saturating_sub(1) };
        format!("{first}{point}{rest}{}", power(verb, exponent))
    }
}

/// An exponent as Go writes it: with its sign, and at least two digits.
fn power(letter: char, exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{letter}{sign}{:02}", exponent.unsigned_abs())
}

fn shortest_scientific(digits: &Digits, verb: char) -> String {
    digits.scientific(digits.digits.len().saturating_sub(1), verb)
}

fn fixed(float: f64, places: usize) -> String {
    let exact = places.min(MAX_DIGITS);
    format!("{float:.exact$}{}", "0".repeat(places.saturating_sub(exact)))
}

fn general(float: f64, verb: char, precision: Option<usize>) -> String {
    let digits = match precision {
        Some(count) => Digits::rounded(float, count.max(1)),
        None => Digits::shortest(float),
    };
    let asked = precision.map_or(6, |count| i32::try_from(count.max(1)).unwrap_or(i32::MAX));
    let is_whole = digits.count() >= digits.point;
    let limit = if precision.is_some() && is_whole { asked.min(digits.count()) } else { asked };
    let exponent = digits.point.saturating_sub(1);
    if exponent < -4 || exponent >= limit {
        return shortest_scientific(&digits, if verb == 'g' { 'e' } else { 'E' });
    }
    match precision {
        Some(_) => {
            fixed(float, usize::try_from(digits.count().saturating_sub(digits.point)).unwrap_or_default())
        }
        None => format!("{float}"),
    }
}

/// A whole number and a power of two.
fn binary(float: f64) -> String {
    let (mantissa, exponent) = parts(float);
    format!("{mantissa}p{:+}", exponent.saturating_sub(52))
}

/// A number in hexadecimal, and a power of two.
fn hexadecimal(float: f64, verb: char, precision: Option<usize>) -> String {
    let (mantissa, exponent) = parts(float);
    let (mut mantissa, mut exponent) = if mantissa == 0 { (0, 0) } else { normalised(mantissa, exponent) };
    if let Some(places) =
        precision.and_then(|places| u32::try_from(places).ok()).filter(|places| *places < 13)
    {
        let dropped = MANTISSA_BITS.saturating_sub(places.saturating_mul(4));
        let (kept, rest) = (mantissa >> dropped, mantissa & (1_u64 << dropped).saturating_sub(1));
        // Halves go to the even neighbour.
        let is_up = (rest | (kept & 1)) > (1_u64 << dropped) >> 1;
        mantissa = kept.saturating_add(u64::from(is_up)) << dropped;
        if mantissa >> MANTISSA_BITS == 2 {
            (mantissa, exponent) = (mantissa >> 1, exponent.saturating_add(1));
        }
    }
    let fraction = format!("{:013x}", mantissa & MANTISSA_MASK);
    let fraction = match precision {
        Some(places) => fraction.chars().chain(std::iter::repeat('0')).take(places).collect(),
        None => fraction.trim_end_matches('0').to_owned(),
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let text = format!("0x{}{point}{fraction}{}", mantissa >> MANTISSA_BITS, power('p', exponent));
    if verb == 'X' { text.to_uppercase() } else { text }
}

/// The mantissa and the power of two of a number that isn't negative.
fn parts(float: f64) -> (u64, i32) {
    let bits = float.to_bits();
    let biased = i32::try_from((bits >> MANTISSA_BITS) & EXPONENT_MASK).unwrap_or_default();
    match biased {
        0 => (bits & MANTISSA_MASK, -1022),
        _ => ((bits & MANTISSA_MASK) | (1 << MANTISSA_BITS), biased.saturating_sub(1023)),
    }
}

/// Small numbers begin with zeros: this one begins with a one.
fn normalised(mantissa: u64, exponent: i32) -> (u64, i32) {
    let zeros = mantissa.leading_zeros().saturating_sub(63_u32.saturating_sub(MANTISSA_BITS));
    (mantissa << zeros, exponent.saturating_sub(i32::try_from(zeros).unwrap_or_default()))
}
