"""The demo: its people, where each of them stands, and what keeps it running."""
