"""The applicant chooses a time; the verifier's desk, its record, and what follows from it."""
