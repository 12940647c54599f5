-- Routing rules as editions that are never edited, where they sent cases, and what agents are skilled in.
create table sync.routing_edition (
    number int primary key,
    body text not null,
    why text not null,
    by_id uuid not null,
    at timestamptz not null default now(),
    brings_back int
);

-- A desk's statements read the rules in force and no other edition: they are needed where a case is registered.
create function crm.routing_in_force() returns table (number int, body text) language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$
        select e.number, e.body from sync.routing_edition e order by e.number desc limit 1
    $$;

alter table crm.complaint
    add column team text not null default '',
    add column skill text not null default '',
    add column priority text not null default '',
    add column routed text not null default '',
    add column routed_owner uuid,
    add column assigned_by uuid;
alter table crm.request
    add column team text not null default '',
    add column skill text not null default '',
    add column priority text not null default '',
    add column routed text not null default '',
    add column routed_owner uuid,
    add column assigned_by uuid;
alter table crm.agent add column skills text not null default '';
