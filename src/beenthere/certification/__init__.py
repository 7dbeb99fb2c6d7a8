"""Who may be certified where, under which text, and what is still missing. See README.md."""
