"""The yardstick: the least a Django site can be that shows an indexed list of 14 rows as a page."""
