"""The server database's migrations (Alembic); the first one loads ``engine/schema/0001_*.sql``."""
