//! One policy as registration and `lint` see it: what is wrong with it, what is odd about it, how it runs, and what it is in v1.

use std::io::{self, Read, Write};

use crate::domain::bundle::PolicyUpload;
use crate::evaluator::child::policies::Policies;
use crate::evaluator::child::server::{MAX_DIAGNOSTICS, Server};
use crate::evaluator::message::{Examine, Reply, Wish};

/// The longest piece of a module in one reply, in bytes.
const MODULE_PIECE: usize = 64 << 10;

impl<R: Read, W: Write> Server<R, W> {
    pub(super) fn examine(&mut self, asked: Examine) -> io::Result<()> {
        let upload = self.read_upload(asked.policy)?;
        if asked.wish == Wish::Fix {
            return self.fix(&upload);
        }
        let bundle = Policies::unpack(&upload);
        if let Ok(bundle) = &bundle {
            let warnings = Policies::look_at(bundle, asked.wish != Wish::Verdict);
            self.say(&Reply::Warned { warnings })?;
        }
        let reply = match bundle.and_then(|bundle| self.policies.examine(&bundle)) {
            Ok(policy) => {
                if asked.wish == Wish::LintAndModules {
                    self.show(policy.modules())?;
                }
                Reply::Examined { declares_hook_result: policy.declares_hook_result() }
            }
            Err(mut diagnostics) => {
                diagnostics.truncate(MAX_DIAGNOSTICS);
                Reply::Rejected { diagnostics }
            }
        };
        self.say(&reply)
    }

    /// Says what of a policy can be rewritten, and refuses the rest, if there is any.
    fn fix(&mut self, upload: &PolicyUpload) -> io::Result<()> {
        let (rewritten, mut diagnostics) = Policies::fix(upload);
        self.show(rewritten)?;
        diagnostics.truncate(MAX_DIAGNOSTICS);
        self.say(&Reply::Rejected { diagnostics })
    }

    /// Says modules or files, in pieces that a reply has room for however they are escaped.
    fn show(&mut self, modules: Vec<(String, String)>) -> io::Result<()> {
        for (path, text) in modules {
            let mut rest = text.as_str();
            while !rest.is_empty() {
                let (piece, behind) = rest.split_at(rest.floor_char_boundary(MODULE_PIECE));
                self.say(&Reply::Module { path: path.clone(), text: piece.to_owned() })?;
                rest = behind;
            }
        }
        Ok(())
    }
}
