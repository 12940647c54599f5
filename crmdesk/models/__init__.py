"""Tables, declared once for the desk's encrypted SQLite file and for PostgreSQL; engine, outbox, search, migrations."""
