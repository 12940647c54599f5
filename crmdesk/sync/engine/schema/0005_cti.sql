-- Phone systems that call us (the webhook): who may, and what they sent until the gateway that holds the phone told it.

-- A token is kept as a digest only. Where requests are signed, their headers are named; the secret is derived from the
-- server's key and the token's id.
create table sync.cti_token (
    token_id uuid primary key,
    name text not null unique,
    digest bytea not null,
    timestamp_header text,
    signature_header text,
    made_at timestamptz not null default now(),
    check ((timestamp_header is null) = (signature_header is null))
);

-- One row for each step of a call; the same step delivered again meets the unique key. Once taken, the numbers are
-- let go of: what was made of them stands in sync.telephony_event.
create table sync.cti_delivery (
    id bigint generated always as identity primary key,
    source text not null,
    call text not null,
    step text not null,
    at timestamptz not null,
    taken boolean not null default false,
    caller text not null,
    called text not null,
    more bytea not null,
    unique (source, call, step)
);
create index cti_delivery_waiting on sync.cti_delivery (id) where not taken;
create index cti_delivery_at on sync.cti_delivery (at);
