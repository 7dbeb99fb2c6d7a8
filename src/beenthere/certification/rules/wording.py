"""What a rule asks for, in words and before anybody's record is held against it."""

from dataclasses import dataclass
from itertools import product

from beenthere.certification.rules.vocabulary import (
    Age,
    AllOf,
    AnyOf,
    BackgroundCheck,
    Education,
    Exam,
    Holds,
    Hours,
    Leaf,
    Mode,
    Recovery,
    References,
    Rule,
    Sitting,
    Statement,
    Work,
)
from beenthere.kernel.words import Words, english, gettext_noop

HOURS = {
    Work.TRAINING: gettext_noop("%(hours)s hours of training"),
    Work.WORK: gettext_noop("%(hours)s hours of work"),
    Work.SUPERVISION: gettext_noop("%(hours)s hours of supervision"),
    Work.CE: gettext_noop("%(hours)s hours of continuing education"),
}
DOMAINS = gettext_noop("on: %(domains)s")
MODES = {
    Mode.LIVE: gettext_noop("live, in a room or by video"),
    Mode.ONLINE: gettext_noop("online"),
    Mode.IN_SERVICE: gettext_noop("at your workplace"),
}
WITHIN = gettext_noop("in the last %(months)s months")
OVER = gettext_noop("spread over at least %(months)s months")
AT_MOST = gettext_noop("of these at most %(hours)s hours count from: %(domains)s")
EXAM = gettext_noop("Exam passed: %(exam)s")
SCORE = gettext_noop("Exam passed with at least %(percent)s %%: %(exam)s")
ATTEMPTS = {
    None: gettext_noop("up to %(attempts)s attempts"),
    Sitting.APPLICATION: gettext_noop("up to %(attempts)s attempts for each application"),
    Sitting.TERM: gettext_noop("up to %(attempts)s attempts in each term"),
}
AGAIN = gettext_noop("again after %(days)s days")
RECOVERY = gettext_noop("%(months)s months in recovery")
AGE = gettext_noop("At least %(years)s years old")
SCHOOL = gettext_noop("Schooling: %(level)s")
LETTERS = gettext_noop("Letters of reference: %(count)s")
CHECK = gettext_noop("A background check")
HELD = gettext_noop("Another credential, in force: %(which)s")
STATED = "%(words)s"
ONE_OF = gettext_noop("One of these is enough:")
ALL_OF = gettext_noop("All of these together:")
READINGS = gettext_noop("Sources disagree. They say:")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`details` narrow `words`; `parts` are the ways, the parts or the readings that `words` announces.

    `quoted`: the words come from the data, in the language of their source.
    """

    words: Words
    details: tuple[Words, ...] = ()
    parts: tuple["Asked", ...] = ()
    quoted: bool = False


def asked(rule: Rule) -> Asked:
    if isinstance(rule, Hours):
        return _hours(rule)
    if isinstance(rule, Statement):
        return Asked(words=Words(STATED, {"words": rule.words}), quoted=True)
    if isinstance(rule, Exam):
        return _exam(rule)
    if isinstance(rule, Leaf):
        return Asked(words=_leaf(rule))
    sentence = ONE_OF if isinstance(rule, AnyOf) else ALL_OF if isinstance(rule, AllOf) else READINGS
    return Asked(words=Words(sentence), parts=tuple(asked(one) for one in parts(rule)))


def parts(rule: Rule) -> tuple[Rule, ...]:
    """What a combined rule is made of; nothing for a leaf."""
    if isinstance(rule, Leaf):
        return ()
    if isinstance(rule, AnyOf):
        return rule.ways
    return rule.parts if isinstance(rule, AllOf) else rule.readings


def ways(rule: Rule) -> tuple[tuple[Leaf, ...], ...]:
    """Everything that has to be met, once for each way there is; each reading is a way of its own."""
    if isinstance(rule, Leaf):
        return ((rule,),)
    each = [ways(part) for part in parts(rule)]
    if isinstance(rule, AllOf):
        return tuple(tuple(leaf for way in taken for leaf in way) for taken in product(*each))
    return tuple(way for part in each for way in part)


def leaves(rule: Rule) -> tuple[Leaf, ...]:
    if isinstance(rule, Leaf):
        return (rule,)
    return tuple(leaf for part in parts(rule) for leaf in leaves(part))


def in_words(told: Asked) -> str:
    """English, on one line."""
    said = ", ".join([english(told.words), *(english(one) for one in told.details)])
    return f"{said} {'; '.join(f'({in_words(one)})' for one in told.parts)}".strip()


def amount(hours: float) -> str:
    return f"{hours:g}"


def _hours(rule: Hours) -> Asked:
    details = [Words(DOMAINS, {"domains": ", ".join(rule.domains)})] if rule.domains else []
    details += [Words(MODES[mode]) for mode in rule.modes]
    details += [Words(WITHIN, {"months": rule.within_months})] if rule.within_months else []
    details += [Words(OVER, {"months": rule.over_months})] if rule.over_months else []
    capped = (rule.at_most or {}).items()
    details += [Words(AT_MOST, {"hours": amount(most), "domains": name}) for name, most in capped]
    return Asked(words=Words(HOURS[rule.spent_on], {"hours": amount(rule.hours)}), details=tuple(details))


def _exam(rule: Exam) -> Asked:
    told = {"attempts": rule.attempts} if rule.attempts else {}
    details = [Words(ATTEMPTS[rule.attempts_in], told)] if told else []
    details += [Words(AGAIN, {"days": rule.again_after_days})] if rule.again_after_days else []
    return Asked(words=_leaf(rule), details=tuple(details))


def _leaf(rule: Leaf) -> Words:  # noqa: PLR0911 - one line for each kind
    match rule:
        case Exam():
            told: dict[str, str | int] = {"exam": ", ".join(rule.exams)}
            percent = rule.at_least_percent
            return Words(SCORE, {**told, "percent": percent}) if percent else Words(EXAM, told)
        case Recovery():
            return Words(RECOVERY, {"months": rule.months})
        case Age():
            return Words(AGE, {"years": rule.years})
        case Education():
            return Words(SCHOOL, {"level": rule.named})
        case References():
            return Words(LETTERS, {"count": rule.count})
        case BackgroundCheck():
            return Words(CHECK)
        case Holds():
            return Words(HELD, {"which": rule.named})
        case Hours() | Statement():
            return asked(rule).words
