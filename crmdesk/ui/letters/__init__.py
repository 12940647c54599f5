"""Letters about a complaint: the paper that is written on, what must be in it, its PDF, and that it went out."""
