"""Pages of the renewal file."""
