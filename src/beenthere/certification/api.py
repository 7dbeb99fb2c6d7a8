"""The door of this context: the rules, the data, a record from JSON, and answers as text and JSON."""

from beenthere.certification.answers import (
    assessment_json,
    assessment_text,
    plan_json,
    plan_text,
    reciprocity_json,
    reciprocity_text,
    renewal_json,
    renewal_text,
)
from beenthere.certification.dataset import dataset_csv, dataset_json
from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.may import May
from beenthere.certification.record_file import YEARS, RecordError, read_record
from beenthere.certification.rules.assess import BASES, Assessment, Finding, Outcome, Status, assess
from beenthere.certification.rules.measure import Standing
from beenthere.certification.rules.plan import HoursToDo, hours_to_do, plan
from beenthere.certification.rules.questions import (
    Answer,
    Given,
    Question,
    questions,
    record_of,
    too_many,
)
from beenthere.certification.rules.reciprocity import (
    PATHS,
    ReciprocityAnswer,
    ReciprocityStatus,
    reciprocity,
)
from beenthere.certification.rules.record import Held, Record
from beenthere.certification.rules.renewal import renewal
from beenthere.certification.rules.told import (
    Certificate,
    Cited,
    Clock,
    Fee,
    Kept,
    Paper,
    Retention,
    Shown,
    Unit,
)
from beenthere.certification.rules.vocabulary import (
    Anchor,
    Credential,
    Hours,
    Medicaid,
    Path,
    Renewal,
    Requirement,
    Schooling,
    Topic,
    Version,
    Work,
)
from beenthere.certification.rules.wording import Asked, asked, leaves, ways
from beenthere.certification.shown import credential_json, credential_row, credential_text

__all__ = [
    "BASES",
    "PATHS",
    "YEARS",
    "Anchor",
    "Answer",
    "Asked",
    "Assessment",
    "Certificate",
    "Cited",
    "Clock",
    "Credential",
    "Fee",
    "Finding",
    "Given",
    "Held",
    "Hours",
    "HoursToDo",
    "Kept",
    "May",
    "Medicaid",
    "Outcome",
    "Paper",
    "Path",
    "Question",
    "ReciprocityAnswer",
    "ReciprocityStatus",
    "Record",
    "RecordError",
    "Renewal",
    "Requirement",
    "Retention",
    "Schooling",
    "Shown",
    "Standing",
    "Status",
    "Topic",
    "Unit",
    "Version",
    "Work",
    "asked",
    "assess",
    "assessment_json",
    "assessment_text",
    "credential_json",
    "credential_row",
    "credential_text",
    "credentials",
    "dataset_csv",
    "dataset_json",
    "hours_to_do",
    "leaves",
    "plan",
    "plan_json",
    "plan_text",
    "questions",
    "read_record",
    "reciprocity",
    "reciprocity_json",
    "reciprocity_text",
    "record_of",
    "renewal",
    "renewal_json",
    "renewal_text",
    "too_many",
    "ways",
]
