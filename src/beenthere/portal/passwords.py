"""The forms for choosing a password. Their labels are those of our pages: a list of what is wrong must not
name a field that the page calls otherwise."""

from allauth.account.fields import PasswordField, SetPasswordField
from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from django.utils.translation import gettext_lazy as _

NEW = "new-password"


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]
    oldpassword = PasswordField(label=_("Your password now"), autocomplete="current-password")
    password1 = SetPasswordField(label=_("New password"))
    password2 = PasswordField(label=_("The new password again"), autocomplete=NEW)


class FirstPassword(SetPasswordForm):  # type: ignore[misc]
    password1 = SetPasswordField(label=_("Password"))
    password2 = PasswordField(label=_("The same password again"), autocomplete=NEW)


class PasswordByLink(ResetPasswordKeyForm):  # type: ignore[misc]
    password1 = SetPasswordField(label=_("Password"))
    password2 = PasswordField(label=_("The same password again"), autocomplete=NEW)
