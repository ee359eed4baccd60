//! Every statement of the store, looked at: none reads a whole table, none changes what must not change.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use super::samples::name;
use super::{Database, on_both};
use crate::domain::operation::{OperationFilter, OperationKind};
use crate::domain::outcome::Outcome;
use crate::domain::stack::StackName;
use crate::domain::verdict::{Decision, HookResult};
use crate::store::operations::Lead;
use crate::store::sql::with_rows;
use crate::store::{
    accounts, bundles, events, hooks, inputs, keys, later_calls, operation_hooks, operations, phases,
    retention, secrets, versions,
};

/// Every statement by its name.
fn statements() -> Vec<(&'static str, String)> {
    let named = [
        accounts::QUERIES,
        bundles::QUERIES,
        events::QUERIES,
        hooks::QUERIES,
        inputs::QUERIES,
        keys::QUERIES,
        later_calls::QUERIES,
        operations::QUERIES,
        phases::QUERIES,
        retention::QUERIES,
        secrets::QUERIES,
        versions::QUERIES,
    ];
    let mut all: Vec<(&str, String)> =
        named.concat().into_iter().map(|(name, sql)| (name, sql.to_owned())).collect();
    let mut listed = |name, head, (rows, columns), tail| {
        all.push((name, with_rows(head, rows, columns, tail).as_str().to_owned()));
    };
    let order = operation_hooks::LIST_OPERATION_HOOKS_ORDER;
    listed("LIST_OPERATION_HOOKS", operation_hooks::LIST_OPERATION_HOOKS, (1, 3), order);
    let columns = operation_hooks::INSERT_OPERATION_HOOKS_COLUMNS;
    listed("INSERT_OPERATION_HOOKS", operation_hooks::INSERT_OPERATION_HOOKS, (2, columns), "");
    listed("DELETE_OPERATIONS", retention::DELETE_OPERATIONS, (1, 3), "");
    let order = later_calls::LIST_LATER_CALLS_ORDER;
    listed("LIST_LATER_CALLS", later_calls::LIST_LATER_CALLS, (1, 3), order);
    let columns = later_calls::INSERT_LATER_CALLS_COLUMNS;
    listed("INSERT_LATER_CALLS", later_calls::INSERT_LATER_CALLS, (2, columns), "");
    listed("INSERT_EVENTS", events::INSERT_EVENTS, (2, events::INSERT_EVENTS_COLUMNS), "");
    all
}

#[tokio::test]
async fn no_statement_reads_a_whole_table_and_no_page_reads_the_pages_before_it() {
    on_both(async |database| {
        database.open().await.close().await;
        let mut connection = database.connection().await;
        for (name, sql) in statements() {
            let plan = plan(database, &mut connection, &sql).await;
            for (_, index) in SERVED_BY.iter().filter(|(prefix, _)| name.starts_with(prefix)) {
                assert!(plan.contains(index), "{name} is not served by {index}:\n{plan}");
            }
            if database.is_postgres() {
                check_postgres(name, &plan);
            } else {
                check_sqlite(name, &plan);
            }
        }
    })
    .await;
}

/// Which index serves what is asked most, or reads most.
const SERVED_BY: [(&str, &str); 18] = [
    ("FIND_GATING_HOOKS", "hooks_by_target"),
    ("FIND_SURPLUS", "operations_by_time"),
    ("LIST_CLOSED", "operations_by_time"),
    ("DELETE_UNUSED_INPUT", "operations_by_input"),
    ("LIST_DUE", "operations_by_due"),
    ("LIST_EVENTS_", "stack_events_by_time"),
    ("LIST_HOOKS_", "hooks_by_time"),
    ("LIST_OPERATIONS_", "operations_by_time"),
    ("LIST_OPERATION_EVENTS_", "stack_events_by_operation"),
    ("LIST_BY_STACK_", "operations_by_stack"),
    ("LIST_BY_KIND_", "operations_by_kind"),
    ("LIST_BY_DECISION_", "operations_by_decision"),
    ("LIST_BY_OUTCOME_", "operations_by_outcome"),
    ("LIST_BY_HOOK_", "operation_hooks_by_name"),
    ("LIST_BY_RESULT_", "operation_hooks_by_result"),
    ("LIST_BY_BOTH_", "operation_hooks_by_name_and_result"),
    ("LIST_VERSIONS_", "hook_versions_by_time"),
    ("DELETE_EXPIRED_KEYS", "idempotency_keys_by_time"),
];

fn is_page(name: &str) -> bool {
    name.ends_with("_UP") || name.ends_with("_DOWN")
}

#[track_caller]
fn check_sqlite(name: &str, plan: &str) {
    let reads_all = plan.lines().any(|line| line.starts_with("SCAN") && !line.contains("VALUES CLAUSE"));
    assert!(!reads_all, "{name}:\n{plan}");
    if is_page(name) {
        assert!(!plan.contains("TEMP B-TREE"), "{name} sorts:\n{plan}");
        // The events of one operation are few and of one moment.
        let begins_at_key = plan.contains("(?,?") || name.starts_with("LIST_OPERATION_EVENTS");
        assert!(begins_at_key, "{name} does not begin at its key:\n{plan}");
    }
}

#[track_caller]
fn check_postgres(name: &str, plan: &str) {
    assert!(!plan.contains("Seq Scan"), "{name}:\n{plan}");
    if is_page(name) {
        assert!(!plan.contains("Sort"), "{name} sorts:\n{plan}");
        let begins_at_key = plan.lines().any(|line| line.contains("Index Cond") && line.contains("ROW("));
        assert!(begins_at_key, "{name} does not begin at its key:\n{plan}");
    }
}

async fn plan(database: &Database, connection: &mut AnyConnection, sql: &str) -> String {
    let (explain, column) = if database.is_postgres() {
        let parameters = (1..99).take_while(|number| sql.contains(&format!("${number}"))).count();
        let nulls = vec!["NULL"; parameters].join(", ");
        // A generic plan, as for values nobody knows; sequential scans only where there is no other way.
        let prepare = format!(
            "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; DEALLOCATE ALL; PREPARE s AS {sql}"
        );
        sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *connection).await.unwrap();
        (format!("EXPLAIN EXECUTE s({nulls})"), 0)
    } else {
        (format!("EXPLAIN QUERY PLAN {sql}"), 3)
    };
    let rows = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(column)).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_combination_of_filters_begins_in_the_index_of_one_of_them() {
    let stack = StackName::parse("a").unwrap();
    let (kind, hook) = (OperationKind::parse("DeployStack", &[]).unwrap(), name("a"));
    let mut seen = BTreeSet::new();
    for bits in 0..64_u32 {
        let given = |bit: u32| bits & (1 << bit) != 0;
        for [decision, result, outcome] in [0, 1]
            .map(|usual| {
                [
                    (Decision::Denied.as_str(), "REFUSED", "FAILED"),
                    (Decision::Allowed.as_str(), "PASSED", "SUCCEEDED"),
                ][usual]
            })
            .map(|(decision, result, outcome)| [decision, result, outcome])
        {
            let filter = OperationFilter {
                stack_name: given(0).then(|| stack.clone()),
                operation: given(1).then(|| kind.clone()),
                decision: given(2).then(|| Decision::parse(decision).unwrap()),
                outcome: given(3).then(|| Outcome::parse(outcome).unwrap()),
                hook_name: given(4).then(|| hook.clone()),
                result: given(5).then(|| HookResult::parse(result).unwrap()),
                ..OperationFilter::default()
            };
            let lead = Lead::of(&filter);
            assert_eq!(lead == Lead::Time, bits == 0, "{filter:?} reads the whole account");
            seen.insert(format!("{lead:?}"));
        }
    }
    assert_eq!(seen.len(), 8, "{seen:?}");
}

#[test]
fn versions_and_policies_are_never_updated() {
    for (name, sql) in statements() {
        let words: Vec<&str> = sql.split_whitespace().collect();
        let changes = words.contains(&"UPDATE") || words.contains(&"REPLACE");
        let touches = ["hook_versions", "bundles"].iter().any(|table| words.contains(table));
        assert!(!(changes && touches), "{name}: {sql}");
        assert!(!(words.first() == Some(&"DELETE") && words.contains(&"bundles")), "{name}: {sql}");
    }
}

#[test]
fn no_statement_is_planned_for_the_value_of_its_limit() {
    for (name, sql) in statements() {
        assert!(!sql.contains("LIMIT $"), "{name} would be prepared anew each time: {sql}");
    }
}

/// What the tests above rest on: a statement that is not in `statements` is not in the store.
#[test]
fn every_statement_has_a_name() {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            files.push((path.clone(), std::fs::read_to_string(path).unwrap()));
        }
    }
    assert!(files.len() > 10);
    let names: Vec<&str> = statements().into_iter().map(|(name, _)| name).collect();
    for (path, text) in files {
        let file = path.file_name().unwrap().to_str().unwrap();
        let inline = text.matches("query(\"").count() + text.matches("query_scalar(").count();
        assert_eq!(inline, usize::from(file == "mod.rs"), "{file}: only `ping` asks without a name");
        for line in text.lines().filter(|line| line.contains(": &str =") && file != "sql.rs") {
            let name = line.split_once(": &str =").unwrap().0.rsplit(' ').next().unwrap();
            // What a server counts at its start goes through everything, once.
            let known = names.contains(&name) || name.ends_with("_ORDER") || file == "sizes.rs";
            assert!(known, "{file}: {name} is not among the statements");
        }
        assert!(!text.contains("AssertSqlSafe(") || file == "sql.rs", "{file}");
        assert!(!text.contains("raw_sql(") || file == "connect.rs", "{file}");
    }
}
