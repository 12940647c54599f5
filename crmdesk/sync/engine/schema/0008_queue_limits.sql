-- From where a queue's figures light up on boards; queues without a row have the usual ones.

create table sync.queue_limits (
    queue text primary key,                     -- by its name on the phone system
    wait_soon_s double precision not null check (wait_soon_s >= 0),
    wait_late_s double precision not null check (wait_late_s >= wait_soon_s),
    level_target double precision not null check (level_target between 0 and 1),
    set_by uuid,                                -- nobody: on the server's command line
    set_at timestamptz not null default now()
);
