from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import event_type

REPORT_CHECKED = event_type("certification.report_checked", _("{actor} checked a report about a rule"))
