-- Templates of letters, as editions.

CREATE TABLE crm.letter_template (
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
    CONSTRAINT pk_letter_template PRIMARY KEY (id),
    CONSTRAINT uq_letter_template_edition UNIQUE (edition)
);
CREATE INDEX ix_letter_template_code ON crm.letter_template (code, version);

select sync.attach('letter_template', 26);
select sync.guard('letter_template');
