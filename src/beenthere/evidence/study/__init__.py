"""A study as a target trial: protocol, cohort from claims, refusals, estimates, report."""
