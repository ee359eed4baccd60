//! The record of decisions.

use super::samples::{AWKWARD, account, at, bare_operation, name, operation, outcome, passed, record};
use super::{check_pages, everything, on_both};
use crate::domain::account::Account;
use crate::domain::event::EventQuery;
use crate::domain::operation::{Operation, OperationFilter, OperationKind};
use crate::domain::page::{PageRequest, SortDir};
use crate::domain::stack::StackName;
use crate::domain::verdict::{Decision, Evaluation, HookResult, Verdict};
use crate::store::Store;

#[tokio::test]
async fn an_operation_is_read_as_it_was_recorded() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut full = operation(AWKWARD, 1_000);
        full.judgement.hooks = vec![outcome("z"), passed("a"), outcome("钩子")];
        let bare = bare_operation("bare", 1_000);
        record(&store, &account, &[full.clone(), bare.clone()]).await;
        let mut session = store.session().await.unwrap();
        for written in [full, bare] {
            assert_eq!(session.find_operation(&account, written.work_id).await.unwrap(), Some(written));
        }
        let unknown = operation("x", 1).work_id;
        assert_eq!(session.find_operation(&account, unknown).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn every_result_and_verdict_has_its_word() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut written = operation("stack", 1_000);
        for result in [
            HookResult::Passed,
            HookResult::Refused,
            HookResult::NotDeclared,
            HookResult::Undefined,
            HookResult::Malformed,
            HookResult::Errored,
            HookResult::TimedOut,
        ] {
            for verdict in [Verdict::Pass, Verdict::Warn, Verdict::Fail] {
                let mut hook = passed("hook");
                hook.verdict = verdict;
                hook.evaluation = Evaluation::of(result);
                written.judgement.hooks.push(hook);
            }
        }
        record(&store, &account, std::slice::from_ref(&written)).await;
        let found = store.session().await.unwrap().find_operation(&account, written.work_id).await.unwrap();
        assert_eq!(found, Some(written));
    })
    .await;
}

#[tokio::test]
async fn more_hooks_than_one_statement_carries_keep_their_order() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut written = operation("stack", 1_000);
        written.judgement.hooks = (0..101).map(|index| passed(&format!("hook{index}"))).collect();
        record(&store, &account, std::slice::from_ref(&written)).await;
        let found = store.session().await.unwrap().find_operation(&account, written.work_id).await.unwrap();
        assert_eq!(found, Some(written));
    })
    .await;
}

#[tokio::test]
async fn a_nul_in_what_a_policy_says_is_replaced() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut written = operation("stack", 1_000);
        let mut hook = outcome("hook");
        hook.evaluation.message = Some("a\0b".to_owned());
        hook.evaluation.note = Some("\0".to_owned());
        hook.evaluation.location.as_mut().unwrap().file = "a\0.rego".to_owned();
        written.message = Some("a\0b".to_owned());
        written.judgement.hooks = vec![hook];
        record(&store, &account, std::slice::from_ref(&written)).await;
        let found =
            store.session().await.unwrap().find_operation(&account, written.work_id).await.unwrap().unwrap();
        let evaluation = &found.judgement.hooks[0].evaluation;
        assert_eq!(found.message.as_deref(), Some("a\u{FFFD}b"));
        assert_eq!(evaluation.message.as_deref(), Some("a\u{FFFD}b"));
        assert_eq!(evaluation.note.as_deref(), Some("\u{FFFD}"));
        assert_eq!(evaluation.location.as_ref().unwrap().file, "a\u{FFFD}.rego");
        assert_eq!(evaluation.findings, written.judgement.hooks[0].evaluation.findings, "JSON escapes it");
    })
    .await;
}

#[tokio::test]
async fn no_account_sees_the_operations_of_another() {
    on_both(async |database| {
        let (store, owner) = (database.open().await, account("owner"));
        let written = operation("stack", 1_000);
        record(&store, &owner, std::slice::from_ref(&written)).await;
        let elsewhere = Account { region: "elsewhere".to_owned(), ..owner };
        let mut session = store.session().await.unwrap();
        for other in [account("other"), elsewhere] {
            assert_eq!(session.find_operation(&other, written.work_id).await.unwrap(), None);
            let (filter, request) = (OperationFilter::default(), everything(SortDir::Desc));
            let page = session.list_operations(&other, &filter, &request).await.unwrap();
            assert_eq!(page.rows, []);
        }
    })
    .await;
}

#[tokio::test]
async fn operations_are_paged_both_ways_with_their_hooks() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut written: Vec<Operation> = [7, 7, 7, 8, 8, 8, 8, 9, 3, 3, 7]
            .into_iter()
            .enumerate()
            .map(|(index, time)| {
                let mut operation = operation(if index % 2 == 0 { "even" } else { "odd" }, time);
                operation.judgement.hooks = vec![outcome("first"), passed("second")];
                operation
            })
            .collect();
        record(&store, &account, &written).await;
        written.sort_by_key(|operation| (operation.created_at, operation.work_id));
        check_filter_pages(&store, OperationFilter::default(), &written).await;
        let between = OperationFilter { since: Some(at(7)), until: Some(at(9)), ..Default::default() };
        let some: Vec<Operation> =
            written.iter().filter(|row| (at(7)..at(9)).contains(&row.created_at)).cloned().collect();
        assert_eq!(some.len(), 8);
        check_filter_pages(&store, between, &some).await;
        let even =
            OperationFilter { stack_name: Some(StackName::parse("even").unwrap()), ..Default::default() };
        written.retain(|operation| operation.stack.name.as_str() == "even");
        check_filter_pages(&store, even, &written).await;
    })
    .await;
}

async fn check_filter_pages(store: &Store, filter: OperationFilter, oldest_first: &[Operation]) {
    let account = account("acme");
    check_pages(oldest_first, async |request| {
        store.session().await.unwrap().list_operations(&account, &filter, request).await.unwrap()
    })
    .await;
}

#[tokio::test]
async fn operations_are_filtered_by_what_is_known_of_them() {
    on_both(async |database| {
        let store = database.open().await;
        let mut denied = operation("alpha", 10);
        denied.judgement.hooks = vec![outcome("strict"), passed("lax")];
        let mut allowed = bare_operation("beta", 20);
        allowed.judgement.hooks = vec![passed("strict")];
        let plan = Operation { kind: "CreateExecutionPlan".to_owned(), ..bare_operation("alpha", 30) };
        let [d, a, p] = ["denied", "allowed", "plan"];
        record(&store, &account("acme"), &[denied.clone(), allowed.clone(), plan.clone()]).await;
        let names = [(denied.work_id, d), (allowed.work_id, a), (plan.work_id, p)];
        let check = async |filter: OperationFilter, expected: &[&str]| {
            let mut session = store.session().await.unwrap();
            let request = everything(SortDir::Asc);
            let page = session.list_operations(&account("acme"), &filter, &request).await.unwrap();
            let found =
                page.rows.iter().map(|row| names.iter().find(|(id, _)| *id == row.work_id).unwrap().1);
            assert_eq!(found.collect::<Vec<_>>(), expected, "{filter:?}");
        };
        let any = OperationFilter::default;
        let kind = OperationKind::parse("CreateExecutionPlan", &[]).unwrap();
        let alpha = StackName::parse("alpha").unwrap();
        check(any(), &[d, a, p]).await;
        check(OperationFilter { stack_name: Some(alpha.clone()), ..any() }, &[d, p]).await;
        check(OperationFilter { operation: Some(kind), ..any() }, &[p]).await;
        check(OperationFilter { decision: Some(Decision::Denied), ..any() }, &[d]).await;
        check(OperationFilter { decision: Some(Decision::Allowed), stack_name: Some(alpha), ..any() }, &[p])
            .await;
        check(OperationFilter { hook_name: Some(name("strict")), ..any() }, &[d, a]).await;
        check(OperationFilter { result: Some(HookResult::Passed), ..any() }, &[d, a]).await;
        let both =
            OperationFilter { hook_name: Some(name("strict")), result: Some(HookResult::Passed), ..any() };
        check(both, &[a]).await;
        check(OperationFilter { since: Some(at(20)), ..any() }, &[a, p]).await;
        check(OperationFilter { until: Some(at(20)), ..any() }, &[d]).await;
    })
    .await;
}

#[tokio::test]
async fn a_forged_marker_leads_somewhere_but_never_to_an_error() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let written = [operation("stack", 10), operation("stack", 20)];
        record(&store, &account, &written).await;
        let first = PageRequest::parse("list", 1, SortDir::Desc, None).unwrap();
        let mut session = store.session().await.unwrap();
        let filter = OperationFilter::default();
        let page = session.list_operations(&account, &filter, &first).await.unwrap();
        for tie in ["", "\0", "x/\0", "-1", "\u{10FFFF}"] {
            let mut forged = PageRequest::parse("list", 1, SortDir::Desc, page.next.as_deref()).unwrap();
            forged.marker.as_mut().unwrap().key.tie = tie.to_owned();
            session.list_operations(&account, &filter, &forged).await.unwrap();
            session.list_hooks(&account, &forged).await.unwrap();
            let query = EventQuery {
                stack_name: StackName::parse("stack").unwrap(),
                stack_id: None,
                work_id: None,
                event_types: None,
            };
            session.list_events(&account, &query, &forged).await.unwrap();
        }
    })
    .await;
}
