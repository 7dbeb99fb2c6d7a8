"""Every stored field carries a class. Redaction, export and encryption follow from it."""

from enum import StrEnum


class FieldClass(StrEnum):
    PLAIN = "plain"
    IDENTITY = "identity"
    HEALTH = "health"
    PART2 = "part2"
    SECRET = "secret"  # noqa: S105


def classify(**fields_by_class: str) -> dict[str, FieldClass]:
    """`classify(plain="id", identity="chosen_name")` -> {"id": PLAIN, ...}; a field named twice raises."""
    classed: dict[str, FieldClass] = {}
    for key, names in fields_by_class.items():
        for name in names.split():
            if name in classed:
                raise ValueError(f"field {name} is classed twice")
            classed[name] = FieldClass(key)
    return classed
