from django.urls import path

from beenthere.people.views import contact

ABOUT = "people/<uuid:person_id>/"

urlpatterns = [
    path(f"{ABOUT}details/", contact.details, name="person_details"),
    path(f"{ABOUT}contact/", contact.contact, name="person_contact"),
    path(f"{ABOUT}contact/safe/", contact.safe_contact, name="person_safe_contact"),
    path(f"{ABOUT}contact/add/", contact.add_point, name="contact_add"),
    path(f"{ABOUT}contact/<uuid:id>/", contact.change_point, name="contact_change"),
    path(f"{ABOUT}contact/<uuid:id>/end/", contact.end_point, name="contact_end"),
    path(f"{ABOUT}contact/crisis/add/", contact.add_crisis, name="crisis_contact_add"),
    path(f"{ABOUT}contact/crisis/<uuid:id>/", contact.change_crisis, name="crisis_contact_change"),
    path(f"{ABOUT}contact/crisis/<uuid:id>/end/", contact.end_crisis, name="crisis_contact_end"),
]
