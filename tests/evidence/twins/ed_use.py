"""Emergency visits and enrolled days, counted one by one."""

from datetime import date

from twins.claims import FOREVER, Person, days, row


def events(person: Person, year: int) -> list[dict[str, object]]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    enrolled = [
        first + days(number)
        for number in range((last - first).days + 1)
        if any(start <= first + days(number) <= end for start, end in person.spans)
    ]
    if not enrolled:
        return []
    day = enrolled[-1]
    lines = [line for line in person.lines if line.day in enrolled and person.is_(line, "emergency")]
    groups = ("mental_illness", "self_harm", "substance_use", "overdose")
    behavioral = {line.day for line in lines if person.is_(line, *groups, diagnoses=line.diagnoses[:1])}
    told = row(
        person,
        day,
        months=len(enrolled) / 30.4375,
        born=person.born is not None and person.born <= min(day, FOREVER),
        visits=len({line.day for line in lines}),
        behavioral_visits=len(behavioral),
    )
    del told["day"]
    return [told]
