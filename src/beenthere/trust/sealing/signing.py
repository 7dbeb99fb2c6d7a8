"""The key that signs checkpoints (Ed25519, RFC 8032). Its file is not in the database, nor in its backups.

Each line of the file is one key, newest first; the newest signs. Older ones stay, since their public halves
check what they signed. `public_text` can be given to anybody: it checks and cannot sign.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from beenthere.foundation.crypto import keyfile

PublicKeys = Mapping[str, Ed25519PublicKey]
_HEADING = "# BeenThere audit signing keys, newest first. Keep a copy off this machine.\n"


def key_id(public: Ed25519PublicKey) -> str:
    """A key's id is made from the key itself: a file cannot name a key what it is not."""
    return sha256(public.public_bytes_raw()).hexdigest()[:32]


class SigningKeys:
    """The installation's signing keys. Shows no key; is never pickled."""

    def __init__(self, keys: Sequence[Ed25519PrivateKey]) -> None:
        if not keys:
            raise ValueError("there must be at least one signing key")
        self._newest = keys[0]
        self._public = {key_id(key.public_key()): key.public_key() for key in keys}

    @classmethod
    def generate(cls) -> "SigningKeys":
        """A key that lives only in this object."""
        return cls([Ed25519PrivateKey.generate()])

    @classmethod
    def create(cls, path: Path) -> "SigningKeys":
        """First run: make one key and its file. Raises `FileExistsError` when there is one already."""
        keyfile.create_private(path, _HEADING + _fresh_line())
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> "SigningKeys":
        """Raises `keyfile.KeyFileMissing` or `keyfile.KeyFileUnsafe`."""
        try:
            return cls([_private(line) for line in _lines(keyfile.read_private(path))])
        except (ValueError, binascii.Error):
            # `from None`: the parser's own message would quote the line, and so the key.
            raise keyfile.KeyFileUnsafe(f"The key file {path} does not hold signing keys.") from None

    @classmethod
    def rotate(cls, path: Path) -> "SigningKeys":
        """Put a new key before the others: it signs from now on."""
        cls.load(path)
        kept = "".join(f"{line}\n" for line in _lines(keyfile.read_private(path)))
        keyfile.replace_private(path, _HEADING + _fresh_line() + kept)
        return cls.load(path)

    @property
    def kid(self) -> str:
        """The id of the key that signs."""
        return next(iter(self._public))

    @property
    def public(self) -> PublicKeys:
        return dict(self._public)

    def sign(self, message: bytes) -> bytes:
        return self._newest.sign(message)

    def public_text(self) -> str:
        """One line per public key, newest first, to print, publish or give to an auditor."""
        keys = self._public.values()
        return "".join(f"{base64.b64encode(key.public_bytes_raw()).decode()}\n" for key in keys)

    def __repr__(self) -> str:
        return f"<SigningKeys: {len(self._public)}, newest {self.kid}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("signing keys are never pickled or copied")


def public_keys(text: str) -> PublicKeys:
    """What `public_text` wrote. Raises `ValueError` for a line that is no public key."""
    keys = [
        Ed25519PublicKey.from_public_bytes(base64.b64decode(line, validate=True)) for line in _lines(text)
    ]
    return {key_id(key): key for key in keys}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _fresh_line() -> str:
    return base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode() + "\n"


def _private(line: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(line, validate=True))
