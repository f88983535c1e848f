"""The body's content: everything in `fixtures/`, read whole, checked whole, written whole."""
