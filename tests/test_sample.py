"""The sample is what it says: simulated, complete, the same every time, and in agreement with itself."""

import re
import subprocess
import sys
from math import sqrt

import numpy as np
import pandas as pd
import pytest

from clvxl.ledger import read
from clvxl.sample import AS_OF, CHANNELS, SEGMENTS, TITLE, Sample, as_csv, sample
from clvxl.settings import Settings
from clvxl.terms import TERMS

COLUMNS = {
    "customers": {"customer", "segment", "start", "end", "margin", "revenue", "revenue_previous", "cac", "channel", "score", "contract"},
    "orders": {"customer", "date", "amount", "cost", "order", "segment", "channel"},
    "spend": {"channel", "period", "spend", "new_customers"},
}


@pytest.fixture(scope="module")
def firm() -> Sample:
    """The English sample under the dictionary's keys."""
    keys = {term.label.en: key for key, term in TERMS.items() if term.headings}
    return Sample(*(frame.rename(columns=keys) for frame in sample("en")))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("table", COLUMNS)
def test_every_column_stands_under_its_heading(table, language):
    headings = list(getattr(sample(language), table).columns)
    assert sorted(headings) == sorted(TERMS[key].label.say(language) for key in COLUMNS[table])


def test_both_languages_say_the_same():
    for english, german in zip(sample("en"), sample("de"), strict=True):
        for (_, ours), (_, theirs) in zip(english.items(), german.items(), strict=True):
            if not pd.api.types.is_string_dtype(ours):
                pd.testing.assert_series_equal(ours, theirs, check_names=False)
            else:
                assert pd.factorize(ours)[0].tolist() == pd.factorize(theirs)[0].tolist()
    assert set(sample("de").customers["Vertrag"]) == {"ja", "nein"}


def test_size(firm):
    assert 380 <= len(firm.customers) <= 420
    assert firm.customers["segment"].nunique() == 5
    assert firm.customers["segment"].value_counts().min() >= 60
    assert firm.spend.groupby("channel")["period"].nunique().eq(48).all()


def test_latest_day_in_the_data_is_the_as_of_date(firm):
    assert firm.orders["date"].max() == pd.Timestamp(AS_OF)
    assert max(firm.customers["start"].max(), firm.customers["end"].max()) <= pd.Timestamp(AS_OF)


def test_names_are_plainly_simulated(firm):
    assert firm.customers["customer"].is_unique
    assert all(re.fullmatch(r"Simulated customer \d{4}", name) for name in firm.customers["customer"])
    assert all(re.fullmatch(r"Simulierter Kunde \d{4}", name) for name in sample("de").customers["Kunde"])
    assert set(firm.customers["segment"]) == {segment.name.en for segment in SEGMENTS}
    assert set(firm.spend["channel"]) == {channel.name.en for channel in CHANNELS}


@pytest.mark.parametrize(("column", "year"), [("revenue", AS_OF.year), ("revenue_previous", AS_OF.year - 1)])
def test_revenue_is_the_sum_of_the_orders(firm, column, year):
    orders = firm.orders[firm.orders["date"].dt.year == year].groupby("customer")["amount"].sum()
    expected = orders.reindex(firm.customers["customer"], fill_value=0)
    np.testing.assert_allclose(firm.customers[column], expected, atol=0.005)


def test_margin_is_that_of_the_orders(firm):
    orders = firm.orders.groupby("customer")[["amount", "cost"]].sum().loc[firm.customers["customer"]]
    np.testing.assert_allclose(firm.customers["margin"], 1 - orders["cost"] / orders["amount"], atol=5e-5)
    assert firm.orders["amount"].min() > 0


def test_orders_fall_into_the_relationship_and_open_it(firm):
    orders = firm.orders.merge(firm.customers, on="customer", suffixes=("", "_listed"))
    assert (orders["date"] >= orders["start"]).all()
    assert (orders["date"] <= orders["end"].fillna(pd.Timestamp(AS_OF))).all()
    assert (orders.groupby("customer")["date"].min() == orders.groupby("customer")["start"].first()).all()
    assert (orders["segment"] == orders["segment_listed"]).all()
    assert (orders["channel"] == orders["channel_listed"]).all()
    assert firm.orders["order"].is_unique


def test_acquisition_cost_is_the_spend_over_the_customers_won(firm):
    months = firm.customers.groupby(["channel", firm.customers["start"].dt.to_period("M")]).size()
    won = firm.spend.set_index(["channel", firm.spend["period"].dt.to_period("M")])["new_customers"]
    pd.testing.assert_series_equal(months, won[won > 0].sort_index(), check_names=False)
    assert firm.customers["cac"].sum() == pytest.approx(firm.spend["spend"].sum(), abs=0.005 * len(firm.customers))


@pytest.mark.parametrize("segment", SEGMENTS, ids=lambda segment: segment.name.en)
def test_observed_retention_is_the_simulated_one_within_its_error(firm, segment):
    ours = firm.customers[firm.customers["segment"] == segment.name.en]
    year_ago = ours[ours["start"] <= pd.Timestamp(AS_OF) - pd.Timedelta(days=365)]
    stayed = ~((year_ago["end"] - year_ago["start"]).dt.days < 365)
    error = sqrt(segment.retention * (1 - segment.retention) / len(year_ago))
    assert stayed.mean() == pytest.approx(segment.retention, abs=2 * error)


def test_retention_holds_over_many_firms():
    """Among 30 firms the first year keeps what it says: the simulator is not right by its seed alone."""
    lists = pd.concat([sample("en", seed).customers for seed in range(30)])
    lists = lists[lists["Customer since"] <= pd.Timestamp(AS_OF) - pd.Timedelta(days=365)]
    stayed = ~((lists["Left on"] - lists["Customer since"]).dt.days < 365)
    for segment in SEGMENTS:
        ours = stayed[lists["Segment"] == segment.name.en]
        error = sqrt(segment.retention * (1 - segment.retention) / len(ours))
        assert ours.mean() == pytest.approx(segment.retention, abs=3 * error)


def test_segments_tell_a_story(firm):
    """One segment does not earn back its acquisition cost, one does so narrowly, two many times over (discount 10 %)."""
    now = firm.customers[firm.customers["end"].isna()]
    ratios = []
    for segment in SEGMENTS:
        ours = now[now["segment"] == segment.name.en]
        contribution = (ours["margin"] * ours["revenue"]).mean()
        cost = firm.customers.loc[firm.customers["segment"] == segment.name.en, "cac"].mean()
        ratios.append(contribution * 1.1 / (1.1 - segment.retention) / cost)
    public, health, manufacturing, retail, startups = ratios
    assert min(public, health) > 5 > manufacturing > 3 > retail > 1 > startups


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.name.en)
def test_more_money_wins_fewer_customers_each(firm, channel):
    ours = firm.spend[firm.spend["channel"] == channel.name.en]
    quarters = ours.groupby(ours["period"].dt.to_period("Q"))[["spend", "new_customers"]].sum()
    elasticity = np.polyfit(np.log(quarters["spend"]), np.log(quarters["new_customers"]), 1)[0]
    assert elasticity == pytest.approx(channel.elasticity, abs=0.15)  # 16 quarters, whole customers
    assert ours["spend"].max() > 4 * ours["spend"].min() > 0


def test_scores_are_whole_and_some_are_missing(firm):
    scores = firm.customers["score"]
    assert scores.dtype == "Int64"
    assert scores.dropna().between(0, 10).all()
    assert 0.2 < scores.isna().mean() < 0.5


def test_english_csv():
    title, heading, first, *_ = as_csv(sample("en").orders).split(b"\r\n")
    assert title == TITLE.en.encode() == b"Simulated sample data"
    assert heading == b"Order number,Date,Customer,Segment,Acquisition channel,Amount,Cost"
    assert re.fullmatch(rb"S-00001,2022-01-\d\d,Simulated customer 0001,[\w ]+,[\w ]+,\d+\.\d\d?,\d+\.\d\d?", first)


def test_german_csv():
    title, heading, first, *_ = as_csv(sample("de").orders, "de").decode("utf-8").split("\r\n")
    assert title == "\ufeffSimulierte Beispieldaten"
    assert heading == "Auftragsnummer;Datum;Kunde;Segment;Akquisekanal;Betrag;Kosten"
    assert re.fullmatch(r"S-00001;\d\d\.01\.2022;Simulierter Kunde 0001;[\w ]+;[\w ]+;\d+,\d\d?;\d+,\d\d?", first)


@pytest.mark.filterwarnings("ignore:The 'future.infer_string' option")  # Ibis asks for an option that pandas is retiring
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_ledger_reads_every_row_below_the_title(tmp_path, language):
    tables = sample(language)
    for name, frame in tables._asdict().items():
        (tmp_path / f"{name}.csv").write_bytes(as_csv(frame, language))
    ledger = read([str(tmp_path / f"{name}.csv") for name in Sample._fields], Settings(language=language))
    assert [(each.table, each.rows_in, each.rows_left_out) for each in ledger.sources] == [
        (name, len(frame), 0) for name, frame in tables._asdict().items()]
    ours = tables.customers.rename(columns={TERMS[key].label.say(language): key for key in COLUMNS["customers"]})
    theirs = ledger.customers.sort_values("customer", ignore_index=True)
    columns = sorted(COLUMNS["customers"] - {"contract"})  # which the ledger reads as a truth value
    pd.testing.assert_frame_equal(theirs[columns], ours[columns], check_dtype=False)


def test_another_process_writes_the_same_bytes(tmp_path):
    program = ("import sys, pathlib; from clvxl.sample import as_csv, sample\n"
               "for name, frame in sample('de')._asdict().items(): pathlib.Path(sys.argv[1], name).write_bytes(as_csv(frame, 'de'))")
    for run in ("one", "two"):
        (tmp_path / run).mkdir()
        subprocess.run([sys.executable, "-c", program, tmp_path / run], check=True)
    for name in Sample._fields:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
