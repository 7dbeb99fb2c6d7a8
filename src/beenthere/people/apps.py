from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "beenthere.people"
    label = "people"
