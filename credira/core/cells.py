"""Cells of files that people open in a spreadsheet."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before ``= + - @``, not before a plain number."""
    if text.startswith(_FORMULA) and not _is_plain(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """What ``safe_cell`` was given: its apostrophe is taken off again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _is_plain(text: str) -> bool:
    """Numbers and phone numbers: ``-12.50``, ``+16125550100``."""
    return text[1:].replace(".", "", 1).isdigit()
