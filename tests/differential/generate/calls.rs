//! Random terms that are computed.

use crate::generate::scope::{Kind, Shape, Writer};

pub(super) const PATTERNS: &[&str] =
    &["`^[a-z]+$`", "`\\d`", "\"^\\\\w+-[0-9]$\"", "`(?i)prod`", "`^$`", "`[а-я]+`", "\"a|b\"", "`^.{2,5}$`"];
const FORMATS: &[&str] = &["%s", "%v", "%d", "%s-%v", "%v has %d of %v", "%q", "%5s|", "%t", "%.1f"];

impl Writer {
    pub(super) fn computed(&mut self, kind: Kind, depth: usize) -> String {
        match kind {
            Kind::Text => self.text(depth),
            Kind::Number => self.number(depth),
            Kind::Flag => self.flag(depth),
            Kind::Array => self.array(depth),
            Kind::Set => self.set(depth),
            Kind::Object | Kind::Tags => self.object(depth),
            Kind::Attributes | Kind::Resource => self.attributes(),
            Kind::Any => {
                let kind = self.kind();
                match self.below(8) {
                    0 => format!(
                        "object.get({}, {}, {})",
                        self.attributes(),
                        self.literal(Kind::Text),
                        self.literal(Kind::Any)
                    ),
                    1 if !self.functions.is_empty() => {
                        let function = self.random.of(&self.functions.clone());
                        format!("{function}({})", self.term(Kind::Any, depth))
                    }
                    2 => self.attribute(),
                    _ if kind == Kind::Any => self.attribute(),
                    _ => self.computed(kind, depth),
                }
            }
        }
    }

    /// A text that a built-in takes without an error, mostly.
    pub(super) fn sure(&mut self, kind: Kind) -> String {
        if self.once_in(14) {
            return self.term(kind, 1);
        }
        match self.variable(kind, true) {
            Some(variable) => variable,
            None if kind == Kind::Text && !self.once_in(3) => {
                format!("{}.{}", self.resource(), self.word(&["type", "name", "address"]))
            }
            None => self.literal(kind),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        match self.below(24) {
            0..=3 => {
                let format = self.word(FORMATS);
                let mut count = format.matches('%').count();
                if self.once_in(25) {
                    count += 1;
                }
                let arguments: Vec<String> = (0..count).map(|_| self.term(Kind::Any, depth)).collect();
                format!("sprintf(\"{format}\", [{}])", arguments.join(", "))
            }
            4 => format!("concat(\"/\", [{}, {}])", self.sure(Kind::Text), self.sure(Kind::Text)),
            5 => format!("concat(\",\", {})", self.term(Kind::Set, depth)),
            6 => format!("lower({})", self.sure(Kind::Text)),
            7 => format!("upper({})", self.sure(Kind::Text)),
            8 => format!("replace({}, \"-\", \"_\")", self.sure(Kind::Text)),
            9 => format!("split({}, \"-\")[{}]", self.sure(Kind::Text), self.below(2)),
            10 => format!(
                "substring({}, {}, {})",
                self.sure(Kind::Text),
                self.below(3),
                self.random.below(4).saturating_sub(1)
            ),
            11 => format!("trim_prefix({}, {})", self.sure(Kind::Text), self.literal(Kind::Text)),
            12 => format!("trim({}, \" abw\")", self.sure(Kind::Text)),
            13 => format!("type_name({})", self.term(Kind::Any, depth)),
            14 => format!("json.marshal({})", self.term(Kind::Any, depth)),
            15 => format!("regex.replace({}, {}, \"<$0>\")", self.sure(Kind::Text), self.word(PATTERNS)),
            16 => format!("format_int({}, 10)", self.sure(Kind::Number)),
            17 => format!("max([{}, {}])", self.sure(Kind::Text), self.sure(Kind::Text)),
            18 => format!("{}.change.actions[0]", self.resource()),
            19 => format!("regex.split({}, {})[0]", self.word(PATTERNS), self.sure(Kind::Text)),
            20 => format!("base64.encode({})", self.sure(Kind::Text)),
            21 => {
                format!("trim_{}({}, \"b\")", self.word(&["left", "right", "suffix"]), self.sure(Kind::Text))
            }
            22 => {
                format!("concat(\"-\", [c | some c in split({}, \"\"); c != \"a\"])", self.sure(Kind::Text))
            }
            _ => format!("strings.reverse({})", self.sure(Kind::Text)),
        }
    }

    fn number(&mut self, depth: usize) -> String {
        match self.below(16) {
            0..=3 => format!("count({})", self.countable(depth)),
            4 => format!("sum([{}, {}])", self.sure(Kind::Number), self.sure(Kind::Number)),
            5 => {
                let path = self.path("input.plan.resource_changes");
                format!("sum([n | some m in {path}; n := m.change.after.size; is_number(n)])")
            }
            6 => format!("max([{}, {}])", self.sure(Kind::Number), self.term(Kind::Number, depth)),
            7 => format!("min({{{}, {}}})", self.sure(Kind::Number), self.sure(Kind::Number)),
            8..=10 => {
                let operator = self.word(&["+", "-", "*"]);
                format!("({} {operator} {})", self.sure(Kind::Number), self.sure(Kind::Number))
            }
            11 => format!(
                "({} {} {})",
                self.sure(Kind::Number),
                self.word(&["%", "/"]),
                self.word(&["2", "4", "1", "5"])
            ),
            12 => format!("to_number({})", self.word(&["\"22\"", "\"7\"", "\"-1\"", "\"x\""])),
            13 => format!("indexof({}, \"b\")", self.sure(Kind::Text)),
            14 => format!("abs({})", self.sure(Kind::Number)),
            _ => format!("product([{}, 2])", self.sure(Kind::Number)),
        }
    }

    pub(super) fn countable(&mut self, depth: usize) -> String {
        match self.below(8) {
            0 => self
                .rule(|shape| matches!(shape, Shape::Set | Shape::Object))
                .unwrap_or_else(|| "{1, 2}".to_owned()),
            1 => self.path("input.plan.resource_changes"),
            2 => self.sure(Kind::Text),
            3 => self.sure(Kind::Array),
            _ => self.comprehension(Kind::Any, depth),
        }
    }

    fn array(&mut self, depth: usize) -> String {
        match self.below(12) {
            0..=3 => self.comprehension(Kind::Array, depth),
            4 => format!("[{}, {}]", self.term(Kind::Any, depth), self.term(Kind::Any, depth)),
            5 => format!("split({}, \".\")", self.sure(Kind::Text)),
            6 => format!("array.concat({}, {})", self.sure(Kind::Array), self.sure(Kind::Array)),
            7 => format!("array.slice({}, 0, {})", self.sure(Kind::Array), self.below(3)),
            8 => format!("sort({})", self.collection()),
            9 => format!("numbers.range(0, {})", self.below(4)),
            10 => format!("regex.find_n({}, {}, -1)", self.word(PATTERNS), self.sure(Kind::Text)),
            _ => format!("array.reverse({})", self.sure(Kind::Array)),
        }
    }

    fn set(&mut self, depth: usize) -> String {
        match self.below(10) {
            0..=3 => self.comprehension(Kind::Set, depth),
            4 => format!("{{{}, {}}}", self.term(Kind::Any, depth), self.term(Kind::Text, depth)),
            5 | 6 => {
                let operator = self.word(&["|", "&", "-"]);
                format!("({} {operator} {})", self.sure_set(depth), self.sure_set(depth))
            }
            7 => format!("union({{{}, {}}})", self.sure_set(depth), self.sure_set(depth)),
            8 => format!("intersection({{{}, {}}})", self.sure_set(depth), self.sure_set(depth)),
            _ => format!("{{e | some e in {}}}", self.collection()),
        }
    }

    fn sure_set(&mut self, depth: usize) -> String {
        match self.below(4) {
            0 => self.rule(|shape| shape == Shape::Set).unwrap_or_else(|| "{\"env\"}".to_owned()),
            1 => self.comprehension(Kind::Set, depth),
            2 => format!("{{t | some t, _ in {}}}", self.tags()),
            _ => self.literal(Kind::Set),
        }
    }

    fn object(&mut self, depth: usize) -> String {
        match self.below(9) {
            0..=2 => self.comprehension(Kind::Object, depth),
            3 => {
                format!("{{\"a\": {}, \"b\": {}}}", self.term(Kind::Any, depth), self.term(Kind::Any, depth))
            }
            4 => format!("object.union({{\"env\": \"x\"}}, {})", self.sure(Kind::Tags)),
            5 => format!("object.remove({}, [\"env\"])", self.sure(Kind::Tags)),
            6 => format!("object.filter({}, {{\"env\", \"owner\"}})", self.sure(Kind::Tags)),
            7 => format!(
                "json.{}({}, [\"change/after/tags\", \"name\"])",
                self.word(&["filter", "remove"]),
                self.resource()
            ),
            _ => format!("{{{}: {}}}", self.term(Kind::Text, 0), self.term(Kind::Any, depth)),
        }
    }

    fn flag(&mut self, depth: usize) -> String {
        match self.below(4) {
            0 => format!("({} == {})", self.attribute(), self.term(Kind::Any, depth)),
            1 => format!("({} in {})", self.term(Kind::Text, depth), self.collection()),
            2 => format!("startswith({}, \"b\")", self.sure(Kind::Text)),
            _ => format!("is_string({})", self.attribute()),
        }
    }
}
