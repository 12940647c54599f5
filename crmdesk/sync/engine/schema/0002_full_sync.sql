-- What the full protocol keeps at the server: who changed which field, merges and how to undo them, erasures, what devices
-- hold beyond their teams, leases, and what desks tell of themselves (DESIGN section 5).

alter table sync.server add column min_schema int not null default 1;           -- the oldest desk schema that may write
alter table sync.server add column lease_days int not null default 30;          -- how long an unseen desk may open its file
alter table sync.server add column xid_seen bigint not null default 0;          -- only grows; a smaller one shows a restore

alter table sync.scope drop constraint scope_kind_check;
alter table sync.scope add constraint scope_kind_check check (kind in ('house', 'team', 'region', 'queue', 'device'));

alter table sync.device add column scope_id int references sync.scope;          -- what this device alone holds
alter table sync.device add column schema_version int not null default 1;
alter table sync.device add column lease_until timestamptz;
alter table sync.device add column acked_xid bigint not null default 0;         -- everything below it was applied there
alter table sync.device add column acked_at timestamptz;
alter table sync.device add column unsent int not null default 0;               -- as the desk told last
alter table sync.device add column unsent_since timestamptz;
alter table sync.device add column refused int not null default 0;
alter table sync.device add column conflicts int not null default 0;

-- Who set a field last and when, from its first change by a person after the row was made: a conflict names them.
create table sync.field_change (
    entity smallint not null,
    row_id uuid not null,
    field text not null,
    ver bigint not null,
    by_user uuid not null,
    at timestamptz not null default now(),
    primary key (entity, row_id, field)
);

-- Duplicates that were merged. A loser's row stays, with merged_into set; what referred to it is listed, so that the merge
-- can be undone weeks later without touching what was written since.
create table sync.merge (
    merge_id uuid primary key,
    entity smallint not null,
    loser uuid not null,
    winner uuid not null,
    by_user uuid not null,
    at timestamptz not null default now(),
    undone_by uuid,
    undone_at timestamptz
);
create unique index merge_of on sync.merge (loser) where undone_at is null;      -- also where pushes look for an old id
create index merge_into on sync.merge (winner) where undone_at is null;

create table sync.merge_moved (
    merge_id uuid not null references sync.merge on delete cascade,
    entity smallint not null,
    row_id uuid not null,
    field text not null,
    primary key (merge_id, entity, row_id, field)
);
create index merge_moved_row on sync.merge_moved (row_id);

-- Erased rows: ids only, kept for ever, also written to a file outside of the database's backups.
create table sync.erasure (
    row_id uuid primary key,
    entity smallint not null,
    xid xid8 not null default pg_current_xact_id(),
    at timestamptz not null default now(),
    by_user uuid                                              -- whose row never came to be, since it was of an erased one
);
create index erasure_xid on sync.erasure (xid);

-- Rows of other teams that a scope (a device's own) holds for a while: a caller from elsewhere, with what belongs to them.
create table sync.held (
    scope_id int not null references sync.scope on delete cascade,
    entity smallint not null,
    row_id uuid not null,
    until timestamptz not null,
    primary key (scope_id, entity, row_id)
);
create index held_row on sync.held (row_id);
create index held_until on sync.held (until);

create index change_row on sync.change (row_id);

-- The rows that the present scopes hold beyond their own; the policy below evaluates it once per statement.
create function sync.held_rows() returns uuid[] language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(array_agg(h.row_id), '{}') from sync.held h
    where h.scope_id = any (string_to_array(nullif(current_setting('crmdesk.scopes', true), ''), ',')::int[])
$$;

-- Every scope that rows are in, as the setting that the policy reads: for the server's own statements, by whichever role
-- they run. A device's own scope holds only rows of others.
create function crm.every_scope() returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(string_agg(scope_id::text, ','), '') from sync.scope where kind <> 'device'
$$;

create or replace function sync.on_update() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into sync.change (scope_id, entity, row_id, op)
    select o.scope_id, tg_argv[0]::smallint, o.id, 'R'
    from old_rows o join new_rows n on n.id = o.id where n.scope_id <> o.scope_id
    on conflict (scope_id, entity, row_id) do update set op = 'R', xid = excluded.xid;
    insert into sync.change (scope_id, entity, row_id, op)
    select n.scope_id, tg_argv[0]::smallint, n.id, 'U' from new_rows n
    union
    select h.scope_id, h.entity, h.row_id, 'U' from new_rows n join sync.held h on h.row_id = n.id
    on conflict (scope_id, entity, row_id) do update set op = 'U', xid = excluded.xid;
    return null;
end $$;

-- A deleted row goes from every scope that ever held it: E where it is in the journal of erasures, D otherwise.
create or replace function sync.on_delete() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into sync.change (scope_id, entity, row_id, op)
    select o.scope_id, tg_argv[0]::smallint, o.id, 'D' from old_rows o
    on conflict (scope_id, entity, row_id) do nothing;
    update sync.change c
    set op = case when exists (select 1 from sync.erasure e where e.row_id = c.row_id) then 'E' else 'D' end,
        xid = pg_current_xact_id()
    from old_rows o where c.entity = tg_argv[0]::smallint and c.row_id = o.id;
    delete from sync.held h using old_rows o where h.row_id = o.id;
    return null;
end $$;

-- Row-level security of one entity table: the present scopes' rows, and those they hold beyond their own.
create function sync.guard(entity_name text) returns void language plpgsql as $$
begin
    execute format('drop policy if exists in_scope on crm.%I', entity_name);
    execute format('create policy in_scope on crm.%I
                    using (scope_id = any ((select string_to_array(nullif(current_setting(''crmdesk.scopes'', true), ''''), '','')::int[])::int[])
                           or id = any ((select sync.held_rows())::uuid[]))', entity_name);
end $$;

alter table crm.customer add column merged_into uuid;
create index ix_customer_merged_into on crm.customer (merged_into) where merged_into is not null;

CREATE TABLE crm.callback (
    customer_id UUID,
    interaction_id UUID,
    e164 TEXT,
    extension TEXT,
    reason TEXT NOT NULL,
    queue TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_zone TEXT NOT NULL,
    state TEXT NOT NULL,
    assigned_to UUID,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_callback PRIMARY KEY (id)
);
CREATE INDEX ix_callback_customer_id ON crm.callback (customer_id);
CREATE INDEX ix_callback_due ON crm.callback (state, due_at);

select sync.attach('callback', 10);
select sync.guard(name) from unnest(array['agent', 'queue', 'disposition', 'customer', 'contact_point', 'interaction', 'note',
                                          'call_leg', 'complaint', 'callback']) as t(name);
