"""Connectors: each turns one phone system's words into call events of the domain."""
