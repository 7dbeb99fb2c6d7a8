from django.urls import path

from beenthere.support.intake.views import add, look, take_part
from beenthere.support.plans import views as plans
from beenthere.support.visits import views as visits

PERSON = "people/<uuid:person_id>/"
ENROLMENT = f"{PERSON}enrolments/<uuid:enrolment_id>/"

urlpatterns = [
    path("people/", look.caseload, name="caseload"),
    path("people/search/", look.search, name="person_search"),
    path("people/add/", add.add, name="person_add"),
    path("people/numbers/", look.numbers, name="program_numbers"),
    path(PERSON, look.person, name="person"),
    path(f"{PERSON}notes/", look.notes, name="person_notes"),
    path(f"{PERSON}looked/", look.looked, name="who_looked"),
    path(f"{PERSON}enrolments/new/", take_part.enrol, name="person_enrol"),
    path(f"{ENROLMENT}assign/", take_part.assign, name="person_assign"),
    path(f"{ENROLMENT}end/", take_part.discharge, name="person_discharge"),
    path(f"{ENROLMENT}undo/", take_part.undo_discharge, name="person_discharge_undo"),
    path(f"{ENROLMENT}review/", take_part.review, name="plan_review"),
    path(f"{PERSON}goals/", plans.goals, name="goals"),
    path(f"{PERSON}goals/new/", plans.add, name="goal_add"),
    path(f"{PERSON}goals/<uuid:goal_id>/", plans.change, name="goal_change"),
    path(f"{PERSON}visits/new/", visits.plan, name="visit_plan"),
    path(f"{PERSON}calls/new/", visits.plan_follow_up, name="follow_up_plan"),
    path("visits/<uuid:id>/", visits.visit, name="visit"),
    path("visits/<uuid:id>/settle/", visits.settle_visit, name="visit_settle"),
    path("calls/", visits.follow_ups, name="follow_ups"),
    path("calls/<uuid:id>/", visits.call, name="call_attempt"),
    path("calls/<uuid:id>/done/", visits.settle_follow_up, name="follow_up_settle"),
]
