"""File names for the values of a column: safe on every system, the same every time, and no two alike.

A value that is a safe name is kept as it is. Any other is made safe and told apart by the beginning of its hash, as are values that a
system could not tell apart by their case; so a name hardly ever depends on which other values there are.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

LONGEST, MOST_BYTES = 80, 160  # of a name without its ending: room for long folders on Windows, and for signs of four bytes
_FORBIDDEN = re.compile(r'[\\/:*?"<>|#%\[\]]')  # the last four are for links and for Excel itself
_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE | re.DOTALL)
_OWN = {"summary", "manifest"}
_SIGNS = 8  # of a hash
_TOLD_APART = re.compile(f"-[0-9a-f]{{{_SIGNS}}}$")
_NOTHING = "empty"


def file_names(values: Iterable[str], ending: str) -> dict[str, str]:
    """The name of a file for each value."""
    safe = {value: _safe(value) for value in values}
    plain = {value for value, name in safe.items() if name == unicodedata.normalize("NFC", value) and not _TOLD_APART.search(name)}
    often = Counter(_key(safe[value]) for value in plain)
    kept = {value for value in plain if often[_key(safe[value])] == 1}
    return {value: (name if value in kept else _told_apart(name, value)) + ending for value, name in safe.items()}


def _safe(value: str) -> str:
    """The value without what a system, a link or a reader's eye could stumble over."""
    kept = "".join("_" if _is_unsafe(sign) else sign for sign in unicodedata.normalize("NFC", value))
    kept = _FORBIDDEN.sub("_", re.sub(r"\s+", " ", kept)).strip(" .").removeprefix("~$") or _NOTHING
    kept = _cut(kept, LONGEST, MOST_BYTES).rstrip(" .")
    return f"_{kept}" if _DEVICES.fullmatch(kept) or kept.casefold() in _OWN else kept


def _is_unsafe(sign: str) -> bool:
    """Control and format signs (such as those that turn the direction of reading), halves of signs, and what is no sign at all."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn"} and not sign.isspace()


def _cut(text: str, longest: int, most_bytes: int) -> str:
    return text[:longest].encode()[:most_bytes].decode(errors="ignore")


def _key(name: str) -> str:
    """What names that a system may take for the same have in common."""
    return unicodedata.normalize("NFKD", name.casefold())


def _told_apart(name: str, value: str) -> str:
    mark = hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()[:_SIGNS]
    return f"{_cut(name, LONGEST - _SIGNS - 1, MOST_BYTES - _SIGNS - 1).rstrip(' .')}-{mark}"
