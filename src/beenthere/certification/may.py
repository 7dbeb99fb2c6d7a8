"""The permissions' names, apart from what `access` says about them: `api` answers without Django."""

from enum import StrEnum


class May(StrEnum):
    CHECK_REPORTS = "certification.check_reports"
