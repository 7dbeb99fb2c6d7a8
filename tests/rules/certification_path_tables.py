"""Facts and the expected decision for renewals, and for those who come from elsewhere."""

from datetime import date

from certification_facts import CE, TRAINING, WORK, Moving, Renewing, h, held, person

from beenthere.certification.rules.assess import Outcome
from beenthere.certification.rules.reciprocity import ReciprocityStatus
from beenthere.certification.rules.record import Record
from beenthere.certification.rules.renewal import RenewalStatus
from beenthere.certification.rules.vocabulary import Path

MET, MISSING, UNKNOWN = Outcome.MET, Outcome.MISSING, Outcome.UNKNOWN
END = date(2027, 2, 28)
READY, SHORT = RenewalStatus.READY, RenewalStatus.NOT_YET


def renewing(
    credential: str,
    title: str,
    record: Record,
    status: RenewalStatus,
    ends: date | None,
    expect: dict[str, Outcome],
) -> Renewing:
    return Renewing(
        credential=credential, title=title, record=record, status=status, ends=ends, expect=expect
    )


def holding(credential: str, issued: date, *hours: object, expires: date | None = None) -> Record:
    return person(*hours, credentials=(held(credential, issued, expires),))  # type: ignore[arg-type]


OHIO = (
    h(CE, 3, "ethics"), h(CE, 3, "boundaries"), h(CE, 2, "diversity"), h(CE, 2, "trauma"),
    h(CE, 2, "coaching"), h(CE, 1, "navigation"), h(CE, 1, "behavioral-health"), h(CE, 1, "health"),
    h(CE, 15, "listening"),
)  # fmt: skip
RENEWALS = (
    renewing(
        "OH/PRS",
        "30 hours with eight of the nine topics; the day it ends stands on the certificate",
        holding("OH/PRS", date(2025, 3, 1), *OHIO, expires=date(2027, 2, 28)),
        SHORT,
        date(2027, 2, 28),
        {"30 of 30 hours (ce)": MET, "(ce, boundaries)": MET, "(ce, trafficking)": MISSING},
    ),
    renewing(
        "OH/PRS",
        "With an hour on human trafficking",
        holding("OH/PRS", date(2025, 3, 1), *OHIO, h(CE, 1, "trafficking"), expires=date(2027, 2, 28)),
        READY,
        date(2027, 2, 28),
        {"(ce, trafficking)": MET},
    ),
    renewing(
        "CA/CMPSS",
        "20 hours, 5 of them on law and ethics",
        holding(
            "CA/CMPSS", date(2025, 3, 1), h(CE, 15, "peer"), h(CE, 5, "law-ethics"), expires=date(2027, 2, 28)
        ),
        SHORT,
        date(2027, 2, 28),
        {"20 of 20 hours (ce)": MET, "5 of 6 hours (ce, law-ethics)": MISSING},
    ),
    renewing(
        "WA/CPS",
        "Ends on the birthday that follows two years",
        holding("WA/CPS", date(2025, 3, 1), h(CE, 14, "peer"), h(CE, 2, "law-ethics"), h(CE, 14, "other")),
        READY,
        date(2028, 1, 1),
        {"(ce, peer)": MET, "suicide prevention once in six years": UNKNOWN},
    ),
    renewing(
        "NE/CPSS",
        "Ends on 1 September of an odd year; hours of the year before the issue do not count",
        holding("NE/CPSS", date(2026, 3, 1), h(CE, 14, "peer"), h(CE, 6, "ethics", on=date(2025, 12, 1))),
        SHORT,
        date(2027, 9, 1),
        {"14 of 20 hours (ce)": MISSING, "0 of 6 hours (ce, ethics)": MISSING},
    ),
    renewing(
        "MT/CBHPSS",
        "Ends on the last day of the year",
        holding("MT/CBHPSS", date(2026, 3, 1), h(CE, 20)),
        READY,
        date(2026, 12, 31),
        {"20 of 20 hours (ce)": MET},
    ),
    renewing(
        "MS/CPSSP",
        "Every fourth 30 September: from which year is not known",
        holding("MS/CPSSP", date(2025, 3, 1), h(CE, 20)),
        RenewalStatus.CANNOT_KNOW,
        None,
        {"20 of 20 hours (ce)": MET},
    ),
    renewing(
        "SC/CPSS",
        "Sixty days late of ninety",
        holding("SC/CPSS", date(2025, 9, 24), h(CE, 20, on=date(2026, 5, 1))),
        RenewalStatus.LATE,
        date(2026, 9, 23),
        {"20 of 20 hours (ce)": MET},
    ),
    renewing(
        "NC/NCCPSS",
        "Six weeks late: training starts again",
        holding("NC/NCCPSS", date(2024, 10, 11), h(CE, 20), expires=date(2026, 10, 10)),
        RenewalStatus.LAPSED,
        date(2026, 10, 10),
        {"20 of 20 hours (ce)": MET},
    ),
    renewing(
        "TN/CPRS",
        "How many hours are asked for is not known",
        holding("TN/CPRS", date(2025, 3, 1), h(CE, 20), expires=date(2027, 2, 28)),
        RenewalStatus.CANNOT_KNOW,
        date(2027, 2, 28),
        {"How many hours": UNKNOWN, "50 hours of service": UNKNOWN},
    ),
    renewing(
        "PA/CPS",
        "36 hours, none of them of one's own choice",
        holding(
            "PA/CPS",
            date(2025, 3, 1),
            h(CE, 33, "peer-recovery"),
            h(CE, 3, "ethics"),
            expires=date(2027, 2, 28),
        ),
        SHORT,
        date(2027, 2, 28),
        {"36 of 36 hours (ce)": MET, "(ce, elective)": MISSING},
    ),
)
PATH, FULL = ReciprocityStatus.PATH, ReciprocityStatus.FULL_APPLICATION
OHIO_UNTIL_MAY = held("OH/PRS", date(2025, 6, 1), date(2027, 5, 31))
MOVES = (
    Moving(
        from_="OH/PRS",
        to="CA/CMPSS",
        title="1,550 hours of work, three letters, and no continuing education",
        record=person(h(WORK, 1550), credentials=(OHIO_UNTIL_MAY,), said="no-pending-discipline"),
        status=PATH,
        path=Path.CONDITIONAL_EXAM,
        remains=("education-hours", "law-ethics", "exam"),
        done=("active", "experience", "letters", "no-discipline"),
        waived=("training",),
    ),
    Moving(
        from_="OH/PRS",
        to="KY/APSS",
        title="Training within five years is recognized",
        record=person(h(TRAINING, 40, on=date(2023, 5, 1)), credentials=(OHIO_UNTIL_MAY,)),
        status=PATH,
        path=Path.TRAINING_WAIVER,
        done=("comparable", "age", "education"),
        waived=("training",),
    ),
    Moving(
        from_="OH/PRS",
        to="KY/APSS",
        title="Training of six years ago is not",
        record=person(h(TRAINING, 40, on=date(2020, 5, 1)), credentials=(OHIO_UNTIL_MAY,)),
        status=PATH,
        path=Path.TRAINING_WAIVER,
        remains=("comparable",),
    ),
    Moving(
        from_="RI/CPRS",
        to="CO/CPFS",
        title="Both boards are members of IC&RC",
        record=person(credentials=(held("RI/CPRS", date(2025, 6, 1), date(2027, 5, 31)),)),
        status=PATH,
        path=Path.BOARD_TO_BOARD,
    ),
    Moving(
        from_="OH/PRS",
        to="CO/CPFS",
        title="Ohio is no member: the path from board to board is closed",
        record=person(credentials=(OHIO_UNTIL_MAY,)),
        status=FULL,
        path=Path.BOARD_TO_BOARD,
        remains=("training", "work"),
    ),
    Moving(
        from_="OH/PRS",
        to="NC/NCCPSS",
        title="No reciprocity, and the source says so",
        record=person(credentials=(OHIO_UNTIL_MAY,)),
        status=FULL,
        path=Path.NONE,
        remains=("training",),
    ),
    Moving(
        from_="OH/PRS",
        to="ND/CPSS-I",
        title="A full application in which hours count",
        record=person(h(TRAINING, 40), credentials=(OHIO_UNTIL_MAY,)),
        status=PATH,
        path=Path.HOURS_COUNT,
        done=("training",),
    ),
    Moving(
        from_="OH/PRS",
        to="CA/CMPSS",
        title="The credential held ended yesterday",
        record=person(credentials=(held("OH/PRS", date(2024, 6, 1), date(2026, 11, 21)),)),
        status=ReciprocityStatus.CANNOT_KNOW,
        path=Path.CONDITIONAL_EXAM,
        remains=("training", "exam"),
    ),
)
