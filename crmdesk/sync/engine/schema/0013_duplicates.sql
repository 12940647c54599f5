-- Two customers of whom somebody said that they are two, what a survivor took from a merged one, and the index by which
-- e-mail and postal addresses are found. Part of schema 4 of the synced tables.
alter table crm.customer add column taken_over text not null default '';

create index ix_contact_point_written on crm.contact_point (kind, value, customer_id)
    where kind <> 'phone' and length(value) <= 300;

CREATE TABLE crm.not_duplicate (
    customer_id UUID,
    other_customer_id UUID,
    removed BOOLEAN NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_not_duplicate PRIMARY KEY (id)
);
CREATE INDEX ix_not_duplicate_customer_id ON crm.not_duplicate (customer_id);
CREATE INDEX ix_not_duplicate_other_customer_id ON crm.not_duplicate (other_customer_id);

select sync.attach('not_duplicate', 19);
select sync.guard('not_duplicate');
select sync.hold_with('not_duplicate', 19, 'customer_id');
