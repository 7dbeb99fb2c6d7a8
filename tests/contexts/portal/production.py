"""Run in a process of its own with the settings of a server: prints what a browser is told, as JSON.

`python production.py EMAIL PASSWORD`; the environment names host and database.
"""

import json
import os
import sys

import django
from django.conf import settings
from django.test import Client
from django.test.utils import setup_test_environment

PLACES = (
    "/account/sign-in/",
    "/account/none-yet/",
    "/account/password/forgot/",
    "/account/second-step/",
    "/account/",
    "/lock/",
    "/",
    "/people/",
    "/nowhere/",
    "/demo/",
    "/ping/",
)


def main(email: str, password: str) -> None:
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django.setup()
    setup_test_environment()
    settings.ALLOWED_HOSTS = [os.environ["BEENTHERE_HOST"]]
    client = Client(SERVER_NAME=os.environ["BEENTHERE_HOST"], REMOTE_ADDR="10.250.0.1")
    answers = {place: dict(client.get(place, secure=True).headers.items()) for place in PLACES}
    plain = client.get("/account/sign-in/")
    client.post("/account/sign-in/", {"login": email, "password": password}, secure=True)
    cookies = {name: dict(morsel.items()) for name, morsel in client.cookies.items()}
    told = {"answers": answers, "plain": plain.headers["Location"], "cookies": cookies}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
