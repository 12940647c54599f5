-- What running it needs: to notice that the database was put back from a backup, and to know which gateways work on it.

alter table sync.server add column place text not null default '';              -- of the tables; differs after pg_restore
alter table sync.server add column restored_at timestamptz;                     -- when the present epoch began, null: the first

-- Gateways at work. A row whose seen_at is old belongs to one that ended without a word.
create table sync.gateway (
    gateway_id uuid primary key,
    host text not null,
    pid int not null,
    version text not null,
    started_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    desks int not null default 0
);

-- A device that an administrator took out of use: it holds nothing any more and learns so at its next contact. (A
-- revoked_at alone is a sign-out: the next sign-in lifts it.)
alter table sync.device add column barred_at timestamptz;
