"""Where Django puts a mail: into a queue, with the write that caused it. Nobody waits for a mail server."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from beenthere.kernel.ids import uuid7
from beenthere.trust import jobs
from beenthere.trust.acting import system
from beenthere.trust.mail.envelope import sealed
from beenthere.trust.models import OutgoingMail


class QueuedMail(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many are on their way. A mail of a write that is undone is undone with it."""
        with system("putting mails into their queue"):
            for message in email_messages:
                _keep(message)
        return len(email_messages)


def _keep(message: EmailMessage) -> None:
    id_ = uuid7()
    with transaction.atomic():
        OutgoingMail.objects.create(id=id_, sealed=sealed(message, id_))
        jobs.send_mail.later()
