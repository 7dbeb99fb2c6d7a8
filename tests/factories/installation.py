from beenthere.trust import keyring


def ensure_keys() -> None:
    """The root key of this test process, which wraps the data keys of its organizations."""
    keyring.ensure_root_key()
