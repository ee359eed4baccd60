-- One index for each thing operations are listed by, in the order of the list.
CREATE INDEX operations_by_kind ON operations (domain, region, operation, created_at, work_id);
CREATE INDEX operations_by_decision ON operations (domain, region, decision, created_at, work_id);
CREATE INDEX operations_by_outcome ON operations (domain, region, outcome, created_at, work_id)
    WHERE outcome IS NOT NULL;

-- The account and the beginning of the operation, again, so that a list by hook or result is read in order.
ALTER TABLE operation_hooks ADD COLUMN domain TEXT;
ALTER TABLE operation_hooks ADD COLUMN region TEXT;
ALTER TABLE operation_hooks ADD COLUMN created_at BIGINT;

UPDATE operation_hooks SET (domain, region, created_at) =
    (SELECT o.domain, o.region, o.created_at FROM operations o WHERE o.work_id = operation_hooks.work_id);

-- Every row meets the conditions, but only the texts that name them may use these two: a planner without statistics takes
-- either for as good as the third.
CREATE INDEX operation_hooks_by_name ON operation_hooks (domain, region, hook_name, created_at, work_id)
    WHERE position >= 0;
CREATE INDEX operation_hooks_by_result ON operation_hooks (domain, region, result, created_at, work_id)
    WHERE position >= 0;
CREATE INDEX operation_hooks_by_name_and_result ON operation_hooks
    (domain, region, hook_name, result, created_at, work_id);

-- What is kept of the input of an operation: the document without its secrets, by the SHA-256 of that text, once for each
-- account. `size` is that of the text, `packed` its zstd frame.
CREATE TABLE inputs (
    domain TEXT   NOT NULL,
    region TEXT   NOT NULL,
    digest TEXT   NOT NULL,
    size   BIGINT NOT NULL,
    packed BYTEA  NOT NULL,
    PRIMARY KEY (domain, region, digest)
);

-- input_state is null where nothing was to be kept; masked and erased are lists of paths.
ALTER TABLE operations ADD COLUMN input_state TEXT;
ALTER TABLE operations ADD COLUMN input_digest TEXT;
ALTER TABLE operations ADD COLUMN input_reason TEXT;
ALTER TABLE operations ADD COLUMN input_masked TEXT;
ALTER TABLE operations ADD COLUMN input_erased TEXT;

CREATE INDEX operations_by_input ON operations (domain, region, input_digest) WHERE input_digest IS NOT NULL;
