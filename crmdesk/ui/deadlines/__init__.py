"""When a complaint must be answered, drawn: the list of its deadlines, and the days that count for one of them."""
