from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "beenthere.funding"
    label = "funding"
