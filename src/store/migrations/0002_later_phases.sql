-- due_at: when a worker is to look at an operation. At first the end of the time for its outcome; once that is reported,
-- at once; while a server is at it, when its lease ends and any server may take over; null when nothing is left to do.
-- lease: whose turn it is. Only who holds it may go on with the phases.
ALTER TABLE operations ADD COLUMN due_at BIGINT;
ALTER TABLE operations ADD COLUMN lease TEXT;

-- Operations that were there before have the default time for their outcome.
UPDATE operations SET due_at = created_at + 86400000 WHERE decision = 'ALLOWED' AND outcome IS NULL;

CREATE INDEX operations_by_due ON operations (due_at) WHERE due_at IS NOT NULL;

-- The hooks of the later phases, pinned when the operation began, and what came of calling each. A row is one call,
-- however often a crash repeats it; it has answered once answered_at is there, and failed if error is there too.
CREATE TABLE later_calls (
    work_id      TEXT   NOT NULL REFERENCES operations (work_id) ON DELETE CASCADE,
    phase        TEXT   NOT NULL CHECK (phase IN ('success', 'post')),
    hook_id      TEXT   NOT NULL,
    position     BIGINT NOT NULL,
    hook_name    TEXT   NOT NULL,
    failure_mode TEXT   NOT NULL CHECK (failure_mode IN ('WARN', 'FAIL')),
    timeout_ms   BIGINT NOT NULL,
    attempts     BIGINT NOT NULL,
    called_at    BIGINT,
    error        TEXT,
    answered_at  BIGINT,
    PRIMARY KEY (work_id, phase, hook_id),
    CHECK (error IS NULL OR answered_at IS NOT NULL)
);
