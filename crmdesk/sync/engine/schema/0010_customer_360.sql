-- The whole customer: what they need and what good service means to them, who belongs to them, what they are tagged with,
-- and what was exchanged with them otherwise than by phone. Schema 4 of the synced tables.
alter table crm.customer add column segment text not null default '';
alter table crm.customer add column accessibility text not null default '';
alter table crm.customer add column good_service text not null default '';
alter table crm.contact_point add column removed boolean not null default false;

CREATE TABLE crm.relationship (
    customer_id UUID,
    other_customer_id UUID,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    may_speak BOOLEAN NOT NULL,
    removed BOOLEAN NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_relationship PRIMARY KEY (id)
);

CREATE TABLE crm.tag (
    customer_id UUID,
    word TEXT NOT NULL,
    removed BOOLEAN NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_tag PRIMARY KEY (id)
);

CREATE TABLE crm.message (
    customer_id UUID,
    channel TEXT NOT NULL,
    direction TEXT NOT NULL,
    address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    author_id UUID,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_message PRIMARY KEY (id)
);

CREATE INDEX ix_relationship_customer_id ON crm.relationship (customer_id);
CREATE INDEX ix_relationship_other_customer_id ON crm.relationship (other_customer_id);
CREATE INDEX ix_tag_customer_id ON crm.tag (customer_id);
CREATE INDEX ix_message_customer_id ON crm.message (customer_id, happened_at);

select sync.attach('relationship', 11);
select sync.attach('tag', 12);
select sync.attach('message', 13);
select sync.guard(name) from unnest(array['relationship', 'tag', 'message']) as t(name);
select sync.hold_with('relationship', 11, 'customer_id');
select sync.hold_with('tag', 12, 'customer_id');
select sync.hold_with('message', 13, 'customer_id');

alter table sync.server alter column schema_version set default 4;
update sync.server set schema_version = 4;
