"""The public explorer of certification rules: no sign-in, nothing kept, every answer with its source."""
