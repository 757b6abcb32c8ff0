"""What VBA accepts as a name and as text, and a module's text as a project stores it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from clvxl.errors import OutputError
from clvxl.words import Text

Kind = Literal["standard", "class", "workbook", "sheet"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_LONGEST_LINE = 1023
_MOST_CONTINUATIONS = 24
_LIBRARIES = ("vba", "excel", "office", "stdole")
_ATTRIBUTE = re.compile(r"Attribute VB_(\w+) = (.+)")
_FLAGS = {"GlobalNameSpace": "False", "Creatable": "False", "PredeclaredId": "False", "Exposed": "False",
          "TemplateDerived": "False", "Customizable": "False"}
_DOCUMENT = _FLAGS | {"PredeclaredId": "True", "Exposed": "True", "Customizable": "True"}
_ATTRIBUTES: dict[Kind, dict[str, str]] = {
    "standard": {},
    "class": {"Base": '"0{FCFB3D2A-A0FA-1068-A738-08002B3371B5}"', **_FLAGS},
    "workbook": {"Base": '"0{00020819-0000-0000-C000-000000000046}"', **_DOCUMENT},
    "sheet": {"Base": '"0{00020820-0000-0000-C000-000000000046}"', **_DOCUMENT},
}


def refused(message: Text, **values: object) -> OutputError:
    """The error for a project that VBA would not open."""
    return OutputError(message, Text("Correct the VBA source.", "Bitte die VBA-Quelle berichtigen."), **values)


def checked_names(project: str, modules: Sequence[str]) -> None:
    """Refuse names that VBA does not allow, and two things of one name."""
    taken = {*_LIBRARIES}
    for name in (project, *modules):
        if not _NAME.fullmatch(name):
            raise refused(
                Text("VBA does not allow the name {name!r}: a letter, then at most 30 letters, digits and underscores.",
                     "VBA erlaubt den Namen {name!r} nicht: ein Buchstabe, dann höchstens 30 Buchstaben, Ziffern und Unterstriche."),
                name=name,
            )
        if name.lower() in taken:
            raise refused(Text("The name {name} is taken twice in the VBA project.", "Der Name {name} kommt im VBA-Projekt doppelt vor."),
                          name=name)
        taken.add(name.lower())


def lines_of(module: str, source: str) -> list[str]:
    """The lines of a module, each of which VBA accepts."""
    lines = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    continued = 0
    for number, line in enumerate(lines, 1):
        continued = continued + 1 if re.search(r"\s_$", line) else 0
        problem = _problem(line, continued)
        if problem:
            text, values = problem
            where = Text("VBA module {module}, line {line}: ", "VBA-Modul {module}, Zeile {line}: ")
            raise refused(Text(where.en + text.en, where.de + text.de), module=module, line=number, **values)
    return lines


def _problem(line: str, continued: int) -> tuple[Text, dict[str, object]] | None:
    if len(line) > _LONGEST_LINE:
        return Text("{length} characters; VBA allows {most}.", "{length} Zeichen; VBA erlaubt {most}."), {
            "length": len(line), "most": _LONGEST_LINE}
    if continued > _MOST_CONTINUATIONS:
        return Text("continued over more than {most} lines.", "über mehr als {most} Zeilen fortgesetzt."), {"most": _MOST_CONTINUATIONS}
    foreign = next((character for character in line if not _storable(character)), None)
    if foreign is not None:
        return Text("VBA cannot store the character {character!a}; write ChrW({code}).",
                    "VBA kann das Zeichen {character!a} nicht speichern; bitte ChrW({code}) schreiben."), {
            "character": foreign, "code": ord(foreign)}
    return None


def _storable(character: str) -> bool:
    """Whether the code page 1252 has it, and it is no control character."""
    try:
        return character.encode("cp1252") >= b" " or character == "\t"
    except UnicodeEncodeError:
        return False


def stored_text(name: str, kind: Kind, lines: list[str]) -> bytes:
    """A module's text with the attributes that make it what it is; those of the source come before ours."""
    body = _without_version(lines)
    given = {}
    while body and (match := _ATTRIBUTE.fullmatch(body[0].rstrip())):
        given[match[1]] = match[2]
        body = body[1:]
    if given.get("Name", f'"{name}"') != f'"{name}"':
        raise refused(Text("The VBA module {name} calls itself {own} in its first line.",
                           "Das VBA-Modul {name} nennt sich in seiner ersten Zeile {own}."), name=name, own=given["Name"])
    attributes = {"Name": f'"{name}"', **_ATTRIBUTES[kind], **given}
    head = [f"Attribute VB_{key} = {value}" for key, value in attributes.items()]
    return "".join(f"{line}\r\n" for line in head + body).encode("cp1252")


def _without_version(lines: list[str]) -> list[str]:
    """An exported class begins with a block that only exported files have."""
    if not lines or not lines[0].startswith("VERSION "):
        return lines
    end = next((number for number, line in enumerate(lines) if line.strip().upper() == "END"), 0)
    return lines[end + 1 :]
