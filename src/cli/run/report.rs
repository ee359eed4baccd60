//! Telling the gate how the command ended; what cannot be told now is kept, and told by a later run.

use std::io::Write;
use std::time::Duration;

use anyhow::Result;

use super::show::Screen;
use crate::cli::pending::{self, Pending, PendingReports, Sent};
use crate::cli::plain::plain;
use crate::client::{Address, Client, ClientError, Report};

/// How long to wait between tries to report the outcome, which must not get lost for a short break of the network.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// How long a run waits for a server that is told what an earlier one kept.
const PATIENCE: Duration = Duration::from_secs(5);

/// To whom the outcome of an operation is told.
#[derive(Debug)]
pub(super) struct Reporter<'a> {
    pub(super) client: &'a Client,
    pub(super) address: &'a Address,
    pub(super) environment: &'a [(String, String)],
    pub(super) work_id: &'a str,
}

impl Reporter<'_> {
    /// Reports the outcome, or keeps it.
    pub(super) async fn report<E: Write>(&self, report: &Report, screen: &mut Screen<'_, E>) -> Result<()> {
        match self.tell(report).await {
            Ok(complaints) => screen.reported(self.work_id, report, &complaints)?,
            // It would be refused tomorrow, too.
            Err(cause @ ClientError::Refused { .. }) => {
                let (outcome, work_id) = (report.status.as_str(), self.work_id);
                screen.complain(&plain(&format!(
                    "the outcome {outcome} of operation {work_id} is not taken: {cause}"
                )))?;
            }
            Err(cause) => {
                let pending = Pending::new(self.address, self.work_id, report);
                let kept =
                    PendingReports::of_user(self.environment).and_then(|reports| reports.keep(&pending));
                screen.not_reported(self.work_id, report, (&cause.to_string(), &kept))?;
            }
        }
        Ok(())
    }

    /// A report that got lost may be repeated.
    async fn tell(&self, report: &Report) -> Result<Vec<String>, ClientError> {
        for pause in PAUSES {
            match self.client.report(self.work_id, report).await {
                Err(ClientError::Unreachable(_)) => tokio::time::sleep(pause).await,
                answer => return answer,
            }
        }
        self.client.report(self.work_id, report).await
    }
}

/// Reports what earlier runs kept for the server that has just answered. That this fails stops nothing: it stays kept.
pub(super) async fn send_kept<E: Write>(
    address: &Address,
    environment: &[(String, String)],
    screen: &mut Screen<'_, E>,
) -> Result<()> {
    let kept = PendingReports::of_user(environment).and_then(|reports| reports.list()).unwrap_or_default();
    let kept = kept.into_iter().filter_map(|(path, pending)| Some((path, pending.ok()?)));
    for (path, pending) in kept.filter(|(_, pending)| pending.is_for(address)) {
        match pending::send(&path, &pending, PATIENCE).await {
            Ok((Sent::Kept, _)) => break,
            Ok((Sent::Reported | Sent::Dropped, said)) => screen.complain(&said)?,
            Err(cause) => screen.complain(&format!("{cause:#}"))?,
        }
    }
    Ok(())
}
