"""Files attached to cases: which are taken, what they are called, and how they are told about."""
