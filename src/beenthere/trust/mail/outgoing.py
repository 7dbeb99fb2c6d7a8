"""Mails on their way out: tried at once, then after growing waits, given up after a day.

The row is locked while its mail is sent, and a second worker passes it by: nothing is knowingly sent twice.
Where the mail server took a mail and we died before we could say so, it goes out again, with the same
Message-ID. The other choice would be to lose it.
"""

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from beenthere.foundation import clock, mail_condition
from beenthere.foundation.crypto.envelope import CannotOpen
from beenthere.trust.mail.envelope import opened
from beenthere.trust.models import OutgoingMail

GIVE_UP_AFTER = timedelta(days=1)
LONGEST_WAIT = timedelta(minutes=30)
log = logging.getLogger(__name__)


def send_new() -> None:
    """Send what was just written. While the mail server is away, that waits for the minute's one try.

    A server that hangs holds a worker for ten seconds; a hundred new mails must not do so a hundred times.
    """
    if not OutgoingMail.objects.filter(due_at__gt=clock.now()).exists():
        send_waiting()


def send_waiting() -> None:
    """Send what is due, up to the first failure. Once one went out, none waits for its turn any longer."""
    tried: list[UUID] = []
    while _next_is_done(tried):
        pass


def _next_is_done(tried: list[UUID]) -> bool:
    with transaction.atomic():
        mail = _claimed(tried)
        if mail is None:
            return False
        tried.append(mail.id)
        return _done_with(mail)


def _claimed(tried: list[UUID]) -> OutgoingMail | None:
    waiting = OutgoingMail.objects.select_for_update(skip_locked=True).exclude(id__in=tried)
    if not tried:
        waiting = waiting.filter(due_at__lte=clock.now())
    return waiting.order_by("due_at").first()


def _done_with(mail: OutgoingMail) -> bool:
    """True when nothing more is to be done for it; False when the mail server could not take it now."""
    if clock.now() - mail.written_at > timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT):
        log.warning("Mail %s was dropped: it is older than the link in it may be.", mail.id)
    else:
        try:
            _send(opened(mail.sealed, mail.id))
        except CannotOpen as problem:
            log.error("Mail %s was dropped. %s Was SECRET_KEY changed?", mail.id, problem)
        except OSError as problem:
            if not _refuses_the_reader(problem):
                _wait_or_give_up(mail, problem)
                return False
            log.warning("Mail %s was dropped: the mail server knows no such reader.", mail.id)
        except ValueError as problem:
            log.error("Mail %s was dropped: it is not one (%s).", mail.id, type(problem).__name__)
    mail.delete()
    return True


def _send(message: EmailMessage) -> None:
    get_connection(settings.MAIL_CARRIER).send_messages([message])
    mail_condition.works(settings.STATE)


def _wait_or_give_up(mail: OutgoingMail, problem: OSError) -> None:
    moment, why = clock.now(), _why(problem)
    mail_condition.fails(settings.STATE, moment, why)
    if moment - mail.written_at > GIVE_UP_AFTER:
        mail_condition.gave_up(settings.STATE, moment)
        log.error("Mail %s was given up after a day: %s. Its reader has to ask for it again.", mail.id, why)
        mail.delete()
        return
    mail.tries += 1
    mail.due_at = moment + min(timedelta(minutes=2 ** min(mail.tries - 1, 10)), LONGEST_WAIT)
    mail.save(update_fields=["tries", "due_at"])
    log.warning("Mail %s waits until %s: %s.", mail.id, mail.due_at.strftime("%H:%M UTC"), why)


def _refuses_the_reader(problem: OSError) -> bool:
    """For good, by a number of 500 or more: somebody mistyped their address, and the server is well."""
    return isinstance(problem, SMTPRecipientsRefused) and all(
        number >= 500 for number, _words in problem.recipients.values()
    )


def _why(problem: OSError) -> str:
    """For a log: no words of the server, which may repeat whom the mail is for."""
    if isinstance(problem, SMTPResponseException):
        return f"the mail server answered {problem.smtp_code} ({type(problem).__name__})"
    return f"{problem.strerror or 'the mail server did not do its part'} ({type(problem).__name__})"
