"""Dates in Canadian French: 2 juin 2031, 23 h 59. Read by Django."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H\u00a0\\h\u00a0i"  # no-break spaces: a time stays on one line
DATETIME_FORMAT = "j F Y, H\u00a0\\h\u00a0i"
MONTH_DAY_FORMAT = "j F"
FIRST_DAY_OF_WEEK = 1
