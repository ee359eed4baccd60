//! The classes that Unicode names: `\pL`, `\p{Greek}`, `\P{Lu}`. Categories and scripts only, by the names Go knows.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use regex_syntax::hir::ClassUnicode;

use crate::rego::builtins::characters;
use crate::rego::builtins::regex::class::folded;
use crate::rego::builtins::regex::cursor::Cursor;
use crate::rego::builtins::regex::fault::Fault;
use crate::rego::builtins::regex::parse::Flags;

/// Go's `unicode.Categories`, in the form in which Go compares names.
const CATEGORIES: &str = "C Cc Cf Cn Co Cs L Lc Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk \
    Sm So Z Zl Zp Zs";

/// Go's `unicode.CategoryAliases`.
const LONG: &str = "Casedletter Closepunctuation Combiningmark Connectorpunctuation Control Currencysymbol \
    Dashpunctuation Decimalnumber Enclosingmark Finalpunctuation Format Initialpunctuation Letter Letternumber \
    Lineseparator Lowercaseletter Mark Mathsymbol Modifierletter Modifiersymbol Nonspacingmark Number Openpunctuation \
    Other Otherletter Othernumber Otherpunctuation Othersymbol Paragraphseparator Privateuse Punctuation Separator \
    Spaceseparator Spacingmark Surrogate Symbol Titlecaseletter Unassigned Uppercaseletter Cntrl Digit Punct";

/// Go's `unicode.Scripts` of one word; those of more are not found, because Go looks for them without their `_`.
const SCRIPTS: &str = "Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi \
    Braille Buginese Buhid Carian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cyrillic Deseret \
    Devanagari Dogra Duployan Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi Han \
    Hangul Hanunoo Hatran Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana Kawi Kharoshthi Khmer Khojki \
    Khudawadi Lao Latin Lepcha Limbu Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean Marchen \
    Medefaidrin Miao Modi Mongolian Mro Multani Myanmar Nabataean Nandinagari Newa Nko Nushu Ogham Oriya Osage Osmanya \
    Palmyrene Phoenician Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham Sinhala Sogdian Soyombo Sundanese \
    Syriac Tagalog Tagbanwa Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai \
    Vithkuqi Wancho Yezidi Yi";

/// A class by its name; the cursor is behind the `p`.
pub(super) fn class(cursor: &mut Cursor<'_>, is_negated: bool, flags: Flags) -> Result<ClassUnicode, Fault> {
    let letter = cursor.next();
    let name = match letter {
        Some('{') => cursor.take_until("}").map(str::to_owned),
        other => other.map(String::from),
    };
    let name = name.ok_or_else(|| Fault::syntax("a class that Unicode names is `\\pL` or `\\p{Greek}`"))?;
    let inverted = name.strip_prefix('^');
    let found = find(&canonical(inverted.unwrap_or(&name)));
    let Some(class) = found else {
        return Err(Fault::syntax("a class in `\\p` that is neither a category nor a script that Go knows"));
    };
    let mut class = if flags.fold { folded(class) } else { class };
    if is_negated != inverted.is_some() {
        class.negate();
    }
    Ok(class)
}

/// A name as Go compares it: one capital, then small letters, and nothing between words.
fn canonical(name: &str) -> String {
    let mut letters = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|c| c.to_ascii_lowercase())).collect()
}

fn find(name: &str) -> Option<ClassUnicode> {
    static FOUND: LazyLock<Mutex<HashMap<String, ClassUnicode>>> = LazyLock::new(Mutex::default);
    let is_known = |names: &str| names.split(' ').any(|known| known == name);
    let property = match name {
        "Any" | "Assigned" | "Ascii" => name.to_owned(),
        _ if is_known(CATEGORIES) || is_known(LONG) => format!("gc={name}"),
        _ if is_known(SCRIPTS) => format!("sc={name}"),
        _ => return None,
    };
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(class) = found.get(&property) {
        return Some(class.clone());
    }
    let class = characters::class(&format!("[\\p{{{property}}}]"));
    found.insert(property, class.clone());
    Some(class)
}
