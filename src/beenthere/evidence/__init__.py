"""The evidence engine: what helped, and never more than we know. Pure Python, no Django inside."""
