"""Rules of the house that a tool does not know: each is a test that reads the sources."""
