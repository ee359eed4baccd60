//! A file: its package, then imports and rules; and where to go on after a fault.

use super::{Parse, Parser, Stop};
use crate::syntax::tokens::{Gap, Keyword, TokenKind};
use crate::syntax::tree::{Module, Package, TermKind, Word};
use crate::syntax::{Span, SyntaxError};

impl Parser<'_> {
    pub(super) fn module(&mut self) -> Module {
        let mut module = Module::default();
        if self.is(TokenKind::End) {
            let error = SyntaxError::new(self.span(), "the file says nothing");
            self.report(error.help("it begins with a package: `package policy`"));
        } else if !self.begins(Keyword::Package) {
            self.report(
                self.unexpected("the package").help("a file begins with a package: `package policy`"),
            );
        }
        let mut is_first = true;
        while !self.is(TokenKind::End) {
            let at = self.at;
            if let Err(Stop(error)) = self.item(&mut module, is_first) {
                if let Some(error) = error {
                    self.report(*error);
                }
                self.recover(at);
            }
            is_first = false;
        }
        module
    }

    fn item(&mut self, module: &mut Module, is_first: bool) -> Parse<()> {
        if self.begins(Keyword::Package) {
            let package = self.package()?;
            if is_first {
                module.package = package;
            } else {
                let error = SyntaxError::new(package.span, "a file has one package, in its first line");
                self.report(error.help("put the rules into a file of their own"));
            }
        } else if self.begins(Keyword::Import) {
            module.imports.push(self.import()?);
        } else {
            module.rules.push(self.rule()?);
        }
        Ok(())
    }

    /// Whether a keyword begins something here: it names a rule in `import.x := 1`.
    fn begins(&self, keyword: Keyword) -> bool {
        self.is_keyword(keyword)
    }

    /// Goes to the next word that begins a line, which is where rules do.
    fn recover(&mut self, from: usize) {
        self.depth = 0;
        self.height = 0;
        self.ahead = None;
        self.at = self.at.max(from.saturating_add(1));
        while !self.is(TokenKind::End) && !self.begins_rule() {
            self.advance();
        }
    }

    fn begins_rule(&self) -> bool {
        let token = self.token();
        let before = self.text.get(..token.span.range().start).unwrap_or_default();
        token.gap == Gap::Line
            && before.ends_with('\n')
            && matches!(token.kind, TokenKind::Name(_))
            && !self.is_keyword(Keyword::Else)
    }

    fn package(&mut self) -> Parse<Package> {
        let start = self.advance();
        let path = self.static_path("the path of the package")?;
        Ok(Package { span: self.since(start), path, metadata: Vec::new() })
    }

    /// A path of names, all of which are written down: `a.b["c"]`.
    pub(super) fn static_path(&mut self, what: &str) -> Parse<Vec<Word>> {
        if !matches!(self.kind(), TokenKind::Name(_)) {
            return self.expected(what);
        }
        let mut path = vec![self.word()];
        if path.iter().any(|word| word.text == "_") {
            let error = SyntaxError::new(self.since(self.span()), "`_` names nothing");
            return self.fail(error);
        }
        while self.touches_step() {
            let is_in_brackets = self.is(TokenKind::LeftBracket);
            let start = self.span();
            let step = self.step()?;
            let TermKind::String(text) = step.kind else {
                let error = SyntaxError::new(step.span, "a path is made of names and strings");
                return self.fail(error.help("`a.b[\"c\"]`"));
            };
            let span: Span = if is_in_brackets { self.since(start) } else { step.span };
            path.push(Word { span, text: text.value });
        }
        if self.touches(TokenKind::LeftParen) {
            return self.expected("the end of the path");
        }
        Ok(path)
    }
}
