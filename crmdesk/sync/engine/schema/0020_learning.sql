-- Learning from complaints: the root cause of each issue, corrective actions with their effect, and feedback about products.
alter table crm.complaint_issue add column cause text not null default '';
create index ix_complaint_received_counted on crm.complaint (received_at);

CREATE TABLE crm.corrective_action (
    words TEXT NOT NULL,
    cause TEXT NOT NULL,
    product TEXT NOT NULL,
    category TEXT NOT NULL,
    lot TEXT NOT NULL,
    area TEXT NOT NULL,
    owner_id UUID,
    due_on DATE NOT NULL,
    check_days INTEGER NOT NULL,
    state TEXT NOT NULL,
    done_at TIMESTAMP WITH TIME ZONE,
    done_by UUID,
    evidence TEXT NOT NULL,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    effect TEXT NOT NULL,
    before_count INTEGER,
    after_count INTEGER,
    unknown_after INTEGER,
    chance FLOAT,
    checked_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_corrective_action PRIMARY KEY (id)
);
CREATE INDEX ix_corrective_action_due ON crm.corrective_action (state, due_on);

CREATE TABLE crm.feedback (
    topic_id UUID NOT NULL,
    product TEXT NOT NULL,
    words TEXT NOT NULL,
    customer_id UUID,
    interaction_id UUID,
    complaint_id UUID,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_feedback PRIMARY KEY (id)
);
CREATE INDEX ix_feedback_topic_id ON crm.feedback (topic_id);
CREATE INDEX ix_feedback_customer_id ON crm.feedback (customer_id, made_at);

CREATE TABLE crm.feedback_answer (
    topic_id UUID NOT NULL,
    words TEXT NOT NULL,
    by_id UUID,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_feedback_answer PRIMARY KEY (id)
);
CREATE INDEX ix_feedback_answer_topic_id ON crm.feedback_answer (topic_id);

select sync.attach('corrective_action', 27);
select sync.attach('feedback', 28);
select sync.attach('feedback_answer', 29);
select sync.guard(name) from unnest(array['corrective_action', 'feedback', 'feedback_answer']) as t(name);

-- Each reminder of an action, and each check of its effect, comes once.
create table sync.fired_action (
    action_id uuid not null,
    what text not null,
    fired_at timestamptz not null default now(),
    primary key (action_id, what)
);
