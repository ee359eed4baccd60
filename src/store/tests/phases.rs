//! Outcomes, calls, and whose turn it is.

use std::time::Duration;

use super::samples::{AWKWARD, account, at, bare_operation, operation, record};
use super::{everything, on_both};
use crate::domain::course::{CallAnswer, Course, LaterHook, PhaseEnd};
use crate::domain::hook::{FailureMode, HookId};
use crate::domain::operation::{Operation, OperationFilter, WorkId};
use crate::domain::outcome::{Outcome, Report, Reported};
use crate::domain::page::SortDir;
use crate::domain::phase::{Phase, PhaseStatus};
use crate::store::Store;
use crate::store::later_calls::CallKey;
use crate::store::phases::Lease;

fn hook(name: &str, failure_mode: FailureMode) -> LaterHook {
    LaterHook {
        id: HookId::generate(),
        name: name.to_owned(),
        failure_mode,
        timeout: Duration::from_millis(1_500),
    }
}

/// An operation with a hook in each phase, due at `due_at`.
fn allowed(due_at: i64) -> Operation {
    let (success, post) = (hook(AWKWARD, FailureMode::Fail), hook("p", FailureMode::Warn));
    let course =
        Course { due_at: Some(at(due_at)), ..Course::with(vec![success.clone()], vec![post, success]) };
    Operation { course, ..bare_operation("stack", 1_000) }
}

fn reported(outcome: Outcome, moment: i64) -> Reported {
    let error = (outcome != Outcome::Succeeded).then(|| AWKWARD.to_owned());
    let report = Report { outcome, error, outputs: Some("{\"a\":  1.50}".to_owned()) };
    Reported { report, at: at(moment) }
}

async fn find(store: &Store, work_id: WorkId) -> Operation {
    store.session().await.unwrap().find_operation(&account("acme"), work_id).await.unwrap().unwrap()
}

async fn report(store: &Store, domain: &str, work_id: WorkId, reported: &Reported) -> bool {
    let mut tx = store.begin_write().await.unwrap();
    let kept = tx.record_outcome(&account(domain), work_id, reported).await.unwrap();
    tx.commit().await.unwrap();
    kept
}

async fn claim(store: &Store, work_id: WorkId, (now, until): (i64, i64)) -> Option<Lease> {
    let mut tx = store.begin_write().await.unwrap();
    let lease = tx.claim_due((account("acme"), work_id), at(now), at(until)).await.unwrap();
    tx.commit().await.unwrap();
    lease
}

async fn holds(store: &Store, lease: &Lease) -> bool {
    store.begin_write().await.unwrap().hold_lease(lease).await.unwrap()
}

#[tokio::test]
async fn a_course_is_read_as_it_was_written() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut written = allowed(5_000);
        record(&store, &account, std::slice::from_ref(&written)).await;
        assert_eq!(find(&store, written.work_id).await, written);

        let key = CallKey {
            work_id: written.work_id,
            phase: Phase::Success,
            hook: written.course.success.calls[0].hook.id,
        };
        let answer = CallAnswer { error: Some(AWKWARD.to_owned()), at: at(2_000) };
        let end = PhaseEnd { status: PhaseStatus::Ignored, error: Some(AWKWARD.to_owned()) };
        let reported = reported(Outcome::Failed, 1_500);
        assert!(report(&store, "acme", written.work_id, &reported).await);
        let mut tx = store.begin_write().await.unwrap();
        tx.record_attempt(key, at(1_600)).await.unwrap();
        tx.record_attempt(key, at(1_700)).await.unwrap();
        tx.record_answer(key, &answer).await.unwrap();
        tx.record_answer(key, &CallAnswer { error: None, at: at(9) }).await.unwrap();
        tx.record_end(written.work_id, Phase::Success, &end).await.unwrap();
        tx.record_due(written.work_id, None).await.unwrap();
        tx.commit().await.unwrap();

        written.course.reported = Some(reported);
        written.course.due_at = None;
        written.course.success.end = Some(end);
        let call = &mut written.course.success.calls[0];
        (call.attempts, call.called_at, call.answer) = (2, Some(at(1_700)), Some(answer));
        assert_eq!(find(&store, written.work_id).await, written);

        let (filter, request) = (OperationFilter::default(), everything(SortDir::Asc));
        let listed = store.session().await.unwrap().list_operations(&account, &filter, &request).await;
        written.course.reported.as_mut().unwrap().report.outputs = None;
        assert_eq!(listed.unwrap().rows, [written], "lists go without outputs");
    })
    .await;
}

#[tokio::test]
async fn an_operation_has_one_outcome_and_only_if_it_was_allowed() {
    on_both(async |database| {
        let store = database.open().await;
        let (allowed, denied) = (allowed(5_000), operation("stack", 1_000));
        record(&store, &account("acme"), &[allowed.clone(), denied.clone()]).await;
        let failed = reported(Outcome::Failed, 2_000);
        assert!(!report(&store, "acme", denied.work_id, &failed).await);
        assert!(!report(&store, "acme", WorkId::generate(), &failed).await);
        assert!(!report(&store, "other", allowed.work_id, &failed).await);
        assert!(report(&store, "acme", allowed.work_id, &failed).await);
        for outcome in [Outcome::Failed, Outcome::Succeeded, Outcome::Abandoned] {
            assert!(!report(&store, "acme", allowed.work_id, &reported(outcome, 3_000)).await);
        }
        assert_eq!(find(&store, allowed.work_id).await.course.reported, Some(failed));
    })
    .await;
}

#[tokio::test]
async fn what_is_due_is_listed_most_urgent_first() {
    on_both(async |database| {
        let store = database.open().await;
        let operations = [allowed(30), allowed(10), allowed(20), allowed(40), bare_operation("stack", 1)];
        record(&store, &account("acme"), &operations).await;
        let due = async |now: i64, most: usize| -> Vec<WorkId> {
            let due = store.session().await.unwrap().list_due(at(now), most).await.unwrap();
            due.into_iter().map(|(owner, work_id)| (assert_eq!(owner, account("acme")), work_id).1).collect()
        };
        assert_eq!(due(9, 9).await, []);
        assert_eq!(due(30, 9).await, [1, 2, 0].map(|index: usize| operations[index].work_id));
        assert_eq!(due(30, 2).await, [1, 2].map(|index: usize| operations[index].work_id));
    })
    .await;
}

#[tokio::test]
async fn a_lease_ends_when_another_server_claims_after_its_time() {
    on_both(async |database| {
        let (store, second) = (database.open().await, database.open().await);
        let operation = allowed(10);
        let id = operation.work_id;
        record(&store, &account("acme"), &[operation]).await;
        assert_eq!(claim(&store, id, (9, 100)).await, None, "too early");
        let first = claim(&store, id, (10, 100)).await.unwrap();
        assert_eq!(claim(&second, id, (99, 200)).await, None, "it is taken");
        assert!(holds(&store, &first).await);
        let taken = claim(&second, id, (100, 200)).await.unwrap();
        assert!(!holds(&store, &first).await && holds(&second, &taken).await);
    })
    .await;
}

#[tokio::test]
async fn what_several_servers_claim_at_once_each_gets_once() {
    on_both(async |database| {
        let store = database.open().await;
        let operations: Vec<Operation> = (0..40).map(allowed).collect();
        record(&store, &account("acme"), &operations).await;
        let mut claimers = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let server = database.open().await;
            let ids: Vec<WorkId> = operations.iter().map(|operation| operation.work_id).collect();
            claimers.spawn(async move {
                let mut claimed = 0;
                for id in ids {
                    claimed += usize::from(claim(&server, id, (50, 1_000)).await.is_some());
                }
                claimed
            });
        }
        assert_eq!(claimers.join_all().await.into_iter().sum::<usize>(), 40);
    })
    .await;
}
