"""What a user may set: every field takes its own kind of value, in a file or as a text, and says so of any other."""

import contextlib
from dataclasses import fields
from datetime import date, datetime

import pytest

from clvxl.errors import SettingsError
from clvxl.settings import Settings, load
from clvxl.terms import TERMS
from clvxl.words import LANGUAGES, exact, read_day, read_number


def loaded(folder, text, base=None):
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, base or Settings())


@pytest.mark.parametrize(
    ("line", "english", "german"),
    [
        ("thresholds = 5", "Possible: three numbers that rise, such as [1, 3, 5].", "Möglich: drei steigende Zahlen wie [1, 3, 5]."),
        ('thresholds = ["a", 1, 2]', "thresholds cannot be ['a', 1, 2]", "thresholds kann nicht ['a', 1, 2] sein"),
        ("thresholds = [1, 2]", "three numbers", "drei steigende Zahlen"),
        ("thresholds = [3, 2, 1]", "three numbers", "drei steigende Zahlen"),
        ("thresholds = [1, 2, nan]", "three numbers", "drei steigende Zahlen"),
        ('as_of = "soon"', "Possible: a day such as 2025-12-31.", "Möglich: ein Tag wie 31.12.2025."),
        ("as_of = 2025", "Possible: a day such as 2025-12-31.", "Möglich: ein Tag wie 31.12.2025."),
        ("columns = 3", "Possible: HEADING=TERM", "Möglich: ÜBERSCHRIFT=BEGRIFF"),
        ("columns = {Umsatz = 3}", "columns cannot be 3", "columns kann nicht 3 sein"),
        ("title = 3", "Possible: a text.", "Möglich: ein Text."),
        ("currency = 5", "Possible: a text.", "Möglich: ein Text."),
        ('least_customers = "x"', "Possible: a whole number, at least 1.", "Möglich: eine ganze Zahl, mindestens 1."),
        ("least_customers = -3", "Possible: a whole number, at least 1.", "Möglich: eine ganze Zahl, mindestens 1."),
        ("least_customers = 2.5", "cannot be 2.5.", "kann nicht 2,5 sein."),
        ('language = "fr"', "Possible: en or de.", "Möglich: en oder de."),
        ("language = 3", "Possible: en or de.", "Möglich: en oder de."),
        ('memory = "400MB"', "memory cannot be '400MB'. Possible: a size such as 4GB, at least 500MB.", "mindestens 500MB."),
        ("memory = 4", "a size such as 4GB", "eine Größe wie 4GB"),
        ('dates = "ymd"', "Possible: dmy or mdy.", "Möglich: dmy oder mdy."),
        ("discount = true", "discount cannot be True", "discount kann nicht True sein"),
        ("discount = nan", "more than -1.", "größer als -1."),
        ("discount = inf", "more than -1.", "größer als -1."),
        ("margin = [0.3]", "at most 1.", "höchstens 1."),
        ("margin = 1" + 400 * "0", "at most 1.", "höchstens 1."),
        ("retention = 1.5", "cannot be 1.5. Possible: a fraction such as 0.3 or 30%, between 0 and 1.", "zwischen 0 und 1."),
        ("horizon = -1", "at least 0.", "mindestens 0."),
        ("margins = 0.3", "There is no setting margins.", "Die Einstellung margins gibt es nicht."),
    ],
)
def test_a_wrong_value_is_refused_in_both_languages(line, english, german, tmp_path):
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, line)
    assert english in caught.value.say("en")
    assert german in caught.value.say("de")


@pytest.mark.parametrize("field", [each.name for each in fields(Settings)])
@pytest.mark.parametrize("value", [object(), b"x", True, [[]], {"a": {}}, -1e999, "\0"])
def test_no_value_of_any_kind_breaks_a_setting(field, value):
    taken = field in ("title", "currency") and value == "\0"
    with contextlib.nullcontext() if taken else pytest.raises(SettingsError, match=field):
        Settings(**{field: value})


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('as_of = "2025-01-01"', Settings(as_of=date(2025, 1, 1))),
        ("as_of = 2025-01-01", Settings(as_of=date(2025, 1, 1))),
        ("as_of = 2025-01-01T10:00:00", Settings(as_of=date(2025, 1, 1))),
        ('as_of = "31.12.2025"', Settings(as_of=date(2025, 12, 31))),
        ("thresholds = [1, 2, 3]", Settings(thresholds=(1.0, 2.0, 3.0))),
        ('margin = "30%"', Settings(margin=0.3)),
        ('margin = "0,3"', Settings(margin=0.3)),
        ('language = "DE"', Settings(language="de")),
        ('columns = {Volumen = "revenue"}', Settings(columns={"Volumen": "revenue"})),
        ("least_customers = 8", Settings(least_customers=8)),
        ('memory = "1.5 gb"', Settings(memory=1_500_000_000)),
        ("\ufeffdiscount = 0", Settings(discount=0)),
    ],
)
def test_a_right_value_is_taken(line, expected, tmp_path):
    found = loaded(tmp_path, line)
    assert found == expected
    assert type(found.as_of) is type(expected.as_of)


def test_columns_of_the_command_line():
    assert Settings(columns=["A=B=revenue"]).columns == {"A=B": "revenue"}
    for wrong in ("Umsatz", "=revenue", "Umsatz=turnover"):
        with pytest.raises(SettingsError, match="columns cannot be"):
            Settings(columns=[wrong])


@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        ("12000", 12000, 12000),
        ("12.000", 12, 12000),
        ("12,000", 12000, 12),
        ("12.5", 12.5, 12.5),
        ("0.300", 0.3, 0.3),
        ("1234.567", 1234.567, 1234.567),
        ("12,5", None, 12.5),
        ("0,300", None, 0.3),
        ("1.234,50", None, 1234.5),
        ("1,234.50", 1234.5, None),
        ("1.234.567", None, 1234567),
        ("1.23,4", None, None),
        ("-30 %", -0.3, -0.3),
        ("\u22125", -5, -5),
        ("1e3", 1000, 1000),
        (" .5 ", 0.5, 0.5),
        ("nan", None, None),
        ("inf", None, None),
        ("1_000", None, None),
        ("", None, None),
        (".", None, None),
        ("1 2", None, None),
    ],
)
def test_numbers_are_read_as_each_language_writes_them(text, english, german):
    assert (read_number(text, "en"), read_number(text, "de")) == (english, german)


@pytest.mark.parametrize("value", [0.1, 1234.5, -0.001234, 1e-7, 123456789.125, 66.6666666666667])
def test_what_is_written_is_read_back(value):
    for language in LANGUAGES:
        assert read_number(exact(value, language), language) == value


def test_days_are_read():
    assert read_day("2025-12-31") == read_day(" 31.12.2025 ") == datetime(2025, 12, 31).date()
    assert read_day("12/31/2025") is read_day("31.13.2025") is None


@pytest.mark.parametrize(
    ("term", "english", "german"),
    [
        ("margin", "at most 1", "höchstens 1"),
        ("retention", "between 0 and 1", "zwischen 0 und 1"),
        ("discount", "more than -1", "größer als -1"),
        ("revenue", "at least 0", "mindestens 0"),
        ("clv", "", ""),
    ],
)
def test_bounds_in_words(term, english, german):
    assert (TERMS[term].range("en"), TERMS[term].range("de")) == (english, german)
