"""Asterisk over its manager interface (AMI): reader, client, translation, and a server that plays recordings."""
