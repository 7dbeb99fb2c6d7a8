"""The link with which a new colleague chooses a password of their own. Nobody types one for them.

It is the link of "forgot my password": it works once, for three days, and stops working when a password has
been set. It is only ever made for an account that has none: for any other it would let an administrator of
one organization into what a user does for another.
"""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse


def invitation_path(user: AbstractBaseUser) -> str:
    """The path of the link, without the host. `ValueError` for an account that has a password."""
    if user.has_usable_password():
        raise ValueError("this account has a password: its owner signs in or asks for a new one")
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
