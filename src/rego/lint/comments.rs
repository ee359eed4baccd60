//! The comments of a text: where `#` begins one, and not a part of a string.

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment<'a> {
    /// What stands behind the `#`.
    pub(super) text: &'a str,
    /// Where the `#` stands, in bytes.
    pub(super) offset: usize,
    /// Its row, from 1.
    pub(super) row: u32,
    /// Whether there is nothing else in its row.
    pub(super) is_alone: bool,
}

/// The comments of a text that the parser accepts, from top to bottom.
pub(super) fn read(text: &str) -> Vec<Comment<'_>> {
    let (mut found, mut rows) = (Vec::new(), Rows { row: 1, is_blank: true });
    let mut letters = text.char_indices();
    while let Some((offset, letter)) = letters.next() {
        match letter {
            '#' => {
                let rest = text.get(offset.saturating_add(1)..).unwrap_or_default();
                let length = rest.find('\n').unwrap_or(rest.len());
                let comment = rest.get(..length).unwrap_or(rest).trim_end_matches('\r');
                found.push(Comment { text: comment, offset, row: rows.row, is_alone: rows.is_blank });
                letters.by_ref().find(|(_, letter)| *letter == '\n');
                rows.turn();
            }
            '"' | '`' => skip_string(&mut letters, letter, &mut rows),
            _ => rows.see(letter),
        }
    }
    found
}

struct Rows {
    row: u32,
    is_blank: bool,
}

impl Rows {
    fn see(&mut self, letter: char) {
        if letter == '\n' {
            return self.turn();
        }
        self.is_blank &= letter.is_whitespace();
    }

    fn turn(&mut self) {
        self.row = self.row.saturating_add(1);
        self.is_blank = true;
    }
}

fn skip_string(letters: &mut std::str::CharIndices<'_>, quote: char, rows: &mut Rows) {
    rows.is_blank = false;
    while let Some((_, letter)) = letters.next() {
        match letter {
            '\\' if quote == '"' => drop(letters.next()),
            // No `"` goes on behind its row; a text that says otherwise is none the parser takes.
            '\n' if quote == '"' => return rows.turn(),
            '\n' => rows.turn(),
            _ if letter == quote => {
                rows.is_blank = false;
                return;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Comment, read};

    #[test]
    fn a_hash_in_a_string_begins_no_comment() {
        let text = "package p # a\r\n# b\n  # c\nx := \"#\\\"#\" # d\ny := `#\n# no\n` # e\n";
        let expected =
            [(" a", 1, false), (" b", 2, true), (" c", 3, true), (" d", 4, false), (" e", 7, false)];
        let found: Vec<_> =
            read(text).into_iter().map(|Comment { text, row, is_alone, .. }| (text, row, is_alone)).collect();
        assert_eq!(found, expected);
    }
}
