-- Who asked not to be called: a fact of the customer, which every desk shows and every call from a desk is held to.
alter table crm.customer add column do_not_call boolean not null default false;

alter table sync.server alter column schema_version set default 3;
update sync.server set schema_version = 3;
