//! Random conditions.

use crate::generate::calls::PATTERNS;
use crate::generate::scope::{Kind, Shape, Writer};

impl Writer {
    pub(super) fn condition(&mut self, depth: usize) -> String {
        match self.below(29) {
            0..=3 => {
                let operator = self.word(&["==", "!=", "=="]);
                let right = if self.once_in(2) { self.literal(Kind::Text) } else { self.attribute() };
                format!("{} {operator} {right}", self.term(Kind::Text, depth))
            }
            4 | 5 => {
                let operator = self.word(&["<", "<=", ">", ">="]);
                format!("{} {operator} {}", self.term(Kind::Number, depth), self.term(Kind::Number, 1))
            }
            6..=8 => format!("{} in {}", self.term(Kind::Text, 1), self.collection()),
            9 => format!("\"{}\" in {}.change.actions", self.word(&["create", "delete"]), self.resource()),
            10 => format!("regex.match({}, {})", self.word(PATTERNS), self.sure(Kind::Text)),
            11 => {
                let function = self.word(&["startswith", "endswith", "contains"]);
                format!("{function}({}, {})", self.sure(Kind::Text), self.literal(Kind::Text))
            }
            12 => format!("count({}) {} {}", self.countable(1), self.word(&[">", "==", "<="]), self.below(3)),
            13 => format!(
                "{}, {} in {}",
                self.term(Kind::Text, 0),
                self.term(Kind::Any, 1),
                self.loose_collection()
            ),
            14 => {
                let test = self.word(&[
                    "is_string",
                    "is_number",
                    "is_boolean",
                    "is_null",
                    "is_object",
                    "is_array",
                    "is_set",
                ]);
                format!("{test}({})", self.attribute())
            }
            15 => format!("{} == {}", self.attribute(), self.literal(Kind::Any)),
            16 => format!(
                "{}[{}] == {}",
                self.loose_collection(),
                self.term(Kind::Text, 0),
                self.term(Kind::Any, 1)
            ),
            17 => format!("{}[_] == {}", self.loose_collection(), self.term(Kind::Text, 1)),
            18 => format!(
                "object.get({}, {}, null) != {}",
                self.tags(),
                self.literal(Kind::Text),
                self.literal(Kind::Any)
            ),
            19 => match self.rule(|shape| matches!(shape, Shape::Set | Shape::Object)) {
                Some(rule) => format!("{rule}[{}]", self.term(Kind::Text, 1)),
                None => self.attribute(),
            },
            20 => match self.rule(|shape| shape == Shape::Value(Kind::Flag)) {
                Some(rule) => rule,
                None => self.term(Kind::Flag, 1),
            },
            21 => format!("{} = {}", self.attribute(), self.term(Kind::Any, 1)),
            22 => {
                let operator = self.word(&["==", "!=", "=="]);
                let right = self.random.of(&["set()", "{\"env\"}", "{\"bucket\"}", "{\"env\", \"owner\"}"]);
                format!("{} {operator} {right}", self.comprehension(Kind::Set, 1))
            }
            23 => {
                let operator = self.word(&["<", "<=", ">", ">="]);
                format!("{} {operator} {}", self.attribute(), self.attribute())
            }
            24 => format!(
                "glob.match({}, [\".\"], {})",
                self.word(&["\"*\"", "\"b*.**\"", "\"{web,db-?}\""]),
                self.sure(Kind::Text)
            ),
            25 => {
                let cidr = self.word(&["\"10.0.0.0/8\"", "\"0.0.0.0/0\""]);
                format!("some c in {}.cidrs; net.cidr_contains({cidr}, c)", self.attributes())
            }
            26 => {
                let function = self.word(&["strings.any_prefix_match", "strings.any_suffix_match"]);
                format!(
                    "{function}({}, {})",
                    self.sure(Kind::Text),
                    self.word(&["[\"w\", \"b\"]", "{\"a\", \"1\"}", "\"db\""])
                )
            }
            27 => match self.rule(|shape| shape == Shape::Set) {
                Some(rule) => format!("{rule}[[{}, {}]]", self.term(Kind::Text, 0), self.term(Kind::Any, 0)),
                None => self.attribute(),
            },
            _ => self.attribute(),
        }
    }
}
