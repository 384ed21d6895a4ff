"""Why an account is in its segment, why not in the next better one, and what would change it."""

from __future__ import annotations

from datetime import date

from dunning._base.guards import checked
from dunning._base.noun import frozen
from dunning.conditions import Clause, Explanation, days_of_change, explain, predicate
from dunning.ledger import Account
from dunning.measures import Custom, Population, Standing
from dunning.segmentation.segments import Segmentation, condition_of, segment_of


@frozen
class Reasoning:
    """Why an account is in a segment on a date.

    `tried` has each segment that was tried, in order, with the explanation of its condition. The last one is the
    account's own and holds; in the default, none holds. `better` is the next better segment (None where the
    segmentation ranks none above). `against` has the clauses that keep the account out of it: those of its own
    condition that are not met, and those of segments that are tried before it and hold. `next_date` is the first day on
    which the segment changes if no fact comes, and `then` the segment on that day.
    """

    customer: str
    currency: str
    as_of: date
    segment: str
    tried: tuple[tuple[str, Explanation], ...]
    better: str | None
    against: tuple[Clause, ...]
    next_date: date | None
    then: str | None

    def __str__(self) -> str:
        lines = [f"{self.customer} {self.currency} is {self.segment} on {self.as_of}"]
        lines += [f"  {name}? {explanation}" for name, explanation in self.tried]
        if self.better is not None:
            lines += [f"  not {self.better}, because of:", *(f"    {clause}" for clause in self.against)]
        if self.next_date is not None:
            lines.append(f"  if nothing happens it will be {self.then} on {self.next_date}")
        return "\n".join(lines)


def _against(segmentation: Segmentation, better: str, standing: Standing, before: str | None) -> tuple[Clause, ...]:
    """The clauses that keep an account out of a segment."""
    found: list[Clause] = []
    for each in segmentation.segments:
        explanation = explain(condition_of(each, before), standing, as_of=standing.as_of)
        if each.name == better:
            return (*found, *(clause for clause in explanation.clauses if not clause.met))
        if explanation.holds:
            found += [clause for clause in explanation.clauses if clause.met]
    return tuple(found)


def _next(segmentation: Segmentation, standing: Standing, now: str) -> tuple[date | None, str | None]:
    """The first day on which the segment is another if no fact comes, and which it is then.

    From today on the account was in the segment that it is in now.
    """
    tests = [(each.name, condition_of(each, now)) for each in segmentation.segments]
    days = {day for _, when in tests for day in days_of_change(when, standing, as_of=standing.as_of)}
    for day in sorted(days):
        later = standing.at(day)
        then = next((name for name, when in tests if predicate(when)(later)), segmentation.default)
        if then != now:
            return day, then
    return None, None


@checked
def explain_segment(
    account: Account,
    segmentation: Segmentation,
    *,
    as_of: date,
    population: Population | None = None,
    custom: tuple[Custom, ...] = (),
    before: str | None = None,
) -> Reasoning:
    """Say why an account is in its segment, why not in the next better one, and when time alone will change it.

    Args:
        account: the account asked about.
        segmentation: the segments; its `ranking` says which are better.
        as_of: the date asked about.
        population: all accounts, for measures that compare; how the others stand is taken to stay.
        custom: measures of your own.
        before: the segment in which the account was, for segments that have a condition to stay in.

    >>> from decimal import Decimal
    >>> from dunning import Invoice, Ledger
    >>> from dunning.presets.segments import payment_behaviour
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> found = explain_segment(ledger.account("ACME"), payment_behaviour(), as_of=date(2026, 2, 20))
    >>> found.segment, found.then, found.next_date
    ('new', 'delinquent', datetime.date(2026, 5, 6))
    """
    name, why = segment_of(account, segmentation, as_of=as_of, population=population, custom=custom, before=before)
    standing = Standing(account, as_of=as_of, population=population, custom=custom)
    names = [each.name for each in segmentation.segments]
    ranking = segmentation.ranking
    place = ranking.index(name) if name in ranking else 0
    better = ranking[place - 1] if place else None
    against = () if better is None else _against(segmentation, better, standing, before)
    day, then = _next(segmentation, standing, name)
    return Reasoning(
        account.customer,
        account.currency,
        as_of,
        name,
        tuple(zip(names, why, strict=False)),
        better,
        against,
        day,
        then,
    )
