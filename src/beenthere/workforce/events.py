from django.utils.translation import gettext_lazy as _

from beenthere.trust.api import event_type

WORKER_ADDED = event_type("worker.added", _("{actor} added someone to the staff"))
WORKER_CHANGED = event_type("worker.changed", _("{actor} changed the facts of a colleague"))
WORKER_INVITED = event_type("worker.invited", _("{actor} made a new invitation link"))
WORKER_ENDED = event_type("worker.ended", _("{actor} ended a colleague's time here"))
SUPERVISOR_SET = event_type("worker.supervisor_set", _("{actor} set who supervises a colleague"))
CERTIFICATION_RECORDED = event_type("certification.recorded", _("{actor} recorded a credential"))
