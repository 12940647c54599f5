-- Requests for service, returns and information, with their steps; tasks may be about one; seals are over the steps of
-- every kind of case.
CREATE TABLE crm.request (
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    customer_id UUID,
    interaction_id UUID,
    category TEXT NOT NULL,
    product TEXT NOT NULL,
    serial TEXT NOT NULL,
    lot TEXT NOT NULL,
    place TEXT NOT NULL,
    bought_on DATE,
    warranty_until DATE,
    condition TEXT NOT NULL,
    wanted TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    safety BOOLEAN NOT NULL,
    verbatim TEXT NOT NULL,
    state TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_zone TEXT NOT NULL,
    registered_by UUID,
    channel TEXT NOT NULL,
    assigned_to UUID,
    outcome TEXT NOT NULL,
    appointment_at TIMESTAMP WITH TIME ZONE,
    appointment_until TIMESTAMP WITH TIME ZONE,
    appointment_zone TEXT NOT NULL,
    visitor TEXT NOT NULL,
    label TEXT NOT NULL,
    refund_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    second_person BOOLEAN NOT NULL,
    decided_by UUID,
    answered_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    moved_at TIMESTAMP WITH TIME ZONE,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_request PRIMARY KEY (id),
    CONSTRAINT uq_request_reference UNIQUE (reference)
);
CREATE INDEX ix_request_customer_id ON crm.request (customer_id);
CREATE INDEX ix_request_interaction_id ON crm.request (interaction_id);
CREATE INDEX ix_request_state ON crm.request (state, received_at);

CREATE TABLE crm.request_step (
    request_id UUID NOT NULL,
    kind TEXT NOT NULL,
    by_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    device_id UUID,
    details TEXT NOT NULL,
    parents TEXT NOT NULL,
    digest TEXT NOT NULL,
    accepted BIGINT,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_request_step PRIMARY KEY (id)
);
CREATE INDEX ix_request_step_request_id ON crm.request_step (request_id, at);
CREATE INDEX ix_request_step_accepted ON crm.request_step (accepted);
create trigger accepted before insert on crm.request_step for each row execute function sync.on_step();

alter table crm.task add column request_id uuid;
alter table sync.seal rename column complaint_id to case_id;

select sync.attach('request', 30);
select sync.attach('request_step', 31);
select sync.guard(name) from unnest(array['request', 'request_step']) as t(name);
select sync.hold_with('request', 30, 'customer_id');
select sync.hold_with('request_step', 31, 'request_id');
