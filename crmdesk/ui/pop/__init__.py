"""The pop: the caller is put before the agent without ever taking the keyboard from what the agent types."""
