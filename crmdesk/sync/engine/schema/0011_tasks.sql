-- Promises and follow-ups, claimed as callbacks are; both can be handed to a colleague and put off.
CREATE TABLE crm.task (
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    customer_id UUID,
    interaction_id UUID,
    complaint_id UUID,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    queue TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_zone TEXT NOT NULL,
    state TEXT NOT NULL,
    assigned_to UUID,
    offered_to UUID,
    snoozed_until TIMESTAMP WITH TIME ZONE,
    closed_by UUID,
    closed_at TIMESTAMP WITH TIME ZONE,
    result TEXT NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_task PRIMARY KEY (id)
);
CREATE INDEX ix_task_customer_id ON crm.task (customer_id);
CREATE INDEX ix_task_interaction_id ON crm.task (interaction_id);
CREATE INDEX ix_task_due ON crm.task (state, due_at);

select sync.attach('task', 14);
select sync.guard('task');
select sync.hold_with('task', 14, 'customer_id');

alter table crm.callback add column offered_to uuid;
alter table crm.callback add column snoozed_until timestamptz;

