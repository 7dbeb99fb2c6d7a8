from itertools import count

from beenthere.trust.acting import system
from beenthere.trust.keyring import add_data_key
from beenthere.trust.models import Organization, Program, Site
from factories.writing import writing

_numbers = count(1)


def new_organization(name: str = "", time_zone: str = "America/New_York") -> Organization:
    """An organization with a data key and two programs, as attributes: `harbor` (Part 2) and `day_room`."""
    with system("test factory"):
        organization = Organization.objects.create(
            name=name or f"Organization {next(_numbers)}", time_zone=time_zone, synthetic=True
        )
        add_data_key(organization.id)
    with writing(organization.id):
        organization.site = Site.objects.create(organization=organization, name="Main Street")
    organization.harbor = new_program(
        organization, "Harbor", part2=True, warm_line="555-0100", funding_tag="SOR-2"
    )
    organization.day_room = new_program(organization, "Day room")
    return organization


def new_program(organization: Organization, name: str, *, part2: bool = False, **more: object) -> Program:
    with writing(organization.id):
        return Program.objects.create(
            organization=organization,
            name=name,
            part2=part2,
            site=getattr(organization, "site", None),
            determined_by="Test officer",
            determined_on="2026-01-05",
            determined_why="made for a test",
            **more,
        )
