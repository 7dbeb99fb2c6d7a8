"""Settings of a site with one page, on the same database. It connects as the loader: the role that serves
sees no row without an organization set, and setting one is part of what is compared."""

import os

os.environ["BEENTHERE_DATABASE_ROLE"] = "loader"

from beenthere.config.settings import DATABASES

__all__ = ["DATABASES"]
SECRET_KEY = "there is nothing to sign here"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "bench.bare.urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [os.path.join(os.path.dirname(__file__), "templates")],
    }
]
USE_TZ = True
