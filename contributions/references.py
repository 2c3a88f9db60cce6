"""References such as KH-7F3K2: what people quote in a mail. They tell nothing and open nothing."""

import secrets

# Crockford's base 32: no I, L, O or U, so nothing is misread or spells a word.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX, LENGTH = "KH-", 5


def new_reference() -> str:
    """A random reference; the database's unique column decides whether it is free."""
    return PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_reference(text: str) -> str:
    """What a person typed as a reference, in its written form: O is 0, I and L are 1."""
    typed = text.strip().upper().replace(" ", "")
    body = typed.removeprefix("KH").lstrip("-")
    return PREFIX + body.translate(str.maketrans("OIL", "011"))
