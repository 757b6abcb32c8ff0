"""A hidden sheet: the words that macros exchange when the language changes, and the words that cells are picked from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from clvxl.excel.anchors import CHOICES, PREFIX, TABLES, name_of
from clvxl.excel.page import Area
from clvxl.excel.template.form import LEFT, SAMPLES, Form
from clvxl.excel.template.prompts import Prompt, list_name
from clvxl.excel.template.tables import samples_formula
from clvxl.sample import ANSWERS
from clvxl.words import Language, Text

CODE = "WordsSheet"
WORDS = f"{PREFIX}words"
_TAB = Text("clvxl words", "clvxl Wörter")
_NOTHING = Text("", "")


class Entry(NamedTuple):
    """Something that is said in two languages: what kind of thing it is, where it is found, and its words."""

    kind: str
    where: str
    label: Text
    help: Text = _NOTHING
    error: Text = _NOTHING


def lexicon(forms: Iterable[Form], language: Language, samples: int) -> Form:
    """The sheet."""
    form = Form(CODE, _TAB, language, hidden=True)
    form.live(1, 1, samples_formula(language), samples, "plain")
    form.name(SAMPLES, 1, 1)
    lists = {**{key: tuple(words.values()) for key, words in CHOICES.items()}, "contract": ANSWERS[::-1]}
    for column, (key, words) in enumerate(lists.items(), LEFT):
        for row, word in enumerate(words, 1):
            form.say(row, column, word, "plain")
        form.name(list_name(key), 1, column, down=len(words) - 1)
    found = [entry for each in forms for entry in entries(each)]
    first = 1 + max(map(len, lists.values()))
    for row, entry in enumerate(found, first):
        for column, value in enumerate((entry.kind, entry.where, *entry.label, *entry.help, *entry.error), 1):
            form.page.put(row, column, value or None, "plain")
    form.names[WORDS] = Area(first, 1, first + len(found) - 1, 8)
    return form


def entries(form: Form) -> Iterator[Entry]:
    """All that formulas cannot say: tabs, buttons, headings, what was picked from a list, and what is said to somebody who types."""
    yield Entry("tab", form.code, form.tab)
    for button in form.buttons:
        yield Entry("button", button.macro, button.caption)
    for prompt in form.prompts:
        if form.rows:
            yield _entry("heading", TABLES[form.rows.kind], prompt)
        else:
            yield _entry("prompt", f"{form.code}!{prompt.cells.address}", prompt)
    for key in CHOICES:
        if key != "language" and name_of(key) in form.names:
            for word in CHOICES[key].values():
                yield Entry("choice", name_of(key), word)


def _entry(kind: str, where: str, prompt: Prompt) -> Entry:
    return Entry(kind, where, prompt.title, Text(*(said[:255] for said in prompt.help)), Text(*(said[:225] for said in prompt.error)))
