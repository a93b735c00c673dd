"""Numbers and dates as people type them: the digits 0 to 9 and no others. Pure."""


def is_plain(text: str) -> bool:
    """Whether ``text`` is ASCII without underscores.

    Python reads any script's digits, and ``1_000``, as numbers; nobody means them, and no other reader of ours does.
    """
    return text.isascii() and "_" not in text
