-- What desks asked of the phone system: one row per click, which is also the record of who asked for what and when.
-- Any gateway takes a request; the one that holds the phone system carries it out, once, and only while it is fresh.

create table sync.phone_action (
    action_id uuid primary key,                 -- made by the desk: the same click twice is one row
    user_id uuid not null,
    device_id uuid not null,
    extension text not null,                    -- whose phone
    kind text not null,
    customer_id uuid,                           -- whom a placed call is about, as far as the desk knew
    despite text[] not null default '{}',       -- what spoke against the call and was seen by the agent
    body bytea,                                 -- what was asked, with the number; gone once it was carried out or ran out
    asked_at timestamptz not null default now(),
    good_until timestamptz not null,
    taken_at timestamptz,
    done_at timestamptz,
    outcome text not null default 'waiting',    -- waiting, taken, done, refused, unknown, ran_out
    what text not null default '',
    next_step text not null default ''
);
create index phone_action_waiting on sync.phone_action (asked_at) where outcome = 'waiting';
create index phone_action_asked on sync.phone_action (asked_at);
