-- Files attached to cases: a synced row each, and the content beside the synced tables, in parts while it is on its way.
CREATE TABLE crm.complaint_attachment (
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    added_by UUID,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed BOOLEAN NOT NULL,
    removed_by UUID,
    removed_at TIMESTAMP WITH TIME ZONE,
    complaint_id UUID NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_complaint_attachment PRIMARY KEY (id)
);
CREATE INDEX ix_complaint_attachment_complaint_id ON crm.complaint_attachment (complaint_id);

CREATE TABLE crm.request_attachment (
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    added_by UUID,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed BOOLEAN NOT NULL,
    removed_by UUID,
    removed_at TIMESTAMP WITH TIME ZONE,
    request_id UUID NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_request_attachment PRIMARY KEY (id)
);
CREATE INDEX ix_request_attachment_request_id ON crm.request_attachment (request_id);

select sync.attach('complaint_attachment', 32);
select sync.attach('request_attachment', 33);
select sync.guard(name) from unnest(array['complaint_attachment', 'request_attachment']) as t(name);
select sync.hold_with('complaint_attachment', 32, 'complaint_id');
select sync.hold_with('request_attachment', 33, 'request_id');

-- Neither packed nor read whole for a part of it: what is attached is packed already.
create table sync.attachment_content (
    attachment_id uuid primary key,
    data bytea not null,
    stored_at timestamptz not null default now(),
    stored_by uuid not null
);
alter table sync.attachment_content alter column data set storage external;

create table sync.attachment_part (
    attachment_id uuid not null,
    device_id uuid not null references sync.device,
    place int not null,
    data bytea not null,
    at timestamptz not null default now(),
    primary key (attachment_id, device_id, place)
);
alter table sync.attachment_part alter column data set storage external;

-- The content goes with its row, however that goes: erased, or taken back.
create function sync.on_attachment_gone() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        delete from sync.attachment_part p using old_rows o where p.attachment_id = o.id;
        delete from sync.attachment_content c using old_rows o where c.attachment_id = o.id;
    else
        delete from sync.attachment_part p using new_rows n where n.removed and p.attachment_id = n.id;
        delete from sync.attachment_content c using new_rows n where n.removed and c.attachment_id = n.id;
    end if;
    return null;
end $$;
create trigger content_erased after delete on crm.complaint_attachment referencing old table as old_rows
    for each statement execute function sync.on_attachment_gone();
create trigger content_taken_back after update on crm.complaint_attachment referencing new table as new_rows
    for each statement execute function sync.on_attachment_gone();
create trigger content_erased after delete on crm.request_attachment referencing old table as old_rows
    for each statement execute function sync.on_attachment_gone();
create trigger content_taken_back after update on crm.request_attachment referencing new table as new_rows
    for each statement execute function sync.on_attachment_gone();
