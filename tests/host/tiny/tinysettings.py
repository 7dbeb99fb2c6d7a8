"""The smallest site that the host can start: its drills then cost seconds and depend on no other part."""

import os
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

if "TINY_BROKEN" in os.environ and "gunicorn" in sys.argv[0]:
    raise RuntimeError("broken for a drill")

STATE = Path(os.environ["BEENTHERE_STATE"])
SECRET_KEY = "tiny"
INSTALLED_APPS = ["django.contrib.staticfiles", "procrastinate.contrib.django", "tinyapp"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tinyapp.urls"
ALLOWED_HOSTS = ["*"]
STATIC_URL = "static/"
STATIC_ROOT = STATE / "static"
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
DATABASE_ROLE = os.environ.get("BEENTHERE_DATABASE_ROLE", "app")
_VARIABLE = {"app": "DATABASE_URL", "owner": "DATABASE_OWNER_URL", "loader": "DATABASE_LOADER_URL"}
_URL = urlsplit(os.environ[_VARIABLE[DATABASE_ROLE]])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _URL.path.lstrip("/"),
        "USER": _URL.username,
        "HOST": parse_qs(_URL.query)["host"][0],
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
