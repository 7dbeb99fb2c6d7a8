"""The report as PDF, where the machine can draw text (Pango)."""

import logging
from pathlib import Path

NO_PANGO = (
    "No PDF: this machine lacks Pango. Install libpango-1.0-0 and libpangoft2-1.0-0, or print the page."
)


def write_pdf(page: str, file: Path) -> str:
    """Empty, or one sentence that says why there is no PDF."""
    try:
        # Importing loads Pango, which not every machine has.
        from weasyprint import HTML
    except (ImportError, OSError):
        return NO_PANGO
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    HTML(string=page).write_pdf(file)
    return ""
