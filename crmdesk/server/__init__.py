"""The gateway: one small service between the desks, the database and the phone system; it keeps nothing to itself."""
