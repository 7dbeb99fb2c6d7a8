from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import event_type

NOTE_BEGUN = event_type("note.begun", _("{actor} began a note"))
NOTE_SIGNED = event_type("note.signed", _("{actor} signed the note"))
NOTE_ADDED_TO = event_type("note.added_to", _("{actor} added words to the note"))
NOTE_WITHDRAWN = event_type("note.withdrawn", _("{actor} withdrew the note as entered in error"))
NOTE_MOVED = event_type("note.moved", _("{actor} began this note from one that was withdrawn"))
NOTE_DISCARDED = event_type("note.discarded", _("{actor} threw a draft away"))

PERSON_REGISTERED = event_type("person.registered", _("{actor} added this person and enrolled them"))
PERSON_ENROLLED = event_type("person.enrolled", _("{actor} enrolled this person in a program"))
PERSON_ASSIGNED = event_type("person.assigned", _("{actor} decided which specialist works with this person"))
PERSON_DISCHARGED = event_type("person.discharged", _("{actor} ended this person's time in a program"))
DISCHARGE_UNDONE = event_type("person.discharge_undone", _("{actor} took back the end of a program"))
PLAN_REVIEW_SET = event_type("plan.review_set", _("{actor} set the day of the next plan review"))

GOAL_ADDED = event_type("goal.added", _("{actor} wrote down a goal"))
GOAL_REACHED = event_type("goal.reached", _("{actor} marked a goal as reached"))
GOAL_SET_ASIDE = event_type("goal.set_aside", _("{actor} set a goal aside"))
GOAL_TAKEN_UP = event_type("goal.taken_up", _("{actor} took up a goal again"))
GOALS_REORDERED = event_type("goal.reordered", _("{actor} changed the order of the goals"))

VISIT_PLANNED = event_type("visit.planned", _("{actor} planned a visit"))
VISIT_MOVED = event_type("visit.moved", _("{actor} moved a visit"))
VISIT_CALLED_OFF = event_type("visit.called_off", _("{actor} called off a visit"))
VISIT_MISSED = event_type("visit.missed", _("{actor} noted that a visit did not happen"))
VISIT_REOPENED = event_type("visit.reopened", _("{actor} put a visit back on the plan"))
FOLLOW_UP_PLANNED = event_type("follow_up.planned", _("{actor} planned a call or next step"))
CALL_TRIED = event_type("call.tried", _("{actor} called and did not reach the person"))
CALL_REACHED = event_type("call.reached", _("{actor} called and reached the person"))
FOLLOW_UP_DONE = event_type("follow_up.done", _("{actor} ticked off a next step"))
FOLLOW_UP_REOPENED = event_type("follow_up.reopened", _("{actor} put a next step back on the list"))
