-- Returns to the regulator: what ended since is found at once, and what was signed is kept.
create index ix_complaint_counted on crm.complaint (answered_at);
create index ix_complaint_step_turned on crm.complaint_step (complaint_id) where kind in ('reopened', 'second_stage');

create table sync.signed_return (
    id uuid primary key,
    regime text not null,
    first_day date not null,
    last_day date not null,
    document text not null,
    digest text not null,
    signed_by uuid not null,
    signed_at timestamptz not null default now()
);
create index signed_return_of on sync.signed_return (regime, first_day, last_day, signed_at);
