"""Compile every template of the project: a syntax error in one that no test renders is still an error."""

import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.template import TemplateSyntaxError, engines


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beenthere.config.settings")
    django.setup()
    names = sorted(
        str(file.relative_to(folder))
        for app in apps.get_app_configs()
        if app.name.startswith("beenthere.") and (folder := Path(app.path, "templates")).is_dir()
        for file in folder.rglob("*")
        if file.is_file() and file.suffix != ".md"
    )
    broken = [line for name in names if (line := _why_broken(name))]
    print("\n".join(broken) if broken else f"{len(names)} templates compile.")  # noqa: T201
    sys.exit(bool(broken))


def _why_broken(name: str) -> str:
    try:
        engines["django"].get_template(name)
    except TemplateSyntaxError as problem:
        return f"{name}: {problem}"
    return ""


if __name__ == "__main__":
    main()
