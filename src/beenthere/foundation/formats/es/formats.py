"""How Spanish pages write days, times and numbers for readers in the United States.

Django's own formats for Spanish are those of Spain: 14:14, 03/04/2026 for the third of April, 1.000,5. Beside
papers and phones set up for this country they would be read wrong.
"""

TIME_FORMAT = "g:i A"
DATETIME_FORMAT = r"j \d\e F \d\e Y, g:i A"
SHORT_DATE_FORMAT = "j b Y"
SHORT_DATETIME_FORMAT = "j b Y, g:i A"
DATE_INPUT_FORMATS = ["%m/%d/%Y", "%m/%d/%y"]
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
FIRST_DAY_OF_WEEK = 0
