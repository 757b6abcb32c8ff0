"""A report made up for the tests: every block, long names, missing values, many rows, in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from clvxl.report.model import (
    Chart,
    Charts,
    Column,
    Figure,
    Figures,
    Grid,
    Heading,
    Input,
    Inputs,
    Note,
    Report,
    Series,
    Sheet,
    Table,
    Value,
)
from clvxl.words import Language, Text

SEGMENTS = ("Maschinenbau & Automatisierung", "Handel", "Gesundheitswesen und soziale Dienste", "Start-ups", "Öffentliche Hand")
WORDS = (Text("▼ loses", "▼ verliert"), Text("◆ thin", "◆ knapp"), Text("▲ healthy", "▲ gesund"))
TONES = ("poor", "fair", "good")


def report(language: Language = "en", customers: int = 400, segments: int = 5) -> Report:
    say = _Say(language)
    pages = (_overview(say, segments), _segments(say, segments), _customers(say, customers), _cohorts(say), _scenarios(say), _method(say))
    return Report("Simulated firm", language, date(2025, 12, 31), pages, as_of=say("as of 31 Dec 2025", "Stand 31.12.2025"))


class _Say:
    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, en: str, de: str) -> str:
        return Text(en, de).say(self.language)


def _title(say: _Say, en: str, de: str) -> tuple[str, ...]:
    return (
        "Simulated firm",
        say(en, de),
        say("As of 31 Dec 2025, figures of the last 12 months", "Stichtag 31.12.2025, Zahlen der letzten 12 Monate"),
    )


def _overview(say: _Say, segments: int) -> Sheet:
    return Sheet(
        "overview",
        say("Overview", "Überblick"),
        say(
            "Three of five segments earn back what winning a customer costs within a year; Start-ups and public authorities do not.",
            "Drei von fünf Segmenten verdienen binnen eines Jahres zurück, was die Gewinnung eines Kunden kostet; Start-ups und "
            "die öffentliche Hand nicht.",
        ),
        _title(say, "Customer value at a glance, money in EUR", "Kundenwert auf einen Blick, Geld in EUR"),
        (
            Figures(
                (
                    Figure(say("Customer equity (EUR)", "Wert des Kundenstamms (EUR)"), 12_345_678.4, "#,##0"),
                    Figure(
                        say("Active customers", "Aktive Kunden"),
                        412,
                        "#,##0",
                        say("38 new, 21 lost in 12 months", "38 neu, 21 verloren in 12 Monaten"),
                    ),
                    Figure(
                        say("Retention", "Bindungsrate"), 0.873, "0.0%", say("a customer stays 7.9 years", "ein Kunde bleibt 7,9 Jahre")
                    ),
                    Figure("CLV:CAC", 3.4, "0.0", say("target 3.0", "Ziel 3,0")),
                    Figure(
                        say("Payback (months)", "Amortisation (Monate)"),
                        None,
                        "0.0",
                        say("with retention and discount", "mit Bindung und Abzinsung"),
                    ),
                    Figure("NPS", 31, "+0;-0;0", say("± 8.2, 131 answers", "± 8,2, 131 Antworten")),
                )
            ),
            Charts(
                (
                    Chart(
                        say("Customer equity by segment, in EUR", "Wert des Kundenstamms je Segment, in EUR"),
                        "bar",
                        "segments",
                        "value",
                        "segment",
                        (Series(say("Equity", "Stammwert"), "equity"),),
                        "#,##0",
                    ),
                    Chart(
                        say("Value of a new customer and its cost, in EUR", "Wert eines neuen Kunden und seine Kosten, in EUR"),
                        "bar",
                        "segments",
                        "value",
                        "segment",
                        (Series("CLV", "clv"), Series(say("Acquisition cost", "Akquisekosten"), "cac", "accent")),
                        "#,##0",
                    ),
                    Chart(
                        say("Revenue per year, in thousand EUR", "Umsatz pro Jahr, in Tsd. EUR"),
                        "column",
                        "cohorts",
                        "years",
                        "year",
                        (Series(say("Actual", "Ist"), "actual"), Series(say("Projection", "Hochrechnung"), "projection", "projection")),
                        "#,##0",
                    ),
                )
            ),
            Heading(say("What stands out", "Was auffällt")),
            Note(
                say(
                    "Health care brings 41 % of the customer equity with 22 % of the customers: "
                    "its customers stay longest and buy more each year.",
                    "Das Gesundheitswesen bringt 41 % des Kundenstammwerts mit 22 % der Kunden: Seine Kunden bleiben am längsten und "
                    "kaufen jedes Jahr mehr.",
                ),
                "good",
            ),
            Note(
                say(
                    "Start-ups cost 4,200 EUR to win and bring back 2,900 EUR. Either the cost of winning one falls below 2,900 EUR, "
                    "or the segment is served only on request: 84,000 EUR were spent there in twelve months, and did not come back.",
                    "Start-ups kosten in der Gewinnung 4.200 EUR und bringen 2.900 EUR zurück. Entweder sinken die Akquisekosten "
                    "unter 2.900 EUR, oder das Segment wird nur auf Anfrage bedient: 84.000 EUR flossen dort in zwölf Monaten ab.",
                ),
                "poor",
            ),
            Note(
                say(
                    "For 12 customers the margin is unknown; the average of the segment stands in.",
                    "Für 12 Kunden fehlt die Marge; der Durchschnitt des Segments steht dafür.",
                ),
                "fair",
            ),
        ),
    )


def _segments(say: _Say, count: int) -> Sheet:
    random = Random(7)
    names = SEGMENTS[:count]
    customers = [random.randint(20, 180) for _ in names]
    revenue = [float(random.randint(4_000, 38_000)) for _ in names]
    equity = sorted((random.uniform(2e5, 5e6) for _ in names), reverse=True)
    clv = [random.uniform(3e3, 9e4) for _ in names]
    cac = [each / random.uniform(0.6, 5) for each in clv]
    cac[-1] = None  # type: ignore[call-overload]  # one segment without a cost
    word = [0 if c is None or c > v else 1 if 3 * c > v else 2 for v, c in zip(clv, cac, strict=True)]
    columns = (
        Column("segment", "Segment", names, total=say("Total", "Gesamt")),
        Column(
            "customers",
            say("Customers", "Kunden"),
            tuple(customers),
            "#,##0",
            total=sum(customers),
            total_formula="SUM([segments.customers])",
        ),
        Column("active", say("Active", "Aktiv"), tuple(round(each * 0.9) for each in customers), "#,##0", total=None),
        Column("new", say("New in 12 months", "Neu in 12 Monaten"), tuple(round(each * 0.12) for each in customers), "#,##0"),
        Column("revenue", say("Average revenue (EUR)", "Durchschnittsumsatz (EUR)"), tuple(revenue), "#,##0"),
        Column("margin", say("Margin", "Marge"), (0.31, 0.22, None, 0.4, 0.18)[:count], "0.0%", total=0.27),
        Column("retention", say("Retention", "Bindungsrate"), (0.91, 0.87, 0.95, 0.62, 0.88)[:count], "0.0%", total=0.87),
        Column(
            "equity",
            say("Customer equity (EUR)", "Wert des Kundenstamms (EUR)"),
            tuple(equity),
            "#,##0",
            total=sum(equity),
            total_formula="SUM([segments.equity])",
            bar=True,
            result=True,
        ),
    )
    value = (
        Column("segment", "Segment", names),
        Column("clv", "CLV (EUR)", tuple(clv), "#,##0"),
        Column("cac", say("Acquisition cost (EUR)", "Akquisekosten (EUR)"), tuple(cac), "#,##0"),
        Column("ratio", "CLV:CAC", tuple(None if c is None else v / c for v, c in zip(clv, cac, strict=True)), "0.0", result=True),
        Column(
            "word",
            say("Rating", "Einschätzung"),
            tuple(WORDS[each].say(say.language) for each in word),
            tones=tuple((w.say(say.language), t) for w, t in zip(WORDS, TONES, strict=True)),
        ),  # type: ignore[arg-type]
        Column("equity", say("Customer equity (EUR)", "Wert des Kundenstamms (EUR)"), tuple(equity), "#,##0"),
    )
    return Sheet(
        "segments",
        say("Segments", "Segmente"),
        say("Two segments carry two thirds of the value.", "Zwei Segmente tragen zwei Drittel des Werts."),
        _title(say, "Customer equity in EUR by segment", "Wert des Kundenstamms in EUR je Segment"),
        (
            Heading(say("Who they are", "Wer sie sind")),
            Table("segments", columns, say("Segments", "Segmente"), total=True),
            Heading(say("What they are worth", "Was sie wert sind")),
            Table("value", value, say("Value", "Werte")),
        ),
    )


def _customers(say: _Say, count: int) -> Sheet:
    random = Random(3)
    names = [
        f"{random.choice(('Müller', 'Schmidt & Söhne', 'Ärztehaus am Stadtpark', 'Bäckerei', 'IT-Systemhaus Nordwest'))} "
        f"{random.choice(('GmbH', 'AG', 'GmbH & Co. KG', 'e. V.', 'Beteiligungsgesellschaft mbH'))} {number}"
        for number in range(count)
    ]
    values = sorted((random.lognormvariate(9, 1.3) for _ in range(count)), reverse=True)
    total = sum(values)
    dates: tuple[Value, ...] = tuple(date(2016, 1, 1) + timedelta(days=random.randint(0, 3600)) for _ in range(count))
    columns = (
        Column("rank", say("Rank", "Rang"), tuple(range(1, count + 1)), "0"),
        Column("customer", say("Customer", "Kunde"), tuple(names)),
        Column("segment", "Segment", tuple(random.choice(SEGMENTS) for _ in range(count))),
        Column("start", say("Customer since", "Kunde seit"), dates, "mm-dd-yy"),
        Column(
            "status",
            "Status",
            tuple(random.choice((say("active", "aktiv"), say("lost", "verloren"))) for _ in range(count)),
            tones=((say("lost", "verloren"), "poor"),),
        ),
        Column(
            "revenue",
            say("Revenue per year (EUR)", "Umsatz pro Jahr (EUR)"),
            tuple(random.choice((None, random.uniform(1e3, 9e4))) for _ in range(count)),
            "#,##0",
        ),
        Column("margin", say("Margin", "Marge"), tuple(random.uniform(-0.1, 0.6) for _ in range(count)), "0.0%"),
        Column("value", say("Customer value (EUR)", "Kundenwert (EUR)"), tuple(values), "#,##0", result=True),
        Column("share", say("Share of value", "Anteil am Wert"), tuple(each / total for each in values), "0.0%", bar=True),
        Column(
            "score",
            say("Recommendation score", "Weiterempfehlung"),
            tuple(random.choice((None, random.randint(0, 10))) for _ in range(count)),
            "0",
        ),
    )
    return Sheet(
        "customers",
        say("Customers", "Kunden"),
        say("The best fifth of the customers holds 64 % of the value.", "Das beste Fünftel der Kunden hält 64 % des Werts."),
        _title(say, "Value of each customer in EUR", "Wert jedes Kunden in EUR"),
        (Table("customers", columns, say("Customers", "Kunden")),),
    )


def _cohorts(say: _Say) -> Sheet:
    years = tuple(range(2018, 2026))
    values = tuple(tuple(round(0.93 ** (age * (1 + year % 3 / 3)), 3) if year + age < 2026 else None for age in range(8)) for year in years)
    actual: tuple[Value, ...] = (812.0, 905.0, 1010.0, 988.0, 1104.0, None, None)
    projection: tuple[Value, ...] = (None, None, None, None, None, 1180.0, 1240.0)
    curve = tuple(0.9**age for age in range(9))
    return Sheet(
        "cohorts",
        say("Cohorts", "Kohorten"),
        say("Customers won since 2021 stay longer.", "Seit 2021 gewonnene Kunden bleiben länger."),
        _title(
            say,
            "Share of customers who are still there, by year of the first order",
            "Anteil der Kunden, die noch da sind, je Jahr des ersten Auftrags",
        ),
        (
            Grid(
                "cohorts",
                say("First order", "Erster Auftrag"),
                say("Years since", "Jahre seither"),
                tuple(map(float, years)),
                tuple(map(float, range(8))),
                values,
                "",
                "0%",
                "0",
                "0",
            ),  # type: ignore[arg-type]
            Charts(
                (
                    Chart(
                        say("Who stays", "Wer bleibt"),
                        "line",
                        "cohorts",
                        "curve",
                        "age",
                        (
                            Series(say("Actual", "Ist"), "actual"),
                            Series(say("Year before", "Vorjahr"), "previous", "previous"),
                            Series(say("Projection", "Hochrechnung"), "projection", "projection"),
                        ),
                        "0%",
                    ),
                    Chart(
                        say("Revenue, in thousand EUR", "Umsatz, in Tsd. EUR"),
                        "column",
                        "cohorts",
                        "years",
                        "year",
                        (
                            Series(say("Actual", "Ist"), "actual"),
                            Series(say("Projection", "Hochrechnung"), "projection", "projection"),
                            Series(say("Target", "Ziel"), "target", "target"),
                        ),
                        "#,##0",
                    ),
                )
            ),
            Table(
                "years",
                (
                    Column("year", say("Year", "Jahr"), tuple(str(each) for each in range(2021, 2028))),
                    Column("actual", say("Actual", "Ist"), actual, "#,##0"),
                    Column("projection", say("Projection", "Hochrechnung"), projection, "#,##0"),
                    Column("target", say("Target", "Ziel"), (800.0, 900.0, 950.0, 1000.0, 1100.0, 1200.0, 1300.0), "#,##0"),
                ),
            ),
            Table(
                "curve",
                (
                    Column("age", say("Year", "Jahr"), tuple(range(9)), "0"),
                    Column("actual", say("Actual", "Ist"), (*curve[:5], None, None, None, None), "0%"),
                    Column("previous", say("Year before", "Vorjahr"), (*(each**1.3 for each in curve[:6]), None, None, None), "0%"),
                    Column("projection", say("Projection", "Hochrechnung"), (None, None, None, None, *curve[4:]), "0%"),
                ),
            ),
        ),
    )


def _scenarios(say: _Say) -> Sheet:
    names = SEGMENTS[:3]
    margin, revenue, retention = (0.31, 0.22, 0.4), (12_000.0, 8_500.0, 30_000.0), (0.9, 0.8, 0.7)
    better = [r + 0.1 * (1 - r) for r in retention]
    clv = [m * v * 1.1 / (1.1 - r) for m, v, r in zip(margin, revenue, retention, strict=True)]
    then = [m * v * 1.1 / (1.1 - r) for m, v, r in zip(margin, revenue, better, strict=True)]
    discount, lever, pick = say("discount_rate", "Abzinsung"), say("fewer_departures", "weniger_Abgänge"), say("picked", "gewählt")
    rows, columns = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95), (0.1, 0.2, 0.3, 0.4, 0.5)
    values = tuple(tuple(c * 12_000 * 1.1 / (1.1 - r) for c in columns) for r in rows)
    return Sheet(
        "scenarios",
        say("Scenarios", "Szenarien"),
        say(
            "Change a blue figure, and everything on this page follows.", "Eine blaue Zahl ändern, und alles auf dieser Seite rechnet mit."
        ),
        _title(say, "What if: customer value under other assumptions, in EUR", "Was wäre wenn: Kundenwert unter anderen Annahmen, in EUR"),
        (
            Figures(
                (
                    Figure(
                        say("CLV today", "CLV heute"), sum(clv), "#,##0", say("sum of all segments", "Summe aller Segmente"), "[^today.clv]"
                    ),
                    Figure(say("CLV then", "CLV dann"), sum(then), "#,##0", "", "SUM([then.clv])"),
                    Figure(say("Change", "Änderung"), sum(then) / sum(clv) - 1, "+0.0%;-0.0%;0.0%", "", "SUM([then.clv])/[^today.clv]-1"),
                )
            ),
            Heading(say("Levers", "Hebel")),
            Inputs(
                (
                    Input(
                        lever,
                        say("Fewer departures", "Weniger Abgänge"),
                        0.1,
                        "0.0%",
                        say("Share of the customers who leave today that you keep.", "Anteil der heutigen Abgänge, die Sie halten."),
                        0.0,
                        1.0,
                    ),
                    Input(
                        discount,
                        say("Discount rate", "Abzinsung"),
                        0.1,
                        "0.0%",
                        say("Interest per year at which later money counts less.", "Zins pro Jahr, um den späteres Geld weniger zählt."),
                        0.0,
                        1.0,
                    ),
                    Input(
                        pick,
                        "Segment",
                        names[0],
                        "General",
                        say("Segment whose revenue the table below uses.", "Segment, dessen Umsatz die Tabelle unten nutzt."),
                        choices=names,
                    ),
                )
            ),
            Heading(say("Today", "Heute")),
            Table(
                "today",
                (
                    Column("segment", "Segment", names, total=say("Total", "Gesamt")),
                    Column("margin", say("Margin", "Marge"), margin, "0.0%"),
                    Column("revenue", say("Revenue (EUR)", "Umsatz (EUR)"), revenue, "#,##0"),
                    Column("retention", say("Retention", "Bindungsrate"), retention, "0.0%"),
                    Column(
                        "clv",
                        "CLV (EUR)",
                        tuple(clv),
                        "#,##0",
                        f"[margin]*[revenue]*(1+{discount})/(1+{discount}-[retention])",
                        total=sum(clv),
                        total_formula="SUM([today.clv])",
                        result=True,
                    ),
                ),
                total=True,
            ),
            Heading(say("With the levers", "Mit den Hebeln")),
            Table(
                "then",
                (
                    Column("segment", "Segment", names, formula="[today.segment#]"),
                    Column("retention", say("Retention", "Bindungsrate"), tuple(better), "0.0%", f"1-(1-[today.retention#])*(1-{lever})"),
                    Column(
                        "clv",
                        "CLV (EUR)",
                        tuple(then),
                        "#,##0",
                        f"[today.margin#]*[today.revenue#]*(1+{discount})/(1+{discount}-[retention])",
                        result=True,
                    ),
                ),
            ),
            Heading(say("CLV by retention and margin", "CLV je Bindungsrate und Marge")),
            Grid(
                "sensitivity",
                say("Retention", "Bindungsrate"),
                say("Margin", "Marge"),
                rows,
                columns,
                values,
                f"[column]*INDEX([today.revenue],MATCH({pick},[today.segment],0))*(1+{discount})/(1+{discount}-[row])",
                "#,##0",
                "0%",
                "0%",
            ),
        ),
        calculated=True,
    )


def _method(say: _Say) -> Sheet:
    long = say(
        "Expected contribution of a customer over the whole relationship, discounted to the as-of date; the first payment falls at the "
        "beginning, and each following year is reached with the retention rate of the segment.",
        "Erwarteter Deckungsbeitrag eines Kunden über die ganze Beziehung, abgezinst auf den Stichtag; die erste Zahlung fällt am Anfang, "
        "und jedes weitere Jahr wird mit der Bindungsrate des Segments erreicht.",
    )
    names = ("CLV", say("Retention", "Bindungsrate"), say("Acquisition cost", "Akquisekosten"), "NPS")
    return Sheet(
        "method",
        say("Method", "Methode"),
        say("How each figure is computed.", "Wie jede Zahl berechnet wird."),
        _title(say, "Definitions and sources", "Definitionen und Quellen"),
        (
            Table(
                "terms",
                (
                    Column("name", say("Figure", "Größe"), names),
                    Column("text", say("Definition", "Definition"), (long, "…", long, "-1 = 2"), wide=True),
                    Column("formula", say("Formula", "Formel"), ("=m·(1+d)/(1+d−r)", "+1−churn", "@spend/new", "-"), wide=True),
                    Column(
                        "source",
                        say("Source", "Quelle"),
                        ("Gupta & Lehmann (2003), Journal of Interactive Marketing 17(1)", "", "", "Reichheld (2003)"),
                        wide=True,
                    ),
                ),
            ),
        ),
    )
