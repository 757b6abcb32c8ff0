"""The dictionary: every quantity once, with its unit, bounds, number format, words and the headings it answers to.

A parameter called ``retention`` is the term ``retention``; a column of a user's table is found by its headings.
"""

from __future__ import annotations

from clvxl.term import FORMATS as FORMATS
from clvxl.term import Term as Term
from clvxl.term import Unit as Unit
from clvxl.words import Text


def _term(key: str, unit: Unit, label: tuple[str, str], help: tuple[str, str], bounds: str = "(-inf, inf)",
          symbol: str = "", headings: str = "", choices: tuple[str, ...] = ()) -> Term:
    names = tuple(name.strip() for name in headings.split(",") if name.strip())
    return Term(key, unit, Text(*label), Text(*help), bounds, symbol, names, choices)


_ANY, _POSITIVE, _RATE = "(-inf, inf)", "[0, inf)", "[0, 1]"

_TERMS = (
    # --- who and when: columns of the user's tables
    _term("customer", "text", ("Customer", "Kunde"), ("Name or number of the customer.", "Name oder Nummer des Kunden."),
          headings="customer, customer id, customer no, customer number, customer name, client, client id, client name, account, "
                   "account name, account id, Kunde, Kundennummer, Kundennr, Kunden-Nr, Kd-Nr, KdNr, Kundenname, Kunden-ID, "
                   "Debitor, Debitorennummer, Debitorennr, Mandant, Auftraggeber, Firma, Firmenname, company, company name"),
    _term("segment", "text", ("Segment", "Segment"), ("Group the customer belongs to.", "Gruppe, zu der der Kunde gehört."),
          headings="segment, customer segment, customer group, group, industry, sector, tier, Branche, Kundengruppe, "
                   "Kundensegment, Gruppe, Sparte, Kategorie, category, Kundenklasse, customer class"),
    _term("start", "date", ("Customer since", "Kunde seit"), ("Day the relationship began.", "Tag, an dem die Beziehung begann."),
          headings="start, start date, customer since, client since, since, contract start, first contact, signup date, sign-up, joined, "
                   "Kunde seit, Beginn, Vertragsbeginn, Startdatum, Eintritt, Vertragsstart, Erstauftrag, Erstkontakt, seit"),
    _term("end", "date", ("Left on", "Gekündigt am"),
          ("Day the customer left; empty while active.", "Tag, an dem der Kunde ging; leer, solange er aktiv ist."),
          headings="end, end date, left on, left, churned on, churn date, contract end, cancelled on, canceled on, cancellation date, "
                   "gekündigt am, Kündigung, Kündigungsdatum, gekündigt zum, Vertragsende, Ende, Enddatum, Austritt, Kunde bis"),
    _term("as_of", "date", ("As of", "Stichtag"),
          ("Day up to which the data count.", "Tag, bis zu dem die Daten zählen.")),
    _term("channel", "text", ("Acquisition channel", "Akquisekanal"),
          ("How the customer was won.", "Weg, über den der Kunde gewonnen wurde."),
          headings="channel, acquisition channel, source, lead source, campaign, Kanal, Akquisekanal, Herkunft, Quelle, "
                   "Vertriebskanal, Werbekanal, Marketingkanal, Kampagne, Vertriebsweg"),
    _term("contract", "choice", ("Contract", "Vertrag"),
          ("Yes if the customer pays under a running contract.", "Ja, wenn der Kunde über einen laufenden Vertrag zahlt."),
          headings="contract, under contract, subscription, retainer, Vertrag, Vertragskunde, Abo, Abonnement, Wartungsvertrag",
          choices=("no", "yes")),
    _term("date", "date", ("Date", "Datum"), ("Day of the order.", "Tag des Auftrags."),
          headings="date, order date, invoice date, purchase date, transaction date, day, Datum, Belegdatum, Rechnungsdatum, "
                   "Auftragsdatum, Bestelldatum, Kaufdatum, Buchungsdatum"),
    _term("amount", "money", ("Amount", "Betrag"), ("Net amount of the order.", "Nettobetrag des Auftrags."), _ANY,
          headings="amount, net amount, net, order value, invoice amount, total price, sales amount, Betrag, Netto, Nettobetrag, "
                   "Rechnungsbetrag, Auftragswert, Bestellwert, Warenwert, Auftragssumme, Nettosumme"),
    _term("order", "text", ("Order number", "Auftragsnummer"), ("Number of the order.", "Nummer des Auftrags."),
          headings="order, order no, order number, order id, invoice, invoice no, invoice number, invoice id, transaction id, "
                   "Auftrag, Auftragsnummer, Auftragsnr, Rechnung, Rechnungsnummer, Rechnungsnr, Belegnummer, Belegnr, "
                   "Bestellnummer, Beleg"),
    _term("period", "date", ("Period", "Zeitraum"),
          ("Month or year in which the money was spent.", "Monat oder Jahr, in dem das Geld ausgegeben wurde."),
          headings="period, month, year, quarter, Zeitraum, Monat, Jahr, Quartal, Periode, date, Datum"),
    # --- money of a customer
    _term("margin", "fraction", ("Margin", "Marge"),
          ("Contribution margin as a fraction of revenue: 0.3 or 30 %. May be negative.",
           "Deckungsbeitrag als Anteil am Umsatz: 0,3 oder 30 %. Darf negativ sein."), "(-inf, 1]", "g",
          headings="margin, contribution margin, margin %, gross margin, margin rate, Marge, Deckungsbeitrag %, DB %, DB, "
                   "Deckungsbeitrag, DB-Marge, Deckungsbeitragsquote, Rohmarge, Handelsspanne"),
    _term("revenue", "money", ("Revenue per year", "Umsatz pro Jahr"),
          ("Revenue of one customer in a year.", "Umsatz eines Kunden in einem Jahr."), _POSITIVE, "rev",
          headings="revenue, annual revenue, yearly revenue, revenue per year, turnover, sales, annual sales, revenue this year, "
                   "Umsatz, Jahresumsatz, Umsatz pro Jahr, Umsatz p.a., Umsatz im Jahr, Erlös, Erlöse, Umsatz lfd Jahr, "
                   "Umsatz aktuelles Jahr, Nettoumsatz"),
    _term("revenue_previous", "money", ("Revenue of the year before", "Umsatz im Vorjahr"),
          ("Revenue of the same customer one year earlier.", "Umsatz desselben Kunden ein Jahr zuvor."), _POSITIVE,
          headings="revenue of the year before, previous revenue, revenue previous year, revenue last year, prior year revenue, "
                   "last year revenue, Vorjahresumsatz, Umsatz Vorjahr, Umsatz im Vorjahr, Umsatz VJ, VJ-Umsatz"),
    _term("cost", "money", ("Cost", "Kosten"), ("Money it cost.", "Geld, das es gekostet hat."), _POSITIVE,
          headings="cost, costs, cost of goods, cogs, Kosten, Einstand, Einstandswert, Wareneinsatz, variable Kosten, "
                   "Einkaufswert"),
    _term("contribution", "money", ("Contribution", "Deckungsbeitrag"),
          ("Contribution per period: what is left of revenue after variable costs.",
           "Deckungsbeitrag je Periode: was vom Umsatz nach variablen Kosten bleibt."), _ANY, "m"),
    # --- the relationship
    _term("years", "years", ("Years", "Jahre"),
          ("Average years a customer stays, or years to count.", "Jahre, die ein Kunde im Mittel bleibt oder die zählen."),
          _POSITIVE, "N"),
    _term("retention", "fraction", ("Retention", "Bindungsrate"),
          ("Share of customers who stay from one year to the next, 0 to 1.",
           "Anteil der Kunden, die von einem Jahr zum nächsten bleiben, 0 bis 1."), _RATE, "r"),
    _term("survival", "fraction", ("Survival", "Verbleib"),
          ("Share of customers who are still there in each period.", "Anteil der Kunden, die in der jeweiligen Periode noch da sind."),
          _RATE, "S"),
    _term("discount", "fraction", ("Discount rate", "Abzinsung"),
          ("Discount rate per year: 0.1 or 10 %.", "Abzinsung pro Jahr: 0,1 oder 10 %."), "(-1, inf)", "d"),
    _term("growth", "fraction", ("Growth", "Wachstum"),
          ("Yearly growth of the contribution of a customer who stays.",
           "Jährliches Wachstum des Deckungsbeitrags eines Kunden, der bleibt."), "[-1, inf)", "g"),
    _term("timing", "choice", ("Timing", "Zeitpunkt"),
          ("When the first payment falls: begin (0), end (1), existing (2) or renewal (3).",
           "Wann die erste Zahlung fällt: begin (0), end (1), existing (2) oder renewal (3)."),
          choices=("begin", "end", "existing", "renewal")),
    _term("lifetime", "years", ("Lifetime", "Lebensdauer"),
          ("Years a customer stays.", "Jahre, die ein Kunde bleibt."), _POSITIVE),
    # --- value and acquisition
    _term("clv", "money", ("CLV", "CLV"),
          ("Customer lifetime value.", "Kundenwert über die ganze Beziehung (Customer Lifetime Value)."), _ANY),
    _term("cac", "money", ("Acquisition cost", "Akquisekosten"),
          ("What winning one new customer costs (CAC).", "Was ein neuer Kunde in der Gewinnung kostet (CAC)."), _POSITIVE,
          headings="acquisition cost, acquisition costs, cac, cost of acquisition, customer acquisition cost, Akquisekosten, KAK, "
                   "Kundenakquisitionskosten, Akquisitionskosten, Gewinnungskosten, Kosten der Gewinnung"),
    _term("spend", "money", ("Spend", "Ausgaben"),
          ("Marketing and sales spend for new customers.", "Ausgaben für Marketing und Vertrieb, um neue Kunden zu gewinnen."),
          _POSITIVE,
          headings="spend, marketing spend, ad spend, budget, marketing cost, expenses, Ausgaben, Marketingausgaben, "
                   "Werbeausgaben, Werbekosten, Marketingkosten, Marketingbudget, Werbebudget"),
    _term("new_customers", "count", ("New customers", "Neukunden"),
          ("Customers won with this spend.", "Kunden, die mit diesen Ausgaben gewonnen wurden."), _POSITIVE,
          headings="new customers, customers won, acquired customers, conversions, Neukunden, neue Kunden, gewonnene Kunden, "
                   "Anzahl Neukunden"),
    _term("target_ratio", "ratio", ("Target CLV:CAC", "Ziel CLV:CAC"),
          ("Ratio of value to acquisition cost to reach; 3 is usual.",
           "Verhältnis von Kundenwert zu Akquisekosten, das erreicht werden soll; üblich ist 3."), "(0, inf)"),
    # --- counting customers
    _term("customers", "count", ("Customers", "Kunden"), ("Number of customers.", "Anzahl der Kunden."), _POSITIVE),
    _term("customers_start", "count", ("Customers at the start", "Kunden am Anfang"),
          ("Customers at the start of the period.", "Kunden zu Beginn des Zeitraums."), _POSITIVE),
    _term("customers_end", "count", ("Customers at the end", "Kunden am Ende"),
          ("Customers at the end of the period, new ones included.", "Kunden am Ende des Zeitraums, neue eingeschlossen."), _POSITIVE),
    _term("customers_new", "count", ("New customers in the period", "Neue Kunden im Zeitraum"),
          ("Customers at the end who came in the period.", "Kunden am Ende, die im Zeitraum dazugekommen sind."), _POSITIVE),
    _term("customers_lost", "count", ("Lost customers", "Verlorene Kunden"),
          ("Customers of the start who left in the period.", "Kunden vom Anfang, die im Zeitraum gingen."), _POSITIVE),
    _term("count", "count", ("Number", "Anzahl"), ("How many customers have this value.", "Wie viele Kunden diesen Wert haben."),
          _POSITIVE),
    # --- rates in time
    _term("rate", "fraction", ("Rate", "Rate"), ("Rate to convert, as a fraction.", "Umzurechnende Rate als Anteil."), "(-1, inf)"),
    _term("from_months", "months", ("From months", "Von Monaten"),
          ("Length of the period the rate is for, in months.", "Länge des Zeitraums der Rate, in Monaten."), "(0, inf)"),
    _term("to_months", "months", ("To months", "Zu Monaten"),
          ("Length of the period wanted, in months.", "Länge des gewünschten Zeitraums, in Monaten."), "(0, inf)"),
    _term("kind", "choice", ("Kind of rate", "Art der Rate"),
          ("retention (0), churn (1) or discount (2).", "retention (0), churn (1) oder discount (2)."),
          choices=("retention", "churn", "discount")),
    # --- growth
    _term("previous", "money", ("Previous value", "Vorheriger Wert"),
          ("Value of the period before.", "Wert des vorherigen Zeitraums."), _ANY),
    _term("current", "money", ("Current value", "Aktueller Wert"), ("Value of this period.", "Wert dieses Zeitraums."), _ANY),
    _term("begin_value", "money", ("Value at the beginning", "Anfangswert"),
          ("Value at the beginning.", "Wert am Anfang."), "(0, inf)"),
    _term("end_value", "money", ("Value at the end", "Endwert"), ("Value at the end.", "Wert am Ende."), _POSITIVE),
    _term("revenue_start", "money", ("Revenue at the start", "Umsatz am Anfang"),
          ("Recurring revenue of the customers at the start of the period.",
           "Wiederkehrender Umsatz der Kunden zu Beginn des Zeitraums."), _POSITIVE),
    _term("expansion", "money", ("Expansion", "Ausbau"),
          ("More revenue from the same customers.", "Mehrumsatz mit denselben Kunden."), _POSITIVE),
    _term("contraction", "money", ("Contraction", "Rückgang"),
          ("Less revenue from the same customers who stayed.", "Minderumsatz mit denselben Kunden, die geblieben sind."), _POSITIVE),
    _term("churned", "money", ("Churned revenue", "Verlorener Umsatz"),
          ("Revenue of the customers who left.", "Umsatz der Kunden, die gegangen sind."), _POSITIVE),
    _term("new_revenue", "money", ("New revenue", "Neuer Umsatz"),
          ("Recurring revenue of new customers.", "Wiederkehrender Umsatz neuer Kunden."), _POSITIVE),
    # --- loyalty and concentration
    _term("score", "score", ("Recommendation score", "Weiterempfehlung"),
          ("Answers from 0 to 10; blanks are ignored.", "Antworten von 0 bis 10; leere Zellen zählen nicht."), "[0, 10]",
          headings="recommendation score, score, nps, nps score, likelihood to recommend, recommendation, Weiterempfehlung, "
                   "Weiterempfehlungswert, NPS-Wert, Empfehlung, Empfehlungswert"),
    _term("value", "money", ("Value", "Wert"), ("Value of each customer.", "Wert je Kunde."), _ANY),
    _term("share", "fraction", ("Share of customers", "Anteil der Kunden"),
          ("Share of the best customers, for example 0.2.", "Anteil der besten Kunden, zum Beispiel 0,2."), _RATE),
    # --- figures of a report
    _term("active", "count", ("Active", "Aktiv"), ("Customers on the as-of date.", "Kunden am Stichtag."), _POSITIVE),
    _term("new", "count", ("New in 12 months", "Neu in 12 Monaten"),
          ("Active customers who came in the last 12 months.", "Aktive Kunden, die in den letzten 12 Monaten kamen."), _POSITIVE),
    _term("lost", "count", ("Lost in 12 months", "Verloren in 12 Monaten"),
          ("Customers of a year ago who are gone.", "Kunden von vor einem Jahr, die nicht mehr da sind."), _POSITIVE),
    _term("revenue_total", "money", ("Revenue", "Umsatz"),
          ("Yearly revenue of the active customers.", "Jahresumsatz der aktiven Kunden."), _POSITIVE),
    _term("revenue_share", "fraction", ("Share of revenue", "Anteil am Umsatz"),
          ("Part of all revenue.", "Anteil am gesamten Umsatz."), _RATE),
    _term("revenue_average", "money", ("Revenue per customer", "Umsatz je Kunde"),
          ("Yearly revenue of an active customer.", "Jahresumsatz je aktivem Kunden."), _POSITIVE),
    _term("clv_average", "money", ("CLV, simple", "CLV, einfach"),
          ("Margin × revenue per customer × lifetime.", "Marge × Umsatz je Kunde × Lebensdauer."), _ANY),
    _term("ratio", "ratio", ("CLV:CAC", "CLV:CAC"),
          ("Value of a new customer for each unit of acquisition cost.", "Kundenwert je Einheit Akquisekosten."), _ANY),
    _term("rating", "text", ("Verdict", "Urteil"),
          ("What the ratio CLV:CAC says.", "Was das Verhältnis CLV:CAC sagt.")),
    _term("payback", "months", ("Payback in months", "Amortisation in Monaten"),
          ("Months until a new customer has earned back the acquisition cost.",
           "Monate, bis ein neuer Kunde seine Akquisekosten verdient hat."), _POSITIVE),
    _term("max_cac", "money", ("Largest acquisition cost", "Höchste Akquisekosten"),
          ("What a new customer may cost at most to meet the target ratio.",
           "Was ein neuer Kunde höchstens kosten darf, damit das Zielverhältnis erreicht wird."), _ANY),
    _term("nrr", "fraction", ("Net revenue retention", "Netto-Umsatzbindung"),
          ("Revenue today with the customers of a year ago, as a part of theirs then.",
           "Umsatz heute mit den Kunden von vor einem Jahr, gemessen an ihrem damaligen."), _POSITIVE),
    _term("nps", "points", ("NPS", "NPS"),
          ("Net Promoter Score: promoters (9, 10) minus detractors (0 to 6), in points.",
           "Net Promoter Score: Fürsprecher (9, 10) minus Kritiker (0 bis 6), in Punkten."), "[-100, 100]"),
    _term("nps_error", "points", ("± of the NPS", "± zum NPS"),
          ("Standard error of the NPS.", "Standardfehler des NPS."), _POSITIVE),
    _term("equity", "money", ("Customer equity", "Wert des Kundenstamms"),
          ("Value of all active customers from now on.", "Wert aller aktiven Kunden von jetzt an."), _ANY),
    _term("equity_share", "fraction", ("Share of equity", "Anteil am Stammwert"),
          ("Part of all customer equity.", "Anteil am Wert des ganzen Kundenstamms.")),
    _term("customer_value", "money", ("Value from now on", "Wert von jetzt an"),
          ("What an active customer is worth from now on.", "Was ein aktiver Kunde von jetzt an wert ist."), _ANY),
    _term("name", "text", ("Name of the customer", "Name des Kunden"),
          ("What the customer is called.", "Wie der Kunde heißt.")),
    _term("status", "text", ("Status", "Status"), ("Active, new or lost.", "Aktiv, neu oder verloren.")),
    _term("alive", "fraction", ("P(alive)", "P(aktiv)"),
          ("Probability that the customer is still a customer.", "Wahrscheinlichkeit, dass der Kunde noch Kunde ist."), _RATE),
    _term("rank", "count", ("Rank", "Rang"), ("Place by value.", "Platz nach Wert."), _POSITIVE),
    _term("revenue_growth", "fraction", ("Growth", "Wachstum"),
          ("Yearly revenue of the active customers against that of a year ago.",
           "Jahresumsatz der aktiven Kunden gegenüber dem vor einem Jahr.")),
)

TERMS: dict[str, Term] = {term.key: term for term in _TERMS}
