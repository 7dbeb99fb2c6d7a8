"""Estimators: one effect from one flat table, with its interval and what speaks against it."""
