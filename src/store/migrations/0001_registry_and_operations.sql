-- One text for SQLite and PostgreSQL, so only the types that both have: TEXT, BIGINT, BYTEA.
-- Moments are milliseconds since 1970 (UTC), yes and no are 1 and 0, states are words, documents are JSON in TEXT.

-- An account is there from its first change or operation on. Its revision numbers its hook set.
CREATE TABLE accounts (
    domain   TEXT   NOT NULL,
    region   TEXT   NOT NULL,
    revision BIGINT NOT NULL CHECK (revision >= 0),
    PRIMARY KEY (domain, region)
);

-- Policies as they were uploaded, by the SHA-256 of their bytes. Never changed, and kept when the last version that
-- uses one is deleted: the record of operations refers to them.
CREATE TABLE bundles (
    digest     TEXT   NOT NULL PRIMARY KEY,
    format     TEXT   NOT NULL CHECK (format IN ('rego', 'zip')),
    content    BYTEA  NOT NULL,
    declares   BIGINT NOT NULL CHECK (declares IN (0, 1)),
    created_at BIGINT NOT NULL
);

-- version_key is the version without build metadata: versions of equal precedence are one version.
CREATE TABLE hook_versions (
    hook_id     TEXT   NOT NULL,
    version_key TEXT   NOT NULL,
    version     TEXT   NOT NULL,
    description TEXT   NOT NULL,
    digest      TEXT   NOT NULL REFERENCES bundles (digest),
    sequence    BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    PRIMARY KEY (hook_id, version_key)
);

CREATE INDEX hook_versions_by_time ON hook_versions (hook_id, create_time, sequence);

-- The foreign key waits for the commit, because a hook and its first version are born together. It holds what the gate
-- relies on: a hook without its default version would silently not be asked.
CREATE TABLE hooks (
    hook_id         TEXT   NOT NULL PRIMARY KEY,
    domain          TEXT   NOT NULL,
    region          TEXT   NOT NULL,
    hook_name       TEXT   NOT NULL,
    description     TEXT   NOT NULL,
    default_version TEXT   NOT NULL,
    default_key     TEXT   NOT NULL,
    target_stacks   TEXT   CHECK (target_stacks IN ('NONE', 'ALL')),
    failure_mode    TEXT   CHECK (failure_mode IN ('WARN', 'FAIL')),
    sequence        BIGINT NOT NULL,
    create_time     BIGINT NOT NULL,
    update_time     BIGINT NOT NULL,
    UNIQUE (domain, region, hook_name),
    CHECK ((target_stacks IS NULL) = (failure_mode IS NULL)),
    FOREIGN KEY (hook_id, default_key) REFERENCES hook_versions (hook_id, version_key) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX hooks_by_time ON hooks (domain, region, create_time, sequence);
CREATE INDEX hooks_by_target ON hooks (domain, region, target_stacks, sequence);

-- The columns after created_at are what becomes of an operation after the decision.
CREATE TABLE operations (
    work_id         TEXT   NOT NULL PRIMARY KEY,
    domain          TEXT   NOT NULL,
    region          TEXT   NOT NULL,
    operation       TEXT   NOT NULL,
    stack_name      TEXT   NOT NULL,
    stack_id        TEXT,
    stack_labels    TEXT   NOT NULL,
    actor           TEXT,
    decision        TEXT   NOT NULL CHECK (decision IN ('ALLOWED', 'DENIED')),
    stack_status    TEXT,
    message         TEXT,
    revision        BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    outcome         TEXT   CHECK (outcome IN ('SUCCEEDED', 'FAILED', 'ABANDONED')),
    outcome_error   TEXT,
    outcome_outputs TEXT,
    outcome_at      BIGINT,
    success_status  TEXT   CHECK (success_status IN ('ok', 'failed', 'ignored', 'skipped')),
    success_error   TEXT,
    post_status     TEXT   CHECK (post_status IN ('ok', 'failed', 'ignored', 'skipped')),
    post_error      TEXT
);

CREATE INDEX operations_by_time ON operations (domain, region, created_at, work_id);
CREATE INDEX operations_by_stack ON operations (domain, region, stack_name, created_at, work_id);

-- No foreign key to bundles: on PostgreSQL each row would lock the bundle, and every operation uses the same few.
CREATE TABLE operation_hooks (
    work_id       TEXT   NOT NULL REFERENCES operations (work_id) ON DELETE CASCADE,
    position      BIGINT NOT NULL,
    hook_name     TEXT   NOT NULL,
    hook_id       TEXT   NOT NULL,
    hook_version  TEXT   NOT NULL,
    digest        TEXT   NOT NULL,
    failure_mode  TEXT   NOT NULL CHECK (failure_mode IN ('WARN', 'FAIL')),
    result        TEXT   NOT NULL CHECK (result IN
                      ('PASSED', 'REFUSED', 'NOT_DECLARED', 'UNDEFINED', 'MALFORMED', 'ERRORED', 'TIMED_OUT')),
    verdict       TEXT   NOT NULL CHECK (verdict IN ('PASS', 'WARN', 'FAIL')),
    err_msg       TEXT,
    note          TEXT,
    findings      TEXT   NOT NULL,
    location_file TEXT,
    location_row  BIGINT,
    location_col  BIGINT,
    duration_us   BIGINT NOT NULL,
    PRIMARY KEY (work_id, position)
);

CREATE TABLE stack_events (
    work_id       TEXT   NOT NULL REFERENCES operations (work_id) ON DELETE CASCADE,
    position      BIGINT NOT NULL,
    domain        TEXT   NOT NULL,
    region        TEXT   NOT NULL,
    stack_name    TEXT   NOT NULL,
    stack_id      TEXT,
    event_type    TEXT   NOT NULL CHECK (event_type IN ('LOG', 'ERROR')),
    event_message TEXT   NOT NULL,
    hook_name     TEXT,
    hook_id       TEXT,
    hook_version  TEXT,
    time          BIGINT NOT NULL,
    PRIMARY KEY (work_id, position)
);

CREATE INDEX stack_events_by_time ON stack_events (domain, region, stack_name, time, work_id, position);
CREATE INDEX stack_events_by_operation ON stack_events (domain, region, stack_name, work_id, time, position);

-- What a Client-Request-Id was used for, for a day.
CREATE TABLE idempotency_keys (
    domain      TEXT   NOT NULL,
    region      TEXT   NOT NULL,
    request_id  TEXT   NOT NULL,
    body_digest TEXT   NOT NULL,
    work_id     TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (domain, region, request_id)
);

CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);

-- Keys of the server itself, the same for every server on this database.
CREATE TABLE secrets (
    name  TEXT  NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);
