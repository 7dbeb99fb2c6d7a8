import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beenthere.config.settings")
os.environ.setdefault("BEENTHERE_STATEMENT_SECONDS", "8")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
