-- The synced tables of the first version, as crmdesk.models declares them (a test compares the two).

CREATE TABLE crm.agent (
    login TEXT NOT NULL,
    display_name TEXT NOT NULL,
    extension TEXT,
    role TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_agent PRIMARY KEY (id),
    CONSTRAINT uq_agent_login UNIQUE (login)
);
CREATE INDEX ix_agent_extension ON crm.agent (extension);

CREATE TABLE crm.queue (
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    target_s FLOAT NOT NULL,
    short_abandon_s FLOAT NOT NULL,
    wrap_up_s FLOAT NOT NULL,
    formula TEXT NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_queue PRIMARY KEY (id),
    CONSTRAINT uq_queue_name UNIQUE (name)
);

CREATE TABLE crm.disposition (
    code TEXT NOT NULL,
    label TEXT NOT NULL,
    position INTEGER NOT NULL,
    active BOOLEAN NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_disposition PRIMARY KEY (id),
    CONSTRAINT uq_disposition_code UNIQUE (code)
);

CREATE TABLE crm.customer (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    latin_name TEXT NOT NULL,
    summary TEXT NOT NULL,
    city TEXT NOT NULL,
    since DATE,
    care TEXT NOT NULL,
    tier TEXT NOT NULL,
    language TEXT NOT NULL,
    product TEXT NOT NULL,
    preferences TEXT NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_customer PRIMARY KEY (id)
);

CREATE TABLE crm.contact_point (
    customer_id UUID,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    e164 TEXT,
    extension TEXT,
    label TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_contact_point PRIMARY KEY (id)
);
CREATE INDEX ix_contact_point_customer_id ON crm.contact_point (customer_id);
CREATE INDEX ix_contact_point_e164 ON crm.contact_point (e164, extension, customer_id);

CREATE TABLE crm.interaction (
    customer_id UUID,
    channel TEXT NOT NULL,
    direction TEXT NOT NULL,
    e164 TEXT,
    extension TEXT,
    withheld BOOLEAN NOT NULL,
    caller_name TEXT NOT NULL,
    did TEXT NOT NULL,
    queue TEXT NOT NULL,
    agent_id UUID,
    began_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    wait_s FLOAT,
    talk_s FLOAT,
    hold_s FLOAT,
    outcome TEXT,
    ended_by TEXT,
    disposition_id UUID,
    state TEXT NOT NULL,
    closed_reason TEXT NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_interaction PRIMARY KEY (id)
);
CREATE INDEX ix_interaction_agent_id ON crm.interaction (agent_id, began_at);
CREATE INDEX ix_interaction_customer_id ON crm.interaction (customer_id, began_at);
CREATE INDEX ix_interaction_e164 ON crm.interaction (e164, began_at);

CREATE TABLE crm.note (
    interaction_id UUID,
    customer_id UUID,
    author_id UUID,
    body TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_note PRIMARY KEY (id)
);
CREATE INDEX ix_note_customer_id ON crm.note (customer_id, written_at);
CREATE INDEX ix_note_interaction_id ON crm.note (interaction_id);

CREATE TABLE crm.call_leg (
    interaction_id UUID NOT NULL,
    agent_extension TEXT NOT NULL,
    queue TEXT NOT NULL,
    rang_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    result TEXT,
    talk_s FLOAT,
    hold_s FLOAT,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_call_leg PRIMARY KEY (id)
);
CREATE INDEX ix_call_leg_interaction_id ON crm.call_leg (interaction_id);

CREATE TABLE crm.complaint (
    reference TEXT NOT NULL,
    customer_id UUID,
    interaction_id UUID,
    product TEXT NOT NULL,
    category TEXT NOT NULL,
    severity INTEGER NOT NULL,
    safety BOOLEAN NOT NULL,
    verbatim TEXT NOT NULL,
    desired_remedy TEXT NOT NULL,
    state TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_zone TEXT NOT NULL,
    registered_by UUID,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_complaint PRIMARY KEY (id),
    CONSTRAINT uq_complaint_reference UNIQUE (reference)
);
CREATE INDEX ix_complaint_customer_id ON crm.complaint (customer_id);
CREATE INDEX ix_complaint_interaction_id ON crm.complaint (interaction_id);
CREATE INDEX ix_complaint_state ON crm.complaint (state, received_at);

select sync.attach('agent', 1);
select sync.attach('queue', 2);
select sync.attach('disposition', 3);
select sync.attach('customer', 4);
select sync.attach('contact_point', 5);
select sync.attach('interaction', 6);
select sync.attach('note', 7);
select sync.attach('call_leg', 8);
select sync.attach('complaint', 9);
