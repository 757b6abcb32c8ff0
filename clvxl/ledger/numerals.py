"""Cells -> numbers: 1.234,56 and 1,234.56, currency signs, percentages, brackets for negatives.

Whether a comma or a point is the decimal sign is decided once per column, from the values that leave no doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clvxl.errors import DataError
from clvxl.ledger.cells import Column, Flags
from clvxl.words import Text

Floats = npt.NDArray[np.float64]
DASHES = frozenset(("", "-", "–", "—", "--"))  # what people write for nothing
_NOISE = re.compile(r"[\s\u00a0\u202f\u2009'’`´_]|[€$£¥₣]|eur(?:o)?|usd|chf|gbp|fr\.|(?<=[.,])(?:-{1,2}|–)$", re.IGNORECASE)
_DIGITS = re.compile(r"\d[\d.,]*(?:e[+-]?\d+)?|[.,]\d+", re.IGNORECASE)
_PLAIN = r"^-?[0-9]+(\.[0-9]+)?$"
_WHOLE = r"^-?[0-9]+$"
_PLAIN_SURE = r"^-?(0\.[0-9]+|[0-9]+\.([0-9]{1,2}|[0-9]{4,}))$"
_INFINITE = frozenset(("inf", "infinity", "∞", "unendlich"))


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a column, NaN where there is none; ``bad`` where something stands that is no number."""

    values: Floats
    bad: Flags


@dataclass(frozen=True, slots=True)
class Numeral:
    """A written number taken apart: its digits with separators, and what stands around them."""

    digits: str
    factor: float  # -1 for negatives, a hundredth of it for percentages


def _take_apart(text: str) -> Numeral | None:
    """The parts of a written number; None if it is none."""
    text = _NOISE.sub("", text)
    factor = 1.0
    if text.startswith("(") and text.endswith(")"):
        text, factor = text[1:-1], -1.0
    if text.endswith("%"):
        text, factor = text[:-1], factor / 100
    text = text.replace("−", "-")
    if text.endswith(("-", "+")):
        text = text[-1] + text[:-1]
    if text.startswith(("-", "+")):
        text, factor = text[1:], -factor if text[0] == "-" else factor
    return Numeral(text, factor) if _DIGITS.fullmatch(text) else None


def _decimal(digits: str) -> str:
    """The decimal sign that a written number proves, '?' if it has a separator and proves nothing, '' if it has none."""
    signs = [sign for sign in digits if sign in ".,"]
    if not signs:
        return ""
    last = signs[-1]
    other = "," if last == "." else "."
    if len(set(signs)) == 2:
        return last
    if len(signs) > 1:
        return other
    before, _, after = digits.partition(last)
    return "?" if len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0" else last


def _read(numeral: Numeral, decimal: str) -> float:
    """The value; NaN where the separators do not fit together, as in 1.23.4."""
    proof = _decimal(numeral.digits)
    point = decimal if proof in ("?", "") else proof
    whole, _, fraction = numeral.digits.rpartition(point) if point in numeral.digits else (numeral.digits, "", "")
    thousands = "," if point == "." else "."
    groups = whole.split(thousands)
    if any(len(group) != 3 for group in groups[1:]) or (len(groups) > 1 and not 1 <= len(groups[0]) <= 3) or thousands in fraction:
        return float("nan")
    return float("".join(groups) + ("." + fraction if fraction else "")) * numeral.factor


def proofs(column: Column) -> tuple[int, int]:
    """How many of the different texts of a column prove a decimal comma, and how many a decimal point."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.values.type):
        return 0, 0
    texts = (column.values if column.numeric is None else column.values.filter(pa.array(~column.numeric))).unique()[:100_000]
    points = pc.match_substring_regex(texts, _PLAIN_SURE)
    others = texts.filter(pc.invert(pc.or_(points, pc.match_substring_regex(texts, _WHOLE))))
    found = [_decimal(numeral.digits) for text in others.to_pylist() if text and (numeral := _take_apart(text.strip()))]
    return found.count(","), found.count(".") + (pc.sum(points).as_py() or 0)  # true_count brings pyarrow 15 down


def _plain(column: Column, decimal: str) -> Floats | None:
    """The numbers of a column in which every cell is a plain number with a decimal point; None for any other column."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = column.values
    if column.numeric is not None or decimal == "," or not pc.all(pc.match_substring_regex(texts, _PLAIN)).as_py():
        return None
    if decimal != "." and pc.any(pc.match_substring(texts, ".")).as_py():
        return None
    values: Floats = pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False)
    return values


def numbers(column: Column, decimal: str, where: tuple[str, str]) -> Numbers:
    """The numbers of a column. ``decimal`` is the sign that was decided on, '' if nothing decides; ``where`` names source and heading."""
    import pyarrow as pa

    kind = column.values.type
    nothing = np.zeros(len(column.values), dtype=bool)
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_null(kind):
        return Numbers(column.values.cast(pa.float64()).to_numpy(zero_copy_only=False), nothing)
    if not pa.types.is_string(kind):
        return Numbers(np.full(len(nothing), np.nan), column.values.is_valid().to_numpy(zero_copy_only=False))
    plain = _plain(column, decimal)
    return Numbers(plain, nothing) if plain is not None else _written(column, decimal, where)


def _written(column: Column, decimal: str, where: tuple[str, str]) -> Numbers:
    """Each different text is read once; cells that are numbers among texts are taken as they are."""
    codes, texts = encoded(column)
    table = np.full(len(texts) + 1, np.nan)
    bad = np.zeros(len(texts) + 1, dtype=bool)
    open_question: list[str] = []
    for code, (text, is_number) in enumerate(texts):
        if is_number:
            table[code] = float(text)
        elif text.strip() not in DASHES:
            table[code], doubtful = _value(text.strip(), decimal)
            bad[code] = np.isnan(table[code])
            open_question += [text] if doubtful else []
    if open_question and not decimal:
        raise _undecided(where, open_question[0])
    return Numbers(table[codes], bad[codes])


def _value(text: str, decimal: str) -> tuple[float, bool]:
    """The value of a text, NaN if it is no number, and whether only the decision about the decimal sign makes it one."""
    if text.casefold().lstrip("+-") in _INFINITE:
        return float("inf"), False
    numeral = _take_apart(text)
    if numeral is None:
        return float("nan"), False
    return _read(numeral, decimal or "."), _decimal(numeral.digits) == "?"


def encoded(column: Column) -> tuple[Any, list[tuple[str, bool]]]:
    """The different texts of a column with whether they were numbers, and for each cell the place of its text; -1 for an empty one."""
    import pyarrow.compute as pc

    dictionary = column.values.dictionary_encode()
    dictionary = dictionary.combine_chunks() if hasattr(dictionary, "combine_chunks") else dictionary
    codes = pc.fill_null(dictionary.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    texts = [(text, False) for text in dictionary.dictionary.to_pylist()]
    if column.numeric is not None and column.numeric.any():
        was_number = column.numeric & (codes >= 0)
        codes = np.where(was_number, codes + len(texts), codes)
        numeric = set(np.unique(codes[was_number]).tolist())
        texts += [(text if len(texts) + place in numeric else "0", True) for place, (text, _) in enumerate(list(texts))]
    return codes, texts


def _undecided(where: tuple[str, str], example: str) -> DataError:
    return DataError(
        Text("In {source}, column “{heading}”, {example} may mean thousands or decimals, and no other value decides it.",
             "In {source}, Spalte „{heading}“, kann {example} Tausender oder Dezimalstellen meinen, und kein anderer Wert entscheidet es."),
        Text("Write two decimal places (1,234.00 or 1.234,00), or store the column as numbers.",
             "Zwei Dezimalstellen schreiben (1.234,00 oder 1,234.00) oder die Spalte als Zahlen speichern."),
        source=where[0], heading=where[1], example=example.strip(),
    )
