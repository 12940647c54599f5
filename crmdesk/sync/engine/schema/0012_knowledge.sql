-- Articles, call scripts and text modules as editions, and what scripts were answered.

CREATE TABLE crm.article (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    edition TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    keywords TEXT NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_article PRIMARY KEY (id),
    CONSTRAINT uq_article_edition UNIQUE (edition)
);
CREATE INDEX ix_article_code ON crm.article (code, version);

CREATE TABLE crm.script (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    edition TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    queue TEXT NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_script PRIMARY KEY (id),
    CONSTRAINT uq_script_edition UNIQUE (edition)
);
CREATE INDEX ix_script_code ON crm.script (code, version);

CREATE TABLE crm.text_module (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    edition TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_text_module PRIMARY KEY (id),
    CONSTRAINT uq_text_module_edition UNIQUE (edition)
);
CREATE INDEX ix_text_module_code ON crm.text_module (code, version);

CREATE TABLE crm.script_answer (
    interaction_id UUID NOT NULL,
    customer_id UUID,
    run_id UUID NOT NULL,
    script TEXT NOT NULL,
    title TEXT NOT NULL,
    step TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    leads_to TEXT NOT NULL,
    author_id UUID,
    answered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id UUID NOT NULL,
    scope_id INTEGER NOT NULL,
    ver BIGINT DEFAULT '0' NOT NULL,
    fver JSONB DEFAULT '{}' NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE,
    updated_by UUID,
    CONSTRAINT pk_script_answer PRIMARY KEY (id)
);
CREATE INDEX ix_script_answer_interaction_id ON crm.script_answer (interaction_id);
CREATE INDEX ix_script_answer_customer_id ON crm.script_answer (customer_id, answered_at);
CREATE INDEX ix_script_answer_run_id ON crm.script_answer (run_id, answered_at);

select sync.attach('article', 15);
select sync.attach('script', 16);
select sync.attach('text_module', 17);
select sync.attach('script_answer', 18);
select sync.guard(name) from unnest(array['article', 'script', 'text_module', 'script_answer']) as t(name);
select sync.hold_with('script_answer', 18, 'interaction_id');

