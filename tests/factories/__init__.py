"""Small makers of rows for tests, one file per context. Each takes the organization first and commits."""
