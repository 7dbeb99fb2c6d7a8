from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import event_type

RULE_SET = event_type("funding.rule_set", _("{actor} set the rule by which a program's units are counted"))
