-- The life of complaints: their issues, steps, redress and letters, and the rules as editions. Schema 5 of the synced tables.
alter table crm.complaint
    add column channel text not null default 'phone',
    add column regime text not null default '',
    add column on_behalf_of text not null default '',
    add column vulnerability text not null default '',
    add column vulnerability_basis text not null default '',
    add column about text not null default '',
    add column area text not null default '',
    add column lot text not null default '',
    add column assigned_to uuid,
    add column stage int not null default 1,
    add column outcome text not null default '',
    add column decided_by uuid,
    add column first_handler uuid,
    add column redress_minor bigint not null default 0,
    add column currency text not null default '',
    add column second_person boolean not null default false,
    add column letter text not null default '',
    add column acknowledged_at timestamptz,
    add column answered_at timestamptz,
    add column closed_at timestamptz,
    add column moved_at timestamptz;

CREATE TABLE crm.complaint_issue (
    complaint_id UUID NOT NULL,
    position INTEGER NOT NULL,
    words TEXT NOT NULL,
    category TEXT NOT NULL,
    finding TEXT NOT NULL,
    answer TEXT NOT NULL,
    removed BOOLEAN NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_complaint_issue PRIMARY KEY (id)
);
CREATE INDEX ix_complaint_issue_complaint_id ON crm.complaint_issue (complaint_id);

CREATE TABLE crm.complaint_step (
    complaint_id UUID NOT NULL,
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
    CONSTRAINT pk_complaint_step PRIMARY KEY (id)
);
CREATE INDEX ix_complaint_step_complaint_id ON crm.complaint_step (complaint_id, at);
CREATE INDEX ix_complaint_step_accepted ON crm.complaint_step (accepted);

CREATE TABLE crm.redress (
    complaint_id UUID NOT NULL,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    paid_at TIMESTAMP WITH TIME ZONE,
    removed BOOLEAN NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_redress PRIMARY KEY (id)
);
CREATE INDEX ix_redress_complaint_id ON crm.redress (complaint_id);

CREATE TABLE crm.letter (
    complaint_id UUID NOT NULL,
    kind TEXT NOT NULL,
    template TEXT NOT NULL,
    language TEXT NOT NULL,
    words TEXT NOT NULL,
    ticked TEXT NOT NULL,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed BOOLEAN NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_letter PRIMARY KEY (id)
);
CREATE INDEX ix_letter_complaint_id ON crm.letter (complaint_id);

CREATE TABLE crm.regime (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    edition TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_regime PRIMARY KEY (id),
    CONSTRAINT uq_regime_edition UNIQUE (edition)
);
CREATE INDEX ix_regime_code ON crm.regime (code, version);

CREATE TABLE crm.house_rules (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    edition TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_house_rules PRIMARY KEY (id),
    CONSTRAINT uq_house_rules_edition UNIQUE (edition)
);
CREATE INDEX ix_house_rules_code ON crm.house_rules (code, version);

-- The order in which steps were taken. Rows of one push are written in the order of their ids, so the engine asks for as many
-- numbers as it takes steps; a step that is written otherwise gets the next.
create sequence sync.accepted;
create function crm.next_accepted(wanted int) returns setof bigint language sql security definer
    set search_path = pg_catalog, pg_temp as $$ select nextval('sync.accepted') from generate_series(1, wanted) $$;
create function sync.on_step() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    new.accepted := coalesce(new.accepted, nextval('sync.accepted'));
    return new;
end $$;
create trigger accepted before insert on crm.complaint_step for each row execute function sync.on_step();

-- Each step that was taken, sealed with all before it: ids and digests only, so that erasing a step's words leaves it whole.
create table sync.seal (
    n bigint primary key,
    step_id uuid not null unique,
    complaint_id uuid not null,
    digest text not null,
    link text not null
);

select sync.attach('complaint_issue', 20);
select sync.attach('complaint_step', 21);
select sync.attach('redress', 22);
select sync.attach('letter', 23);
select sync.attach('regime', 24);
select sync.attach('house_rules', 25);
select sync.guard(name) from unnest(array['complaint_issue', 'complaint_step', 'redress', 'letter', 'regime', 'house_rules'])
    as t(name);
select sync.hold_with('complaint_issue', 20, 'complaint_id');
select sync.hold_with('complaint_step', 21, 'complaint_id');
select sync.hold_with('redress', 22, 'complaint_id');
select sync.hold_with('letter', 23, 'complaint_id');

alter table sync.server alter column schema_version set default 5;
update sync.server set schema_version = 5;
