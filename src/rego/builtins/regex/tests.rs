use super::{
    check, find_all_string_submatch_n, find_n, glob, is_match, is_valid, replace, split, template_match,
};
use crate::rego::builtins::Refusal;
use regorus::Value;
use serde_json::{Value as Json, json};

type Function = fn(&[Value]) -> Result<Value, Refusal>;

#[track_caller]
fn gives(function: Function, arguments: &[Json], expected: &Json) {
    let values: Vec<Value> = arguments.iter().cloned().map(Value::from).collect();
    assert_eq!(function(&values), Ok(Value::from(expected.clone())), "{arguments:?}");
}

#[track_caller]
fn matches(pattern: &str, text: &str, expected: bool) {
    gives(is_match, &[json!(pattern), json!(text)], &json!(expected));
}

#[track_caller]
fn refuses(pattern: &str, part: &str) {
    let refusal = check(pattern).unwrap_err().to_string();
    assert!(refusal.contains(part), "{pattern}: {refusal}");
    gives(is_valid, &[json!(pattern)], &json!(false));
}

#[test]
fn classes_are_ascii_and_cases_are_those_of_unicode() {
    matches(r"^\d+$", "٣", false);
    matches(r"^\w+$", "é", false);
    matches(r"\bé", "é", false);
    matches(r"^[[:alpha:]]$", "é", false);
    matches(r"^\pL\p{Greek}$", "éα", true);
    matches("^(?i)k$", "\u{212a}", true);
    matches("^(?i:ß)$", "ẞ", true);
    matches(r"^(?i)\w$", "ſ", true);
    matches("^.$", "💥", true);
    matches("^.$", "\n", false);
    matches("^(?s).$", "\n", true);
}

#[test]
fn the_end_is_the_end_unless_lines_are_meant() {
    matches("a$", "a\n", false);
    matches("(?m)a$", "a\nb", true);
    matches(r"a\z", "a", true);
    matches(r"\Qa.b\E+$", "a.bb", true);
    matches("^a{,2}$", "a{,2}", true);
}

#[test]
fn what_re2_does_not_have_is_refused_in_words() {
    refuses("a(?=b)", "`(?=` is a look-around");
    refuses("(?<!a)b", "`(?<!` is a look-around");
    refuses(r"(a)\1", r"`\1` is a back-reference");
    refuses(r"a\Z", r"write `\z`");
    refuses(r"\C", "a single byte");
    refuses("a**", "repeats a repetition");
    refuses("a{1001}", "no count from 0 to 1000");
    refuses("(a{100}){100}", "more than 1000 times");
    refuses("*a", "nothing that `*` could repeat");
    refuses("[c-a]", "goes backwards");
    refuses("[a", "a `[` is not closed");
    refuses("(a", "a `(` is not closed");
    refuses("a)", "a `)` closes nothing");
    refuses(r"\p{Alphabetic}", "neither a category nor a script");
    refuses("(?x)a", "none of RE2's");
    refuses("a{100000000000000}", "`{…}` is no count");
    refuses("\\\u{9b}", r"`\\u{9b}` means nothing");
}

#[test]
fn ordinary_patterns_fit_and_huge_ones_are_refused() {
    for pattern in [
        r"^\w{64}$",
        r"^\w{1,20}$",
        r"^\d{40}$",
        "^[a-zA-Z0-9-]{1,1000}$",
        r"^arn:aws:[a-z0-9-]+:[^:]*:\d{12}:.{1,512}$",
    ] {
        assert_eq!(check(pattern), Ok(()), "{pattern}");
    }
    for pattern in [r"\pL{1000}".to_owned(), "(".repeat(300), "a".repeat(300_000), r"\pL".repeat(80_000)] {
        let refusal = check(&pattern).unwrap_err().to_string();
        assert!(refusal.contains("a pattern that is too large"), "{refusal}");
    }
}

#[test]
fn empty_matches_are_found_once_and_never_next_to_another() {
    gives(find_n, &[json!("a*"), json!("baac"), json!(-1)], &json!(["", "aa", ""]));
    gives(find_n, &[json!("a"), json!("aaa"), json!(2)], &json!(["a", "a"]));
    gives(find_n, &[json!("a"), json!("aaa"), json!(0)], &json!([]));
    gives(split, &[json!(""), json!("héy")], &json!(["h", "é", "y"]));
    gives(split, &[json!("a*"), json!("baac")], &json!(["b", "c"]));
    gives(split, &[json!(","), json!("")], &json!([""]));
    gives(split, &[json!(","), json!(",a,")], &json!(["", "a", ""]));
    let groups = json!([["ab", "a", ""], ["b", "", "b"]]);
    gives(find_all_string_submatch_n, &[json!("(a)b|(b)"), json!("abb"), json!(-1)], &groups);
}

#[test]
fn replacements_name_groups_by_number_or_name() {
    gives(
        replace,
        &[json!("foobar"), json!("(o+)(?P<rest>b)"), json!("<$1|${rest}|$rest$$|$9>")],
        &json!("f<oo|b|b$|>ar"),
    );
    gives(replace, &[json!("abc"), json!("b"), json!("$0x")], &json!("ac"));
    gives(replace, &[json!("abc"), json!("b"), json!("${0}x$")], &json!("abx$c"));
    gives(replace, &[json!("ab"), json!(""), json!("-")], &json!("-a-b-"));
    gives(replace, &[json!("xy"), json!("(?P<n>a)|(?P<n>x)"), json!("[$n]")], &json!("[x]y"));
}

#[test]
fn growth_is_bounded() {
    let arguments = [Value::from("a".repeat(1 << 20)), Value::from("a"), Value::from("b".repeat(64))];
    assert!(replace(&arguments).unwrap_err().to_string().contains("bytes"));
}

#[test]
fn templates_match_as_a_whole() {
    gives(
        template_match,
        &[json!("urn:<.*>:a.b"), json!("urn:x:y:a.b"), json!("<"), json!(">")],
        &json!(true),
    );
    gives(
        template_match,
        &[json!("urn:<.*>:a.b"), json!("urn:x:aXb"), json!("<"), json!(">")],
        &json!(false),
    );
    let odd = [Value::from("<a"), Value::from("a"), Value::from("<"), Value::from(">")];
    assert!(template_match(&odd).unwrap_err().to_string().contains("not balanced"));
}

#[test]
fn globs_stop_at_delimiters() {
    let check = |pattern: &str, delimiters: Json, text: &str, expected: bool| {
        gives(glob::is_match, &[json!(pattern), delimiters, json!(text)], &json!(expected));
    };
    check("*.com", json!([]), "a.com", true);
    check("*.com", json!([]), "a.b.com", false);
    check("**.com", json!([]), "a.b.com", true);
    check("*.com", json!(null), "a.b.com", true);
    check("a/{b,c*}/?", json!(["/"]), "a/cde/f", true);
    check("[!a-c]x", json!([]), ".x", true);
    check(r"\*", json!([]), "*", true);
    check("*", json!(["a"]), "a", false);
    check("a*", json!(null), "ab", true);
}
