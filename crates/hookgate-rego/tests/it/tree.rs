//! What the tree says beyond what OPA's says: places, comments, METADATA, and what was written.

use hookgate_rego::syntax::tree::{HeadKind, SetForm, StatementKind, TermKind};
use hookgate_rego::syntax::{Dialect, Lines, Parsed, Position, Span, parse};

fn read(text: &str) -> Parsed {
    let parsed = parse(text, Dialect::V1);
    assert_eq!(parsed.errors, [], "{text}");
    parsed
}

#[test]
fn a_span_is_what_was_written_with_its_brackets() {
    let text = "package p\n\nq := (a + b) * c.d[e](f) if { not x.y }\n";
    let rule = &read(text).module.rules[0];
    assert_eq!(rule.span.of(text), "q := (a + b) * c.d[e](f) if { not x.y }");
    assert_eq!(rule.head.span.of(text), "q := (a + b) * c.d[e](f)");
    let HeadKind::Value(Some((_, value))) = &rule.head.kind else { panic!("a value") };
    let TermKind::Infix(_, sides) = &value.kind else { panic!("a product") };
    assert_eq!(value.span.of(text), "(a + b) * c.d[e](f)");
    assert_eq!(sides.0.span.of(text), "(a + b)");
    let TermKind::Call(callee, _) = &sides.1.kind else { panic!("a call") };
    assert_eq!(callee.span.of(text), "c.d[e]");
    let statement = &rule.bodies[0].body.statements[0];
    let StatementKind::Negated(inner) = &statement.kind else { panic!("a denial") };
    assert_eq!((statement.span.of(text), inner.span.of(text)), ("not x.y", "x.y"));
}

#[test]
fn rows_and_columns_count_as_opa_does() {
    let lines = Lines::new("é\tx\r\n\n  z");
    let at = |offset| lines.position(offset);
    assert_eq!(at(0), Position { row: 1, col: 1 });
    assert_eq!(at(3), Position { row: 1, col: 3 });
    assert_eq!(at(6), Position { row: 2, col: 1 });
    assert_eq!(at(9), Position { row: 3, col: 3 });
    assert_eq!(
        (lines.line(1), lines.line(2), lines.line(3), lines.line(4)),
        (Some("é\tx"), Some(""), Some("  z"), None)
    );
    assert_eq!(Lines::new("\u{FEFF}package p").position(3), Position { row: 1, col: 1 });
}

#[test]
fn comments_and_metadata_hang_on_what_they_are_about() {
    let text = "# METADATA\n# title: P\npackage p\n\n# METADATA\n# custom:\n#  a: 1\n#\n# other\n\n# not that\nq := 1 # METADATA here\n\n# METADATA\n# title: R\n# METADATA\n# scope: document\nr := 2\n\n# METADATA\n# title: none\n";
    let module = read(text).module;
    let yaml = |blocks: &[hookgate_rego::syntax::Metadata]| -> Vec<(u32, String)> {
        blocks.iter().map(|block| (block.row, block.yaml.clone())).collect()
    };
    assert_eq!(yaml(&module.package.metadata), [(1, "title: P\n".to_owned())]);
    assert_eq!(yaml(&module.rules[0].metadata), [(5, "custom:\n a: 1\n\nother\n".to_owned())]);
    let two = [(14, "title: R\n".to_owned()), (16, "scope: document\n".to_owned())];
    assert_eq!(yaml(&module.rules[1].metadata), two);
    assert_eq!(yaml(&module.stray_metadata), [(20, "title: none\n".to_owned())]);
    assert_eq!(module.comments.len(), 15);
    assert_eq!(module.comments[7].text, " not that");
    assert_eq!(module.comments[7].span.of(text), "# not that");
    assert_eq!(module.rules[0].metadata[0].span.of(text), "# METADATA\n# custom:\n#  a: 1\n#\n# other");
}

#[test]
fn sets_of_v0_are_sets() {
    let parsed = parse("package p\n\nq[x] { x := 1 }\n\nr.s { true }\n\nt[x] = 1 { x := 2 }\n", Dialect::V0);
    assert_eq!(parsed.errors, []);
    let rules = &parsed.module.rules;
    assert!(matches!(rules[0].head.kind, HeadKind::Element(_, SetForm::Brackets)));
    assert!(matches!(rules[1].head.kind, HeadKind::Element(_, SetForm::Brackets)));
    assert!(matches!(rules[2].head.kind, HeadKind::Value(Some(_))));
    assert_eq!(rules[2].head.path.len(), 1);
}

#[test]
fn v0_has_the_keywords_that_it_imports() {
    let errors = |text: &str| parse(&format!("package p\n{text}\n"), Dialect::V0).errors.len();
    assert_eq!(errors("in := 1\nif { every := 2 }"), 0);
    assert_eq!(errors("import future.keywords.in\nin := 1"), 1);
    assert_eq!(errors("import future.keywords\np contains x if { x in [1] }"), 0);
    assert_eq!(errors("import rego.v1\np { true }"), 1);
    assert_eq!(errors("p := $\"{x}\""), 1);
}

#[test]
fn one_span_belongs_to_one_node_of_a_kind() {
    for text in crate::corpus::whole_language() {
        let module = read(&text).module;
        let mut spans: Vec<Span> = module.rules.iter().map(|rule| rule.span).collect();
        spans.dedup();
        assert_eq!(spans.len(), module.rules.len());
    }
}
