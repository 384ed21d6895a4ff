"""Statutes about late payment, as data: interest, fixed sums, longest terms. Each says where it is from.

These are descriptions for computing, not legal advice. They hold between businesses (or, for Prompt Payment, against
the United States government) where the contract says nothing else. Reference rates are not here: give their values as
a `RateSeries` named as the rate's `reference`. `checked_on` is when the rule was last compared with published texts of
the source named.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from dunning._base.guards import guarded
from dunning.amounts import exact
from dunning.charges import Fee, FeeSchedule, Interest, Method, Rate, Statute, Tier
from dunning.terms import Deadline, MaximumTerm

__all__ = [
    "BANK_OF_ENGLAND",
    "BASISZINSSATZ",
    "ECB_REFINANCING",
    "EU_DIRECTIVE",
    "EU_PUBLIC_TERM",
    "EU_TERM",
    "FRANCE",
    "FRANCE_TERM",
    "GERMANY",
    "GERMANY_TERM",
    "INDIA_SMALL_SUPPLIER_TERM",
    "IRELAND",
    "STATUTES",
    "TREASURY_RATE",
    "UNITED_KINGDOM",
    "US_PROMPT_PAYMENT",
    "contract_monthly",
    "contract_yearly",
]

BANK_OF_ENGLAND = "Bank of England base rate"
"""The reference rate of the United Kingdom."""
ECB_REFINANCING = "ECB main refinancing rate"
"""The reference rate of the European directive."""
BASISZINSSATZ = "Basiszinssatz (section 247 BGB)"
"""The reference rate of German law."""
TREASURY_RATE = "US Treasury rate (41 U.S.C. 7109)"
"""The reference rate of the Prompt Payment Act."""

_CHECKED = date(2026, 11, 22)
_IN_FORCE = "in force, as far as the texts found when checked say"
_FORTY = Decimal(40)


def _forty_euros(name: str) -> FeeSchedule:
    return FeeSchedule(name, (Fee.fixed(_FORTY, currency="EUR", kind="cost"),))


def _by_size(name: str, currency: str, boundary: Literal["from", "above"]) -> FeeSchedule:
    """Forty, seventy or a hundred, by the size of the debt."""
    sizes = ((0, 40), (1_000, 70), (10_000, 100))
    tiers = tuple(Tier(Decimal(limit), Decimal(fixed)) for limit, fixed in sizes)
    return FeeSchedule(name, (Fee(tiers, boundary=boundary, currency=currency, kind="cost"),))


UNITED_KINGDOM = Statute(
    "UK",
    "Late Payment of Commercial Debts (Interest) Act 1998",
    Interest("UK late payment", Rate(Decimal("0.08"), BANK_OF_ENGLAND, reset="at start", days_before=1)),
    _by_size("UK late payment compensation", "GBP", "from"),
    "1998 c. 20, sections 4, 5A and 6; SI 2002/1675, article 4",
    date(2002, 8, 7),
    None,
    _IN_FORCE,
    _CHECKED,
    "Base rate of the last 30 June or 31 December before interest starts, fixed for the life of the debt. Reasonable "
    "costs beyond the fixed sum (section 5A(2A)) and remission for the supplier's conduct (section 5) are not here.",
)
"""Late payment between businesses in the United Kingdom."""
EU_DIRECTIVE = Statute(
    "EU",
    "Directive 2011/7/EU on combating late payment in commercial transactions",
    Interest("EU late payment", Rate(Decimal("0.08"), ECB_REFINANCING, reset="half-year")),
    _forty_euros("EU late payment compensation"),
    "Directive 2011/7/EU, articles 2(6), 2(7), 3 and 6",
    date(2013, 3, 16),
    None,
    f"{_IN_FORCE}; a floor that national law may exceed",
    _CHECKED,
    "The reference rate of a half-year is the one in force on its first day. Use your country's statute where it is "
    "here.",
)
"""Late payment between businesses by Directive 2011/7/EU, where a state has chosen nothing else."""
IRELAND = Statute(
    "IE",
    "European Communities (Late Payment in Commercial Transactions) Regulations 2012",
    Interest("IE late payment", Rate(Decimal("0.08"), ECB_REFINANCING, reset="at start")),
    _by_size("IE late payment compensation", "EUR", "above"),
    "S.I. No. 580/2012; guidance of the Department of Enterprise",
    date(2013, 3, 16),
    None,
    _IN_FORCE,
    _CHECKED,
    "The department's guidance says that only one rate applies to a late payment, that of the payment date: so the "
    "rate of the half-year in which interest starts is kept. Set the rate's reset to half-year to read it otherwise.",
)
"""Late payment between businesses in Ireland."""
GERMANY = Statute(
    "DE",
    "Bürgerliches Gesetzbuch, sections 286 to 289",
    Interest("DE late payment", Rate(Decimal("0.09"), BASISZINSSATZ, reset="half-year")),
    _forty_euros("DE late payment lump sum"),
    "BGB sections 247, 286, 288(2) and 288(5), 289",
    date(2014, 7, 29),
    None,
    _IN_FORCE,
    _CHECKED,
    "Nine points for claims for payment where no consumer takes part (five otherwise, without the lump sum). Default "
    "by a date in the contract, or thirty days after receipt: record the due date so. No interest on interest.",
)
"""Late payment between businesses in Germany."""
FRANCE = Statute(
    "FR",
    "Code de commerce, article L441-10",
    Interest("FR late payment", Rate(Decimal("0.10"), ECB_REFINANCING, reset="half-year")),
    _forty_euros("FR late payment indemnity"),
    "Code de commerce, articles L441-10 II and D441-5",
    date(2019, 4, 26),
    None,
    _IN_FORCE,
    _CHECKED,
    "Ten points over the rate of the European Central Bank's latest refinancing operation on 1 January and 1 July, "
    "where the conditions say nothing else; they may not go below three times the legal rate.",
)
"""Late payment between businesses in France."""
US_PROMPT_PAYMENT = Statute(
    "US",
    "Prompt Payment Act, by the United States government to its vendors",
    Interest(
        "US prompt payment",
        Rate(Decimal(0), TREASURY_RATE, reset="at start"),
        method="compound",
        day_count="ACT/360",
        month_days=30,
        longest=365,
        minimum=Decimal(1),
    ),
    None,
    "31 U.S.C. 3901 to 3907; 5 CFR 1315.10 and 1315.17",
    date(1999, 10, 29),
    None,
    _IN_FORCE,
    _CHECKED,
    "The rate of the day after the due date is kept; unpaid interest is added every thirty days, for a year at most; "
    "less than a dollar need not be paid. It stops when a claim is filed, which is not here: use a hold.",
)
"""Late payment by agencies of the United States."""
STATUTES = {each.id: each for each in (UNITED_KINGDOM, EU_DIRECTIVE, IRELAND, GERMANY, FRANCE, US_PROMPT_PAYMENT)}
"""The statutes by id."""


@guarded
def contract_yearly(rate: Decimal, *, name: str = "contract interest") -> Interest:
    """Simple interest at a yearly rate agreed in the contract: 0.08 is 8 %.

    >>> str(contract_yearly(Decimal("0.08")).rate)
    '8.00 %'
    """
    return Interest(name, Rate(rate))


@guarded
@exact
def contract_monthly(rate: Decimal, *, method: Method = "simple", name: str = "contract interest") -> Interest:
    """Interest at a monthly rate: 0.015 is 1.5 % a month, by the day (x 12 / 365) or flat for months of thirty days.

    >>> str(contract_monthly(Decimal("0.015"), method="started months").rate)
    '18.00 %'
    """
    return Interest(name, Rate(12 * rate), method=method, month_days=30)


EU_TERM = MaximumTerm(
    "EU between businesses",
    (Deadline("net", 60),),
    "Directive 2011/7/EU, article 3(5)",
    date(2013, 3, 16),
    None,
    _IN_FORCE,
    _CHECKED,
    "longer where expressly agreed and not grossly unfair to the creditor",
)
"""The longest term between businesses by Directive 2011/7/EU."""
EU_PUBLIC_TERM = MaximumTerm(
    "EU public authorities",
    (Deadline("net", 30),),
    "Directive 2011/7/EU, article 4(3) and 4(6)",
    date(2013, 3, 16),
    None,
    _IN_FORCE,
    _CHECKED,
    "up to 60 days where expressly agreed and objectively justified",
)
"""The longest term of public authorities by Directive 2011/7/EU."""
FRANCE_TERM = MaximumTerm(
    "FR between businesses",
    (Deadline("net", 60), Deadline("eom", 45)),
    "Code de commerce, article L441-10 I",
    date(2019, 4, 26),
    None,
    _IN_FORCE,
    _CHECKED,
    "60 days from the invoice, or 45 days end of month where agreed; other limits for some trades",
)
"""The longest term between businesses in France."""
GERMANY_TERM = MaximumTerm(
    "DE between businesses",
    (Deadline("net", 60),),
    "BGB section 271a(1)",
    date(2014, 7, 29),
    None,
    _IN_FORCE,
    _CHECKED,
    "longer where expressly agreed and not grossly unfair to the creditor",
)
"""The longest term between businesses in Germany."""
INDIA_SMALL_SUPPLIER_TERM = MaximumTerm(
    "IN micro and small suppliers",
    (Deadline("net", 45),),
    "Micro, Small and Medium Enterprises Development Act 2006, section 15",
    date(2006, 10, 2),
    None,
    _IN_FORCE,
    _CHECKED,
    "counted from the day of acceptance; 15 days where nothing is agreed in writing",
)
"""The longest term towards small suppliers in India."""
