from django.urls import path

from beenthere.funding.views import rules, units

urlpatterns = [
    path("units/", units.units, name="units"),
    path("units/file/", units.units_csv, name="units_csv"),
    path("units/rules/", rules.unit_rules, name="unit_rules"),
    path("units/rules/set/", rules.unit_rule_set, name="unit_rule_set"),
]
