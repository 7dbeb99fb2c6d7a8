"""How English pages write a time: 2:14 PM, as the phone's own time field does."""

TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "N j, Y, g:i A"
