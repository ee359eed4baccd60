//! Imports, which may change the language of what follows.

use super::{Language, Parse, Parser};
use crate::syntax::tokens::{Keyword, TokenKind, quoted};
use crate::syntax::tree::{Import, Word};
use crate::syntax::{Span, SyntaxError};

/// What a path of an import may begin with.
const ROOTS: [&str; 4] = ["data", "input", "rego", "future"];

impl Parser<'_> {
    pub(super) fn import(&mut self) -> Parse<Import> {
        let start = self.advance();
        let path = self.static_path("what is imported")?;
        let root = path.first().map_or("", |root| root.text.as_str());
        if !ROOTS.contains(&root) {
            return self.fail(unknown_root(path.first(), root));
        }
        let alias = self.alias()?;
        let import = Import { span: self.since(start), path, alias, metadata: Vec::new() };
        if import.is_of_the_language() {
            self.change_language(&import)?;
        }
        if import.alias.is_none() {
            self.check_name(&import)?;
        }
        Ok(import)
    }

    fn alias(&mut self) -> Parse<Option<Word>> {
        if self.take_any_keyword(Keyword::As).is_none() {
            return Ok(None);
        }
        if !self.is_name() {
            return self.expected("the name by which the import is known");
        }
        let alias = self.word();
        if matches!(alias.text.as_str(), "input" | "data") {
            let message = format!("`{}` cannot be the name of an import: it is a document", alias.text);
            return self.fail(SyntaxError::new(alias.span, message));
        }
        if self.touches_step() || self.touches(TokenKind::LeftParen) {
            return self.expected("the end of the name");
        }
        Ok(Some(alias))
    }

    /// The name of an import cannot be a keyword, as nobody could call it by that.
    fn check_name(&self, import: &Import) -> Parse<()> {
        let is_of_the_future = import.path.first().is_some_and(|root| root.text == "future");
        let Some(name) = import.path.last().filter(|_| !is_of_the_future) else { return Ok(()) };
        if !self.language.reserves(&name.text) {
            return Ok(());
        }
        let error = SyntaxError::new(
            name.span,
            format!("`{}` is a keyword and cannot be the name of an import", name.text),
        );
        self.fail(error.help(format!("give it another: `import … as {}_`", name.text)))
    }

    fn change_language(&mut self, import: &Import) -> Parse<()> {
        let path: Vec<&str> = import.path.iter().map(|word| word.text.as_str()).collect();
        let span = import.path.iter().map(|word| word.span).reduce(Span::to).unwrap_or(import.span);
        if !matches!(path.as_slice(), ["rego", "v1" | "v2"] | ["future", "keywords", ..]) {
            let error =
                SyntaxError::new(span, format!("there is no {} to import", quoted(self.text_of(span))));
            return self.fail(error.help("there are `rego.v1`, `rego.v2` and `future.keywords`"));
        }
        if let Some(alias) = &import.alias {
            let error = SyntaxError::new(alias.span, "what changes the language has no name of its own");
            return self.fail(error.help(format!("leave `as {}` out", alias.text)));
        }
        match path.as_slice() {
            ["rego", "v1"] => self.language.import_v1(),
            ["rego", _] => self.language.import_v2(),
            ["future", _, keyword] => return self.import_keyword(keyword, span),
            _ => self.language.import_all(),
        }
        Ok(())
    }

    fn import_keyword(&mut self, keyword: &str, span: Span) -> Parse<()> {
        if self.language.import_keyword(keyword) {
            return Ok(());
        }
        let error = SyntaxError::new(span, format!("the future has no keyword {}", quoted(keyword)));
        self.fail(error.help(format!("it has {}", Language::importable())))
    }
}

fn unknown_root(word: Option<&Word>, root: &str) -> SyntaxError {
    let span = word.map(|word| word.span).unwrap_or_default();
    SyntaxError::new(span, format!("an import begins with `data` or `input`, not with {}", quoted(root)))
        .help("`rego.v1` and `future.keywords` can be imported, too")
}
