"""Famous claims of the field: their sources, what their counts give when calculated again, a verdict."""
