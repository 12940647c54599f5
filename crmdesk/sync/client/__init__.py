"""The desk's side of sync: what is sent, what comes back, and how the two are laid over each other."""
