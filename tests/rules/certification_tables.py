"""Facts and the expected decision, for states with unusual rules: tests, and the rule book."""

from datetime import date

from certification_facts import (
    ASK,
    BACHELOR,
    BOARD,
    CANNOT,
    NOT_YET,
    SUPERVISION,
    TRAINING,
    WORK,
    Case,
    h,
    person,
    unsaid,
)

from beenthere.certification.rules.assess import Status
from beenthere.certification.rules.record import Record, Studies
from beenthere.certification.rules.vocabulary import Mode, Schooling

CASES: list[Case] = []


def case(credential: str, title: str, record: Record, status: Status, **expect: str) -> None:
    told = {key.replace("_", "-"): outcome for key, outcome in expect.items()}
    CASES.append(Case(credential=credential, title=title, record=record, status=status, expect=told))


case(
    "OH/PRS",
    "30 hours of the core course",
    person(h(TRAINING, 30, "core")),
    NOT_YET,
    training="missing",
    training_academy="missing",
    exam="missing",
    background_check="met",
)
case(
    "OH/PRS",
    "40 core hours, the academy and the exam",
    person(h(TRAINING, 40, "core"), h(TRAINING, 16, "e-academy"), exam="OH/PRS"),
    ASK,
    training="met",
    training_academy="met",
)
case(
    "OH/PRS",
    "Three years of experience in place of the 40 hours",
    person(h(TRAINING, 16, "e-academy"), exam="OH/PRS", said="three-years-experience"),
    ASK,
    training="met",
)
case(
    "OH/PRS",
    "56 hours of the academy are not the core course",
    person(h(TRAINING, 56, "e-academy"), exam="OH/PRS", statements={"three-years-experience": False}),
    NOT_YET,
    training="missing",
    training_academy="met",
)
case(
    "TX/MHPS",
    "Training done, the 250 hours not",
    person(
        h(TRAINING, 19.5, "core"), h(TRAINING, 40, "supplemental-mental-health"), h(WORK, 249), exam="TX/MHPS"
    ),
    NOT_YET,
    training_core="met",
    training_supplement="met",
    work="missing",
)
case(
    "TX/MHPS",
    "With 250 hours of work",
    person(
        h(TRAINING, 19.5, "core"),
        h(TRAINING, 40, "supplemental-mental-health"),
        h(WORK, 250),
        exam="TX/MHPS",
        said="live-interaction",
    ),
    ASK,
    work="met",
)
case(
    "TX/RSPS",
    "40 supplemental hours are 6 too few",
    person(
        h(TRAINING, 19.5, "core"),
        h(TRAINING, 40, "supplemental-recovery"),
        h(WORK, 250),
        exam="TX/RSPS",
        said="live-interaction",
    ),
    NOT_YET,
    training_supplement="missing",
)
case(
    "CA/CMPSS",
    "80 hours and the exam",
    person(h(TRAINING, 80), exam="CA/CMPSS"),
    ASK,
    training="met",
    recovery_not_known="unknown",
)
case(
    "CA/CMPSS",
    "Seventeen years old",
    person(h(TRAINING, 80), exam="CA/CMPSS", birth_date=date(2009, 1, 1)),
    NOT_YET,
    age="missing",
)
case(
    "IL/CRSS",
    "120 hours, 80 of them core functions: 54 of these count",
    person(
        h(TRAINING, 80, "core-functions"),
        h(TRAINING, 34, "crss-domain"),
        h(TRAINING, 6, "ethics"),
        h(WORK, 2000),
        h(SUPERVISION, 100),
        exam="IL/CRSS",
        said="recovery-support-job-51-percent",
    ),
    NOT_YET,
    training="missing",
    training_domain="missing",
    training_ethics="met",
)
case(
    "IL/CRSS",
    "100 hours from many certificates",
    person(
        h(TRAINING, 54, "core-functions"),
        h(TRAINING, 40, "crss-domain", on=date(1999, 5, 1)),
        h(TRAINING, 6, "ethics"),
        h(WORK, 2000),
        h(SUPERVISION, 100),
        exam="IL/CRSS",
        said="recovery-support-job-51-percent",
    ),
    ASK,
    training="met",
    training_domain="met",
)
case(
    "NY/NYCPS",
    "No work hours: the provisional stage is open",
    person(exam="NY/NYCPS", percent=75, said="aps-13-core-courses aps-5-electives"),
    NOT_YET,
    training_core="met",
    work="missing",
    training_not_known="unknown",
)
case(
    "NY/NYCPS",
    "A post-test of 74 %",
    person(h(WORK, 2000), exam="NY/NYCPS", percent=74, said="aps-13-core-courses aps-5-electives"),
    NOT_YET,
    exam="missing",
)
case(
    "PA/CPS",
    "24 college credits in place of work",
    person(h(TRAINING, 75), exam="PA/CPS", said="24-college-credits-in-last-3-years"),
    ASK,
    work="met",
)
case(
    "PA/CPS",
    "Neither said: nothing is assumed",
    person(h(TRAINING, 75), exam="PA/CPS"),
    CANNOT,
    work="unknown",
)
case(
    "WA/CPS",
    "79 % of oral and written together",
    person(h(TRAINING, 80), h(WORK, 1000), exam="WA/CPS", percent=79),
    NOT_YET,
    exam="missing",
)
case(
    "WA/CPS",
    "The background check is looked at case by case, so it stays unknown",
    person(h(TRAINING, 80), h(WORK, 1000), exam="WA/CPS", percent=80),
    ASK,
    exam="met",
    background_check_not_known="unknown",
)
case(
    "MO/CPS",
    "No recovery time is asked for",
    person(exam="MO/CPS", recovery_since=None),
    ASK,
    recovery_none="met",
    training_not_known="unknown",
)
case(
    "ID/CPSS",
    "100 hours with a bachelor's degree in human services",
    person(h(TRAINING, 40), h(WORK, 100), h(SUPERVISION, 20), education=BACHELOR),
    ASK,
    work="met",
)
case(
    "ID/CPSS",
    "120 hours and a bachelor's degree in a field that was not said",
    person(
        h(TRAINING, 40),
        h(WORK, 120),
        h(SUPERVISION, 20),
        education=(Studies(level=Schooling.BACHELOR),),
    ),
    CANNOT,
    work="unknown",
)
case(
    "ID/CPSS",
    "100 hours without it",
    person(h(TRAINING, 40), h(WORK, 100), h(SUPERVISION, 20)),
    NOT_YET,
    work="missing",
)
case(
    "ID/CPSS",
    "200 hours without it",
    person(h(TRAINING, 40), h(WORK, 200), h(SUPERVISION, 20)),
    ASK,
    work="met",
)
case(
    "MN/CPS",
    "Nineteen: one source says 18, an older one 21",
    person(h(TRAINING, 80), exam="MN/CPS", birth_date=date(2007, 6, 1)),
    ASK,
    age="unknown",
)
case(
    "MN/CPS",
    "Twenty-one: both are met",
    person(h(TRAINING, 80), exam="MN/CPS", birth_date=date(2005, 6, 1)),
    ASK,
    age="met",
)
case(
    "KY/RADPSS",
    "40 classroom hours without domestic violence",
    person(
        h(TRAINING, 16, "ethics"),
        *BOARD,
        h(WORK, 500),
        h(SUPERVISION, 25),
        exam="KY/RADPSS",
        said="suicide-prevention-training",
    ),
    NOT_YET,
    training="met",
    training_domestic_violence="missing",
    training_hiv="missing",
)
case("KY/APSS", "30 hours", person(h(TRAINING, 30)), ASK, training="met")
case(
    "NE/CPSS",
    "The course was 13 months ago",
    person(
        h(TRAINING, 50, on=date(2025, 10, 1)),
        h(TRAINING, 10, "ethics", on=date(2025, 10, 1)),
        exam="icrc-pr",
        said="lawful-presence",
    ),
    NOT_YET,
    training="missing",
    training_ethics="missing",
)
case(
    "NE/CPSS",
    "39 of 60 hours live",
    person(h(TRAINING, 39), h(TRAINING, 21, "ethics", Mode.ONLINE), exam="icrc-pr", said="lawful-presence"),
    NOT_YET,
    training="met",
    training_live="missing",
    training_ethics="met",
)
case(
    "NE/CPSS",
    "60 hours of which nobody said whether they were live: not known, and not missing",
    person(
        unsaid(h(TRAINING, 50, "recovery")),
        unsaid(h(TRAINING, 10, "ethics")),
        exam="icrc-pr",
        said="lawful-presence",
    ),
    CANNOT,
    training="met",
    training_live="unknown",
    training_ethics="met",
)
case(
    "NE/CPSS",
    "Everything that is known",
    person(h(TRAINING, 50), h(TRAINING, 10, "ethics"), exam="icrc-pr", said="lawful-presence"),
    ASK,
    training_live="met",
)
case(
    "NC/NCCPSS",
    "65 hours: enough for one source, not for the other",
    person(h(TRAINING, 65)),
    ASK,
    training="unknown",
    exam_none="met",
)
case("NC/NCCPSS", "55 hours: enough for neither", person(h(TRAINING, 55)), NOT_YET, training="missing")
case(
    "MD/CPRS",
    "50 hours of which nobody said whether they were in-service: not known, and not enough",
    person(
        *map(unsaid, (h(TRAINING, 16, "ethics"), *BOARD, h(TRAINING, 4, "harm-reduction"))),
        h(WORK, 500),
        h(SUPERVISION, 25),
        said="MD-CORE-course",
    ),
    CANNOT,
    training="unknown",
    training_ethics="met",
)
case(
    "MD/CPRS",
    "20 hours in-service: 12 of these count",
    person(
        h(TRAINING, 20, "ethics", Mode.IN_SERVICE),
        *BOARD,
        h(TRAINING, 4, "harm-reduction"),
        h(WORK, 500),
        h(SUPERVISION, 25),
    ),
    NOT_YET,
    training="missing",
    training_ethics="met",
)
case(
    "MS/CPSSP",
    "Sixteen and enrolled in school",
    person(
        h(WORK, 250),
        exam="MS/CPSSP",
        birth_date=date(2010, 1, 1),
        education=(Studies(level=Schooling.ENROLLED),),
        said="lives-in-MS employed-in-MS-system",
    ),
    ASK,
    education="met",
    work="met",
)
case(
    "SC/CPSS",
    "Two of three years in recovery",
    person(
        h(TRAINING, 40), h(WORK, 100), h(SUPERVISION, 4), exam="SC/CPSS", recovery_since=date(2024, 11, 22)
    ),
    NOT_YET,
    recovery="missing",
)
