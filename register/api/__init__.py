"""The public, read-only API. It says what the public pages say, and knows nobody."""
