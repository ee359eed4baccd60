//! One policy as registration and `lint` see it: what is wrong with it, what is odd about it, and how it runs.

use std::io::{self, Read, Write};

use crate::evaluator::child::policies::Policies;
use crate::evaluator::child::server::{MAX_DIAGNOSTICS, Server};
use crate::evaluator::message::{Examine, Reply, Wish};
use crate::rego::policy::Policy;

/// The longest piece of a module in one reply, in bytes.
const MODULE_PIECE: usize = 64 << 10;

impl<R: Read, W: Write> Server<R, W> {
    pub(super) fn examine(&mut self, asked: Examine) -> io::Result<()> {
        let upload = self.read_upload(asked.policy)?;
        let warnings = Policies::look_at(&upload, asked.wish != Wish::Verdict);
        self.say(&Reply::Warned { warnings })?;
        let reply = match self.policies.examine(&upload) {
            Ok(policy) => {
                if asked.wish == Wish::LintAndModules {
                    self.show(&policy)?;
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

    /// Says the modules of a policy, in pieces that a reply has room for however they are escaped.
    fn show(&mut self, policy: &Policy) -> io::Result<()> {
        for (path, text) in policy.modules() {
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
