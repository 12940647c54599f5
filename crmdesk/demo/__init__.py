"""The demo: a whole house on one computer - database, gateway, phone system, an agent's and a supervisor's desk.

Everything in it is real and runs in processes of its own; only the callers come from recordings.
"""
