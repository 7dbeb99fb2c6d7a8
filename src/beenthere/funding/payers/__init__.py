"""Payers' unit rules as data: one folder each, one line here. `loader.py` reads and checks them.

What a source does not say stays listed as unknown; what we inferred is listed as unverified. A rule holds
only in the period its source speaks for: outside it the answer is "not established", never a guess.
"""

PAYERS = (
    "demo-floor",
    "demo-midpoint",
    "michigan-medicaid-2016",
    "texas-medicaid-2016",
)
