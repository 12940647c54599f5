-- Returns are signed for a legal entity of the house, or ("") for all of it.
alter table sync.signed_return add column entity text not null default '';
drop index sync.signed_return_of;
create index signed_return_of on sync.signed_return (regime, entity, first_day, last_day, signed_at);

-- Letters that go out by e-mail, each with the whole message as it is handed over, byte for byte (docs/adr/0063).
create table sync.mail (
    id uuid primary key,
    letter_id uuid not null,
    complaint_id uuid not null,
    message_id text not null unique,
    recipient text not null,
    content bytea not null,
    digest text not null,
    details text not null,
    asked_by uuid not null,
    asked_device uuid not null,
    asked_at timestamptz not null,
    state text not null
        check (state in ('waiting', 'handing_over', 'accepted', 'unknown', 'given_up', 'withdrawn')),
    attempts integer not null default 0,
    next_at timestamptz not null,
    moved_at timestamptz not null,
    reason text not null default '',
    reply text not null default ''
);
create unique index mail_of_letter on sync.mail (letter_id)
    where state in ('waiting', 'handing_over', 'accepted', 'unknown');
create index mail_asked on sync.mail (letter_id, asked_at);
create index mail_due on sync.mail (next_at) where state = 'waiting';
create index mail_complaint on sync.mail (complaint_id);
