use super::sprintf;
use regorus::{Engine, Value};

/// The arguments are Rego.
fn format(format: &str, arguments: &str) -> Result<String, String> {
    let found = Engine::new().eval_query(arguments.to_owned(), false).unwrap();
    let arguments = found.result[0].expressions[0].value.clone();
    sprintf(&[Value::from(format), arguments])
        .map(|text| text.as_string().unwrap().to_string())
        .map_err(|refusal| refusal.to_string())
}

#[track_caller]
fn check(template: &str, arguments: &str, expected: &str) {
    assert_eq!(format(template, arguments).as_deref(), Ok(expected), "{template} {arguments}");
}

#[test]
fn values_are_shown_as_rego() {
    check("%v", "[set()]", "set()");
    check("%s %v", r#"[{2, 1}, {"b": [null], "a": true}]"#, r#"{1, 2} {"a": true, "b": [null]}"#);
    check("%v", r#"[[{[1], {"a": 1}, "x", {2}}]]"#, r#"[{"x", [1], {"a": 1}, {2}}]"#);
    check("%v", r#"[{1: "a", [2]: "b"}]"#, r#"{1: "a", [2]: "b"}"#);
    check("%v %s", r#"["a\"b", ["a\"b\n"]]"#, r#"a"b ["a\"b\n"]"#);
    check("%v", "[[1.5, 2.0, 1e300]]", "[1.5, 2.0, 1000000000000000052504760255204420248704468581108159154915854115111802457988908195786371375080447854045104]"
        .replace("1000000000000000052504760255204420248704468581108159154915854115111802457988908195786371375080447854045104", &format!("1{}", "0".repeat(300))).as_str());
}

#[test]
fn numbers_are_what_go_makes_of_them() {
    check("%d %5d|%-5d|%05d|%+d|% d", "[1, 2, 3, -4, 5, 6]", "1     2|3    |-0004|+5| 6");
    check(
        "%x %X %#x %o %#o %O %b %c %q %U %#U",
        "[255, 255, 255, 8, 8, 8, 5, 65, 65, 233, 233]",
        "ff FF 0xff 10 010 0o10 101 A 'A' U+00E9 U+00E9 'é'",
    );
    check("%.3d|%.0d|%8.3d", "[7, 0, 7]", "007||     007");
    check(
        "%f %.2f %8.3f|%e %g %G",
        "[1.5, 2.675, 3.14159, 123456.789, 1e-7, 1e21]",
        "1.500000 2.67    3.142|1.234568e+05 1e-07 %!G(*big.Int=1000000000000000000000)"
            .replace("%!G(*big.Int=1000000000000000000000)", "%!G(big.Int=1000000000000000000000)")
            .as_str(),
    );
    check("%v %v %v %v", "[0.5, 100000.5, 1234567.5, 0.00001]", "0.5 100000.5 1.2345675e+06 1e-05");
    check("%x %b", "[0.5, 0.5]", "0x1p-01 4503599627370496p-53");
    check(
        "%d %x %+d",
        "[18446744073709551616, 18446744073709551616, 123456789012345678901234567890]",
        "18446744073709551616 10000000000000000 +123456789012345678901234567890",
    );
    check("%T %T %T %T", "[1, 1.5, \"a\", 18446744073709551616]", "int64 float64 string *big.Int");
}

#[test]
fn what_does_not_fit_is_complained_about_as_in_go() {
    check("%d", r#"["hi"]"#, "%!d(string=hi)");
    check("%d", "[1.5]", "%!d(float64=1.5)");
    check("%s", "[1]", "%!s(int64=1)");
    check("%t", "[true]", "%!t(string=true)");
    check("%s %s", r#"["a"]"#, "a %!s(MISSING)");
    check("%s", r#"["a", 1, [2]]"#, "a%!(EXTRA int64=1, string=[2])");
    check("100%", "[]", "100%!(NOVERB)");
    check("%!", "[]", "%!!(MISSING)");
    check("%[3]d %[x]d", "[1, 2]", "%!d(BADINDEX) %!d(BADINDEX)");
    check("%*d %.*d", r#"["a", 1, "b", 2]"#, "%!(BADWIDTH)1 %!(BADPREC)2");
}

#[test]
fn arguments_can_be_chosen_by_their_number() {
    check("%[2]d %[1]d", "[1, 2]", "2 1");
    check("%[3]*.[2]*[1]f|", "[12.0, 2, 6]", " 12.00|");
    check("%*d|%-*d|", "[5, 1, 5, 2]", "    1|2    |");
}

#[test]
fn texts_are_cut_padded_and_quoted() {
    check("%5s|%-5s|%.2s|%05s", r#"["é", "é", "héllo", "a"]"#, "    é|é    |hé|0000a");
    check("%q %+q %#q %x % X", r#"["é\n", "é", "a", "é", "ab"]"#, r#""é\n" "\u00e9" `a` c3a9 61 62"#);
    check("%#v %+v", r#"["a", 1]"#, r#""a" 1"#);
}

#[test]
fn what_is_too_large_or_without_meaning_is_refused() {
    let refused = |template: &str, arguments: &str| format(template, arguments).unwrap_err();
    assert!(refused("%1000000d%1000000d", "[1, 2]").contains("more than 1048576 bytes"));
    assert!(refused("%p", "[18446744073709551616]").contains("fits no 64 bits"));
    assert!(refused("%s", r#""a""#).contains("wrong type"));
    check("%1000001d", "[1]", &format!("{}1", " ".repeat(1_000_000)));
    check("%10000011d", "[1]", "%!(NOVERB)%!(EXTRA int64=1)");
}
