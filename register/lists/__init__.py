"""Many certificates at once, for employers: a list of numbers and names, a verdict for each."""
