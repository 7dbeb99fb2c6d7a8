"""A mail as it is kept: everything of it in one sealed value, which opens in its own row only."""

import json
from email.utils import formatdate, make_msgid
from uuid import UUID

from django.core.mail import DNS_NAME, EmailMessage, EmailMultiAlternatives

from beenthere.foundation.crypto.installation import Use, open_text, seal_text


def sealed(message: EmailMessage, id_: UUID) -> str:
    """Raises `ValueError` for a mail that cannot be written down: whoever wrote it should hear of it now.

    Its Message-ID is made here and not at each try: should a mail ever arrive twice, because a server took it
    and we never heard so, the reader's mail program can tell that it is the same one.
    """
    if message.attachments:
        raise ValueError("a mail carries no files here: the queue keeps words")
    message.message()
    return seal_text(json.dumps(_parts(message)), _use(id_))


def opened(text: str, id_: UUID) -> EmailMultiAlternatives:
    """Raises `CannotOpen` when the key is gone, or the words are of another row."""
    parts = json.loads(open_text(text, _use(id_)))
    subtype = parts.pop("subtype")
    message = EmailMultiAlternatives(**parts)
    message.content_subtype = subtype
    return message


def _parts(message: EmailMessage) -> dict[str, object]:
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "subtype": message.content_subtype,
        "alternatives": [list(one) for one in getattr(message, "alternatives", [])],
        "from_email": message.from_email,
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        "headers": {
            "Message-ID": make_msgid(domain=str(DNS_NAME)),
            "Date": formatdate(),
            **message.extra_headers,
        },
    }


def _use(id_: UUID) -> Use:
    return Use(f"outgoing mail {id_}")
