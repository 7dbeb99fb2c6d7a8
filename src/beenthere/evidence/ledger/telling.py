"""The ledger as JSON, as lines for the terminal, and as the page docs/look-up/claims-ledger.md."""

import json
from collections.abc import Iterator
from typing import Any

from beenthere.evidence.estimate.wording import figure
from beenthere.evidence.ledger.claim import Claim, Ledger
from beenthere.evidence.ledger.recomputed import Recomputed, recomputed

COMMAND = "beenthere evidence ledger --markdown > docs/look-up/claims-ledger.md"


def as_dict(ledger: Ledger) -> dict[str, Any]:
    return {
        "version": ledger.version,
        "collected": ledger.collected.isoformat(),
        "claims": [_claim_dict(claim) for claim in ledger.claims],
    }


def _claim_dict(claim: Claim) -> dict[str, Any]:
    found = recomputed(claim)
    told = {key: list(value) if isinstance(value, tuple) else value for key, value in vars(claim).items()}
    return {**told, "recomputed": found.as_dict() if found else None}


def as_json(ledger: Ledger) -> str:
    return json.dumps(as_dict(ledger), indent=2, ensure_ascii=False)


def as_text(ledger: Ledger) -> str:
    """One short paragraph a claim."""
    return "\n\n".join("\n".join(_lines(claim)) for claim in ledger.claims)


def _lines(claim: Claim) -> Iterator[str]:
    yield f"{claim.claim}"
    yield f"  Source: {source(claim)}"
    yield f"  Design: {claim.design}; n: {claim.n}"
    found = recomputed(claim)
    if found:
        yield f"  From the counts: {'; '.join(effects(found))}. Method: {found.method}."
    if claim.warnings:
        yield f"  Warnings: {', '.join(claim.warnings)}"
    yield f"  Verdict: {claim.verdict}. {claim.because}"


def source(claim: Claim) -> str:
    """Authors, year, place, DOI, and how it was read."""
    if claim.how_read == "not found":
        return "not found"
    doi = f", doi {claim.doi}" if claim.doi else ""
    return f"{claim.authors}, {claim.year}. {claim.published_in}{doi} (read: {claim.how_read})"


def effects(found: Recomputed) -> Iterator[str]:
    """Each effect with its interval, then what has none."""
    for name, value in found.values.items():
        yield f"{name} {figure(value.estimate)} ({figure(value.ci_low)} to {figure(value.ci_high)})"
    for name, number in found.tests.items():
        yield f"{name} {100 * number:+.1f} %" if name == "relative change" else f"{name} {figure(number)}"
    if found.needed:
        yield f"number needed: {found.needed}"


def page(ledger: Ledger) -> str:
    """Markdown: a table of verdicts, then an entry for each claim in the order claim to verdict."""
    return "\n".join([*_opening(ledger), *(line for claim in ledger.claims for line in _entry(claim))])


def _opening(ledger: Ledger) -> Iterator[str]:
    yield "# The claims ledger"
    yield ""
    yield f"*This page is made from `claims.toml`. Do not edit it; run `{COMMAND}`.*"
    yield ""
    yield "Figures about peer support that are often quoted: where each comes from, what its counts give when"
    yield "they are calculated again, and what to make of it. Null results and higher costs stand here like"
    yield "the others. An entry says how its source was read; what nobody checked there is *unverified*."
    yield ""
    yield f"Version {ledger.version}, collected {ledger.collected.isoformat()}."
    yield ""
    yield "| Claim | Verdict |"
    yield "|---|---|"
    for claim in ledger.claims:
        yield f"| [{claim.claim}](#{claim.key}) | {claim.verdict} |"


def _entry(claim: Claim) -> Iterator[str]:
    found = recomputed(claim)
    yield ""
    yield f'<a id="{claim.key}"></a>'
    yield ""
    yield f"## {claim.claim}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    for name, text in _rows(claim, found):
        yield f"| {name} | {text.replace('|', '/')} |"


def _rows(claim: Claim, found: Recomputed | None) -> Iterator[tuple[str, str]]:
    yield "Source", source(claim)
    yield "Design", f"{claim.design}; {claim.setting}"
    yield "People", claim.n
    when = f"time zero: {claim.time_zero}; window: {claim.window}; month 0: {claim.month_0}"
    yield "Time", f"{when}; out of: {claim.denominator}"
    yield "Counts", claim.counts
    yield "Published", claim.published
    yield "Calculated again", _again(found)
    if found and found.meets:
        yield "Against the published", found.meets
    yield "Warnings", ", ".join(claim.warnings) or "none noted"
    if claim.unverified:
        yield "Unverified", "; ".join(claim.unverified)
    yield "Verdict", f"**{claim.verdict}**. {claim.because}"


def _again(found: Recomputed | None) -> str:
    if not found:
        return "cannot be: no counts"
    return ". ".join([f"{'; '.join(effects(found))}. {found.method}", *found.notes])
