"""Files: what strangers send, received, looked at, opened in a locked process, and scanned.

Also how any process of ours locks itself in."""
