//! The printer: what it writes is read back as the same, and its rows lead to the author's.

use super::fixtures;
use super::support::{Files, parse, plain, rewrite};

fn one(text: &str) -> Files {
    vec![("policy.rego".to_owned(), text.to_owned())]
}

/// Prints one statement.
#[track_caller]
fn check(statement: &str, expected: &str) {
    let printed = plain(&one(&format!("package policy\np if {{ {statement} }}\n")));
    let lines: Vec<&str> = printed[0].1.lines().skip(2).collect();
    assert_eq!(lines.join(" ").strip_suffix(" }"), Some(expected));
    assert_eq!(plain(&printed), printed);
}

#[test]
fn brackets_stand_where_they_are_needed() {
    check("x == (1 + 2) * 3 - (4 - 5)", "x == (1 + 2) * 3 - (4 - 5)");
    check("x := ((1 * 2) + (3 % 4))", "x := 1 * 2 + 3 % 4");
    check("(a == b) == (c < d)", "(a == b) == (c < d)");
    check("x := a | b & c - d", "x := a | b & c - d");
    check("x := (a | b) & c", "x := (a | b) & c");
    check("x := a in b", "x := (a in b)");
    check("k, v in (a | b)", "k, v in a | b");
    check("f(a in b, (c, d in e))", "f(a in b, (c, d in e))");
    check("x := 5 -1", "x := 5 - 1");
    check("x := 5 - -1", "x := 5 - -1");
    check("x := - 1", "x := -1");
}

#[test]
fn nothing_in_a_list_is_read_as_a_comprehension() {
    check("x := [(a | b), c]", "x := [(a | b), c]");
    check("x := {(a | b)}", "x := {(a | b)}");
    check("x := {\"k\": (a | b), (c | d): 1}", "x := {\"k\": (a | b), (c | d): 1}");
    check("x := [(a | b) == c]", "x := [(a | b == c)]");
    check("x := [a | b]", "x := [a | b]");
    check("x := {a: b | c[a] = b}", "x := {a: b | c[a] = b}");
    check("x; (a | b)", "x; _ = a | b");
}

#[test]
fn terms_are_written_by_their_value() {
    check(r#"x := `a\d"` "#, r#"x := "a\\d\"""#);
    check("x := \"\\u0007é\\n\\t\"", "x := \"\\u0007é\\n\\u0009\"");
    check("x := [null, true, 1.50e3, set(), {}, []]", "x := [null, true, 1.50e3, set(), {}, []]");
    check("a[\"b c\"].d[e][0]", "a[\"b c\"].d[e][0]");
    check("input.package.if", "input.package.if");
    check("{1, 2}[x]", "{1, 2}[x]");
    check("f(x)[0].y", "f(x)[0].y");
}

#[test]
fn statements_keep_their_form() {
    check("some x, y", "some x, y");
    check("some [k, 1], v in xs", "some [k, 1], v in xs");
    check("every k, v in xs { k; v }", "every k, v in xs { k; v }");
    check("not x with input.a as 1 with data.b as {2}", "not x with input.a as 1 with data.b as {2}");
    check("x = [y | some y in xs; y > 1]", "x = [y | some y in xs; y > 1]");
}

#[test]
fn what_is_printed_is_read_back_as_the_same() {
    for files in fixtures::accepted() {
        let printed = plain(&files);
        assert_eq!(plain(&printed), printed);
    }
}

#[test]
fn long_lists_and_long_strings_are_broken_into_lines() {
    let names: Vec<String> = (0..20_000).map(|number| format!("\"name {number}\"")).collect();
    let raw = "\\ \" é\n".repeat(20_000);
    let text = format!("package policy\nnames := {{{}}}\nraw := `{raw}`\nlast := 1\n", names.join(",\n"));
    let modules = rewrite(&one(&text)).unwrap();
    assert!(modules[0].text.lines().all(|line| line.len() < 200));
    let row = u32::try_from(modules[0].text.lines().count()).unwrap();
    assert_eq!(modules[0].rows.find(row, 1).unwrap().to_string(), "policy.rego:40003:1");
    let printed = plain(&one(&text));
    assert_eq!(plain(&printed), printed);
}

#[test]
fn rules_keep_their_form() {
    let text = "package a.b[\"c-d\"]\n\
        default p := 1\n\
        p := 2 if {\nx }\nelse := 3 if {\ny }\nelse := 4\n\
        q contains 1\n\
        q.r[\"s\"] := 5\n\
        f(x, [y, _]) := 6 if {\nx }\n\
        default f(_, _) := 7\n";
    assert_eq!(plain(&one(text))[0].1, text);
}

#[test]
fn every_row_leads_to_the_row_it_comes_from() {
    let first =
        "package policy\n\n# about x\nx := input.a\n\ny if {\n\tx\n\tnot lower(\n\t\tinput.b.c,\n\t)\n}\n";
    let second = "package policy\n\n\nz contains v if some v in x\n";
    let files = vec![("b.rego".to_owned(), second.to_owned()), ("a.rego".to_owned(), first.to_owned())];
    let modules = rewrite(&files).unwrap();
    let [module] = modules.as_slice() else { panic!("{modules:?}") };
    assert_eq!(module.path, "a.rego");
    let origin = |part: &str| {
        let row = module.text.lines().position(|line| line.contains(part)).unwrap() + 1;
        module.rows.find(u32::try_from(row).unwrap(), 1).map(|place| place.to_string())
    };
    let at = |place: &str| Some(place.to_owned());
    assert_eq!(origin("x :="), at("a.rego:4:1"));
    assert_eq!(origin("= input.a"), at("a.rego:4:1"));
    assert_eq!(origin("y if"), at("a.rego:6:1"));
    assert_eq!(origin("= input.b.c"), at("a.rego:8:2"));
    assert_eq!(origin("z contains"), at("b.rego:4:1"));
    let (row, line) = module.text.lines().enumerate().find(|(_, line)| line.contains("lower")).unwrap();
    let col = line.find('(').unwrap() + 1;
    let call = module.rows.find(u32::try_from(row).unwrap() + 1, u32::try_from(col).unwrap());
    assert_eq!(call.map(|place| place.to_string()), at("a.rego:8:6"));
    assert_eq!(module.rows.find(1, 1), None);
    assert_eq!(module.rows.find(99, 1), None);
    assert_eq!(parse(&vec![(module.path.clone(), module.text.clone())]).unwrap().len(), 1);
}
