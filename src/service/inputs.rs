//! Looking at what was kept of an operation's input.

use crate::domain::account::Account;
use crate::domain::bundle::Digest;
use crate::domain::mask::InputState;
use crate::domain::operation::Operation;
use crate::service::Services;
use crate::service::error::{GateError, Unavailable};
use crate::service::operations::show_operation;
use crate::store::{Store, StoreError};

/// What the policies of an operation saw, masked: a text of JSON.
pub async fn show_input(services: &Services, account: &Account, work_id: &str) -> Result<String, GateError> {
    let operation = show_operation(services, account, work_id).await?;
    match operation.input.as_ref().map(|record| &record.state) {
        None => {
            return Err(GateError::InputNotKept("setting `decisions.keep_input` kept none of it".to_owned()));
        }
        Some(InputState::Withheld(reason)) => return Err(GateError::InputNotKept(reason.clone())),
        Some(InputState::Kept(_)) => {}
    }
    let found = find_input(&services.store, account, &operation).await?;
    found.ok_or_else(|| Unavailable::Broken("an input that was kept is missing or damaged".to_owned()).into())
}

/// What was kept of the input of `operation`, whole, if anything was.
pub(super) async fn find_input(
    store: &Store,
    account: &Account,
    operation: &Operation,
) -> Result<Option<String>, StoreError> {
    let Some(InputState::Kept(digest)) = operation.input.as_ref().map(|record| &record.state) else {
        return Ok(None);
    };
    let stored = store.session().await?.find_input(account, &Digest::from_stored(digest.clone())).await?;
    let Some(stored) = stored else { return Ok(None) };
    // Megabytes take a while to unpack; other requests do not wait for it.
    let text = tokio::task::spawn_blocking(move || stored.unpack().ok()).await.ok().flatten();
    let text = text.and_then(|text| String::from_utf8(text).ok());
    Ok(text.map(|text| operation.whole_input(&text)))
}
