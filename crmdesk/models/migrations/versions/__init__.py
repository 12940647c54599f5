"""One file = one step of the schema."""
