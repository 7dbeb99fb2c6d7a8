from beenthere.trust.access import Role
from beenthere.trust.models import Organization, Program, User
from beenthere.workforce.models import Worker
from factories.users import new_user
from factories.writing import writing


def new_worker(
    organization: Organization,
    user: User | None = None,
    *,
    role: Role | str = Role.SPECIALIST,
    program: Program | None = None,
    **fields: object,
) -> Worker:
    """A worker; without `user` one is made, who holds `role`. `worker.user` signs in."""
    user = user or new_user(organization, role, program)
    shown = fields.pop("shown_as", user.name.split()[0])
    with writing(organization.id):
        return Worker.objects.create(
            organization=organization, user=user, name=user.name, shown_as=shown, **fields
        )
