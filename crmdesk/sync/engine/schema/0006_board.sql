-- What is kept of the queues and of the agents' states: server-only, never synced; nothing here names a customer.

-- Agents' states as they happen: written so that they never overlap and never leave a gap (server.history_store).
create table sync.agent_interval (
    agent text not null,                                      -- extension
    began timestamptz not null,
    ended timestamptz,                                        -- null while it lasts
    state text not null,
    reason text not null default '',                          -- of a break
    queue text not null default '',                           -- of the call, or of the call that is wrapped up
    primary key (agent, began),
    check (ended > began)
);
create unique index agent_interval_present on sync.agent_interval (agent) where ended is null;

-- Days that were added up, in the house's zone: from ends_at on, events are still needed.
create table sync.rolled_day (
    day date primary key,
    ends_at timestamptz not null,
    rolled_at timestamptz not null default now()
);

-- One queue in one quarter of an hour; sums only (domain.calls.history.QueueSlice).
create table sync.queue_history (
    day date not null references sync.rolled_day on delete cascade,
    queue text not null,
    at timestamptz not null,
    level text not null,
    offered int not null,
    answered int not null,
    answered_in_time int not null,
    abandoned int not null,
    abandoned_in_time int not null,
    short_abandoned int not null,
    timed_out int not null,
    waiting int not null,
    waits_known int not null,
    wait_us bigint not null,
    handled int not null,
    handle_us bigint not null,
    primary key (day, queue, at)
);

-- One agent in one state on one day, and the finished parts (domain.calls.history.AgentTime, AgentWork).
create table sync.agent_time (
    day date not null references sync.rolled_day on delete cascade,
    agent text not null,
    state text not null,
    reason text not null,
    times int not null,
    spent_us bigint not null,
    primary key (day, agent, state, reason)
);
create table sync.agent_work (
    day date not null references sync.rolled_day on delete cascade,
    agent text not null,
    handled int not null,
    handle_us bigint not null,
    primary key (day, agent)
);
