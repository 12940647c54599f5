-- Callers of other teams: who looked them up, and what else a desk then holds of them (ADR 14).

-- Who asked for somebody by number, with the rights of the house. Ids only; the number itself is not kept.
create table sync.looked_up (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    user_id uuid not null,
    device_id uuid not null,
    found uuid[] not null                                     -- the customers of other teams among the answer
);
create index looked_up_by on sync.looked_up (user_id, at);
create index looked_up_at on sync.looked_up (at);

-- What is added to a held row is held as well, by the same scopes and for as long: a complaint that this desk registers
-- for the caller is in their team's scope, and would otherwise never come back here.
create function sync.hold_with(entity_name text, code int, parent text) returns void language plpgsql as $$
begin
    execute format('create function sync.%I() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $f$
        begin
            with now_held as (
                insert into sync.held as t (scope_id, entity, row_id, until)
                select h.scope_id, %L, n.id, h.until from new_rows n join sync.held h on h.row_id = n.%I
                on conflict (scope_id, entity, row_id) do update set until = greatest(t.until, excluded.until)
                returning t.scope_id, t.entity, t.row_id)
            insert into sync.change (scope_id, entity, row_id, op) select scope_id, entity, row_id, ''U'' from now_held
            on conflict (scope_id, entity, row_id) do update set op = ''U'', xid = excluded.xid;
            return null;
        end $f$', 'hold_' || entity_name, code, parent);
    execute format('create trigger held_insert after insert on crm.%I referencing new table as new_rows
                    for each statement execute function sync.%I()', entity_name, 'hold_' || entity_name);
    execute format('create trigger held_update after update on crm.%I referencing new table as new_rows
                    for each statement execute function sync.%I()', entity_name, 'hold_' || entity_name);
end $$;

select sync.hold_with('contact_point', 5, 'customer_id');
select sync.hold_with('note', 7, 'interaction_id');
select sync.hold_with('call_leg', 8, 'interaction_id');
select sync.hold_with('complaint', 9, 'customer_id');
select sync.hold_with('callback', 10, 'customer_id');

-- Words of a name. An expression cannot be looked up in an index under row-level security (its functions are not
-- leakproof, so the policy would be asked of every row first); so the server itself may read all customers, and this one
-- question names the scopes. Desks' statements run by another role and are not concerned.
create index ix_customer_words on crm.customer using gin (to_tsvector('simple', left(name, 400) || ' ' || left(latin_name, 400)));
create policy server_reads on crm.customer for select to current_user using (true);
