"""Use cases: one plain function per thing a person can do, (unit of work, arguments) -> value; what changed is in the
unit of work."""
