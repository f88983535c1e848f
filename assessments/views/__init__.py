"""Pages of the self-assessment: rating, its result, and trying it without an account."""
