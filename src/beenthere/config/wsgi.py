import os
import re
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beenthere.config.settings")
# How long one question to the database may take where pages are served, see `settings`.
os.environ.setdefault("BEENTHERE_STATEMENT_SECONDS", "8")

from django.core.wsgi import get_wsgi_application

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


def always_utf_8(app: App) -> App:
    """Forget the charset a request names. Django believes it before any middleware is asked, and Python knows
    some that decode no text (`hex`: an error 500) or text no column holds (`unicode_escape`)."""

    def run(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_TYPE"] = CHARSET.sub("", environ["CONTENT_TYPE"])
        return app(environ, start)

    return run


application = always_utf_8(get_wsgi_application())
