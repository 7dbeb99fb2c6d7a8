"""What a browser says of a passkey, read with care: anybody can send anything in its place.

allauth and its library take JSON of the right shape for granted. Whatever else arrives is a wrong code like
any other, never a failure.
"""

import struct
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as passkeys
from django import forms

# Real ones have some 2,000 characters.
LONGEST = 20_000
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, RecursionError, struct.error)


class CredentialField(forms.JSONField):
    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > LONGEST:
            raise get_adapter().validation_error("incorrect_code")
        try:
            return super().to_python(value)
        except UNREADABLE:
            raise get_adapter().validation_error("incorrect_code") from None


class _Shown(passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except UNREADABLE:
            raise get_adapter().validation_error("incorrect_code") from None


class UnlockWithPasskey(_Shown):
    """The locked screen's, and the second step's."""


class SignInWithPasskey(_Shown, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    """Instead of a password."""


class ConfirmWithPasskey(_Shown, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Before something about the account is changed."""


class AddPasskey(passkeys.AddWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()

    def clean(self) -> Any:
        try:
            return super().clean()
        except UNREADABLE:
            raise get_adapter().validation_error("incorrect_code") from None
