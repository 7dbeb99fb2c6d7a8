"""Facts and the expected decision: national standards, rules of earlier days, and more of the states."""

from datetime import date

from certification_facts import (
    ASK,
    BOARD,
    CANNOT,
    NOT_YET,
    ON,
    SUPERVISION,
    TRAINING,
    WORK,
    Case,
    h,
    held,
    person,
)

from beenthere.certification.rules.assess import Status
from beenthere.certification.rules.record import Record
from beenthere.certification.rules.vocabulary import Mode

CASES: list[Case] = []


def case(credential: str, title: str, record: Record, status: Status, on: date = ON, **expect: str) -> None:
    told = {key.replace("_", "-"): outcome for key, outcome in expect.items()}
    CASES.append(Case(credential=credential, title=title, record=record, status=status, expect=told, on=on))


case("AK/PSP", "Only that a program exists is known", person(), CANNOT)
case("SD/NONE", "No certification was found", person(), CANNOT)
case("AS/PSS", "A certification still in process", person(), CANNOT)
case(
    "ICRC/PR",
    "46 hours in four domains",
    person(
        *BOARD,
        h(TRAINING, 16, "ethics"),
        h(WORK, 500),
        h(SUPERVISION, 25),
        exam="icrc-pr",
        said="lives-or-works-in-jurisdiction code-of-ethics-signed",
    ),
    ASK,
    training="met",
    training_ethics="met",
)
case(
    "ICRC/PR",
    "46 hours, 12 of ethics",
    person(
        *BOARD,
        h(TRAINING, 12, "ethics"),
        h(TRAINING, 4, "other"),
        h(WORK, 500),
        h(SUPERVISION, 25),
        exam="icrc-pr",
        said="lives-or-works-in-jurisdiction code-of-ethics-signed",
    ),
    NOT_YET,
    training="met",
    training_ethics="missing",
)
case(
    "MHA/NCPS",
    "2,000 hours: enough for the form of today, not for older pages",
    person(h(TRAINING, 40), h(WORK, 2000), exam="MHA/NCPS"),
    ASK,
    work="unknown",
)
case(
    "MHA/NCPS",
    "3,000 hours, but six years ago",
    person(h(TRAINING, 40), h(WORK, 3000, on=date(2020, 1, 1)), exam="MHA/NCPS"),
    ASK,
    work="unknown",
)
case(
    "MHA/NCPS",
    "An active state credential stands in for the 40 hours",
    person(
        h(WORK, 3000), exam="MHA/NCPS", credentials=(held("OH/PRS", date(2025, 6, 1), date(2027, 5, 31)),)
    ),
    ASK,
    training="met",
    work="met",
)
case(
    "MHA/NCPS",
    "A state credential that ended yesterday does not",
    person(
        h(WORK, 3000), exam="MHA/NCPS", credentials=(held("OH/PRS", date(2024, 6, 1), date(2026, 11, 21)),)
    ),
    NOT_YET,
    training="missing",
)
case(
    "ICRC/PR",
    "Lives and works elsewhere more than half of the time",
    person(
        *BOARD,
        h(TRAINING, 16, "ethics"),
        h(WORK, 500),
        h(SUPERVISION, 25),
        exam="icrc-pr",
        statements={"lives-or-works-in-jurisdiction": False, "code-of-ethics-signed": True},
    ),
    NOT_YET,
    residence="missing",
    code_of_ethics="met",
)
case(
    "NAADAC/NCPRSS",
    "Ethics seven years ago no longer count, though the total does",
    person(
        h(TRAINING, 48, "recovery"),
        h(TRAINING, 6, "ethics", on=date(2019, 10, 1)),
        h(TRAINING, 6, "hiv"),
        said="one-year-full-time-practice",
    ),
    NOT_YET,
    training="met",
    training_ethics="missing",
    training_hiv="met",
)
case(
    "NAADAC/NCPRSS",
    "29 of 60 hours face to face",
    person(
        h(TRAINING, 29),
        h(TRAINING, 25, "recovery", Mode.ONLINE),
        h(TRAINING, 6, "ethics", Mode.ONLINE),
        h(TRAINING, 6, "hiv", Mode.ONLINE),
        said="one-year-full-time-practice",
    ),
    NOT_YET,
    training="met",
    training_live="missing",
)
case("SAMHSA/MODEL", "Model standards are guidance, and certify nobody", person(h(TRAINING, 60)), CANNOT)
case(
    "MN/CPRS",
    "40 hours on the last day before the rule changed",
    person(h(TRAINING, 40, on=date(2021, 1, 1))),
    ASK,
    date(2021, 2, 28),
    training="met",
)
case(
    "MN/CPRS",
    "40 hours on the day from which 46 are asked for, by an approved provider",
    person(h(TRAINING, 40, on=date(2021, 1, 1)), said="approved-provider-MN"),
    NOT_YET,
    date(2021, 3, 1),
    training="missing",
    provider="met",
)
case(
    "MN/CPRS",
    "Long before: what held then is not established",
    person(h(TRAINING, 40, on=date(2019, 1, 1))),
    CANNOT,
    date(2020, 1, 1),
)
case(
    "MD/CPRS",
    "46 hours without harm reduction on 2 July 2025",
    person(*BOARD, h(TRAINING, 16, "ethics"), h(WORK, 500), h(SUPERVISION, 25)),
    NOT_YET,
    date(2025, 7, 2),
    training="missing",
)
case(
    "WA/CPS",
    "50 hours before July 2025: enough for one end of the range, not for the other",
    person(h(TRAINING, 50, on=date(2025, 5, 1))),
    ASK,
    date(2025, 6, 30),
    training="unknown",
)
case(
    "WA/CPS",
    "The source names July 2025: the day before its last, nothing is established",
    person(h(TRAINING, 80, on=date(2025, 5, 1))),
    CANNOT,
    date(2025, 7, 30),
)
case(
    "WA/CPS",
    "On the last day of July 2025 the new rule holds",
    person(h(TRAINING, 80, on=date(2025, 5, 1))),
    NOT_YET,
    date(2025, 7, 31),
    training="met",
    work="missing",
)
case(
    "WA/CPS",
    "80 hours without the work: the trainee stage is open",
    person(h(TRAINING, 80), exam="WA/CPS", percent=85),
    NOT_YET,
    work="missing",
)
case(
    "VT/PSP",
    "The day before the statute came into force: not established",
    person(),
    CANNOT,
    date(2025, 6, 30),
)
case(
    "VT/PSP",
    "While interim credentials still held",
    person(),
    NOT_YET,
    date(2026, 6, 30),
    age="met",
    exam="missing",
)
case(
    "NE/CPSS",
    "Eighteen: this state asks for nineteen",
    person(
        h(TRAINING, 50),
        h(TRAINING, 10, "ethics"),
        exam="icrc-pr",
        said="lawful-presence",
        birth_date=date(2008, 5, 1),
    ),
    NOT_YET,
    age="missing",
)
case(
    "PA/CPS",
    "Twelve months of work in place of credits, but two years ago the course was not done",
    person(h(TRAINING, 74), exam="PA/CPS", said="12-months-work-in-last-3-years"),
    NOT_YET,
    work="met",
    training="missing",
)
case(
    "KY/RADPSS",
    "No experience yet: the temporary registration is open",
    person(
        h(TRAINING, 16, "ethics"),
        *BOARD,
        h(TRAINING, 3, "domestic-violence"),
        h(TRAINING, 2, "hiv"),
        exam="KY/RADPSS",
        said="suicide-prevention-training",
    ),
    NOT_YET,
    training_hiv="met",
    work="missing",
    supervision="missing",
)
case(
    "AR/PR",
    "500 hours of work, 25 in each of three domains only",
    person(
        h(TRAINING, 60),
        h(WORK, 425, "outreach"),
        h(WORK, 25, "advocacy"),
        h(WORK, 25, "mentoring"),
        h(WORK, 25, "recovery"),
        h(SUPERVISION, 25),
        exam="AR/PR",
    ),
    NOT_YET,
    training="met",
    work="met",
    work_domains="missing",
    work_ethics="missing",
)
case(
    "AR/PR",
    "46 hours: enough for one copy of the page, not for the undated one",
    person(
        h(TRAINING, 46),
        h(WORK, 400),
        h(WORK, 25, "advocacy"),
        h(WORK, 25, "mentoring"),
        h(WORK, 25, "recovery"),
        h(WORK, 25, "ethics"),
        h(SUPERVISION, 25),
        exam="AR/PR",
    ),
    ASK,
    training="unknown",
    work_domains="met",
)
case(
    "NY/CRPA",
    "Without the four hours on recovery with medication",
    person(h(WORK, 500), exam="icrc-pr", said="lives-or-works-in-NY"),
    NOT_YET,
    training_medication="missing",
    residence="met",
)
