-- Warnings about complaints whose time is used up: each fires once for each run of a clock.
create table sync.fired_rung (
    complaint_id uuid not null,
    clock text not null,
    started_at timestamptz not null,
    percent int not null,
    fired_at timestamptz not null default now(),
    primary key (complaint_id, clock, started_at, percent)
);
