"""The messages of sync."""
