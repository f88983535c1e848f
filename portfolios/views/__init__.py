"""Pages of the portfolio, by noun."""
