"""Files that are made while they are sent: the one streaming response an endpoint may give."""

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from django.http import StreamingHttpResponse
from django.utils import timezone, translation

from beenthere.trust.acting import Acting, acting
from beenthere.trust.request import Request


class FileInParts(StreamingHttpResponse):
    """A file of any length in the memory of one of its parts.

    A stream runs after its request's transaction and would see no rows. So this one opens another, in which
    the same user acts and which sees the data as they were when it began. `parts` looks at nothing before it
    is asked for the first. That the file was asked for is in the audit before it begins.

    A file that breaks off says so: `broken` is its last line, and the connection is cut instead of ended, for
    which a browser calls the download failed and gives the file no name.
    """

    def __init__(
        self, request: Request, parts: Iterable[str], *, name: str, content_type: str, broken: str
    ) -> None:
        local, language = timezone.get_current_timezone(), translation.get_language()
        made = _made(request.acting, parts, broken, local=local, language=language)
        super().__init__(made, content_type=content_type)
        self["Content-Disposition"] = f'attachment; filename="{name}"'


def _made(who: Acting, parts: Iterable[str], broken: str, *, local: tzinfo, language: str) -> Iterator[str]:
    try:
        with acting(who, one_view=True), timezone.override(local), translation.override(language):
            yield from parts
    except Exception:
        yield broken
        raise
