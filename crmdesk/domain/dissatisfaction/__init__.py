"""Words of dissatisfaction in a note: which there are, and whether they are enough to ask if it is a complaint."""
