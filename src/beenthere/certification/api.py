"""The door of this context: the rules, the data, a record from JSON, and answers as text and JSON."""

from beenthere.certification.answers import (
    assessment_json,
    assessment_text,
    credential_json,
    credential_row,
    plan_json,
    plan_text,
    reciprocity_json,
    reciprocity_text,
    renewal_json,
    renewal_text,
)
from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.record_file import RecordError, read_record
from beenthere.certification.rules.assess import assess
from beenthere.certification.rules.plan import plan
from beenthere.certification.rules.reciprocity import reciprocity
from beenthere.certification.rules.record import Record
from beenthere.certification.rules.renewal import renewal
from beenthere.certification.rules.vocabulary import Credential

__all__ = [
    "Credential",
    "Record",
    "RecordError",
    "assess",
    "assessment_json",
    "assessment_text",
    "credential_json",
    "credential_row",
    "credentials",
    "plan",
    "plan_json",
    "plan_text",
    "read_record",
    "reciprocity",
    "reciprocity_json",
    "reciprocity_text",
    "renewal",
    "renewal_json",
    "renewal_text",
]
