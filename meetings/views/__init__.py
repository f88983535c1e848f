"""Pages about meetings, a module a noun: the meetings themselves, how they end, the calendar."""
