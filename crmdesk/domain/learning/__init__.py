"""Learning from complaints: what causes them, what is done against that, whether it helped, and who is told. Pure."""
