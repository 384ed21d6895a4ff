"""What a scorecard is worked out from: sums over the facts of a group of accounts, taken in one pass.

Everything in a tally is a number, or numbers by name or day, so two tallies of different accounts add up, and a
scorecard of both is worked out from the sum as if they had been one book.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter

from dunning._base.names import means, owner
from dunning.aging import DEFAULT
from dunning.aging.grid import ASIDE, Grid, balance_of
from dunning.amounts import ZERO
from dunning.dates import Period, add_days
from dunning.interactions import Contact, Dispute, Promise
from dunning.invoice import Application, CreditNote, Invoice, Reversal, Void
from dunning.kpi.tally import LINE_OF, Key, Tally, Words, note
from dunning.ledger import Account, Entry, Fact, Ledger, Receivable
from dunning.ledger.account import Target, reversed_by
from dunning.ledger.ends import exists_on
from dunning.ledger.item_flow import Moved, moved_items, moved_of
from dunning.ledger.movements import add_movements, add_sales, written_between
from dunning.measures import experiences


def _money(tally: Tally, entries: Iterable[Entry], gone: frozenset[Target], delivered: Mapping[str, date]) -> None:
    """The movements of a period by kind, how many facts of each stand at its end, and what was billed in it."""
    moves = tally.moves
    counted: set[tuple[str, str]] = set()
    for entry in entries:
        move = LINE_OF.get(entry.kind)
        if move is None:
            continue
        moves[move] = moves.get(move, ZERO) + entry.amount
        fact = entry.fact
        if (
            entry.by is None
            and move not in ("write-offs", "recoveries")
            and (fact.id, move) not in counted
            and fact.id not in gone
        ):
            counted.add((fact.id, move))
            tally.count(move)
            if move == "invoices" and type(fact) is Invoice:
                _billed(tally, fact, delivered)


def _billed(tally: Tally, invoice: Invoice, delivered: Mapping[str, date]) -> None:
    """An invoice issued in the period: its terms, and how long after the delivery it was billed."""
    if invoice.installments:
        for part in invoice.installments:
            if part.due is not None:
                note(tally.terms, (part.due - invoice.issued).days, part.amount)
    elif invoice.due is not None:
        note(tally.terms, (invoice.due - invoice.issued).days, invoice.amount)
    if invoice.id in delivered:
        note(tally.billing, (invoice.issued - delivered[invoice.id]).days, invoice.amount)


def _dues(receivable: Receivable, day: date) -> list[tuple[date | None, Decimal]]:
    return [(item.due, item.open) for item in receivable.open_items(day)]


def _open(tally: Tally, live: Iterable[Receivable], last: date) -> None:
    """What was open at each month end, and at the last of them by day of invoice and days past due."""
    month_ends = tally.month_ends
    for receivable in live:
        closed, issued = receivable.closed, receivable.issued
        is_plain, amount = receivable.is_plain, receivable.amount
        for end in month_ends:
            if issued <= end < closed:
                month_ends[end] += amount if is_plain else max(ZERO, receivable.net(end))
        if closed > last:
            parts = [(receivable.first_due, amount)] if is_plain else _dues(receivable, last)
            for due, open_ in parts:
                tally.open_of[issued] = tally.open_of.get(issued, ZERO) + open_
                if due is not None and due < last:
                    note(tally.overdue, (last - due).days, open_)


def _paid(tally: Tally, account: Account, period: Period) -> None:
    for each in experiences(account, period):
        note(tally.paid, each.days_to_pay, each.amount)
        if each.days_late is not None:
            note(tally.late, each.days_late, each.amount)


def _rolled(tally: Tally, moved: Iterable[Moved], opening: date, last: date) -> None:
    """What became of what was open at the start: forward, same, back, current, undated, paid or lost."""
    labels = DEFAULT.labels
    for each in moved:
        was = None if each.due is None else DEFAULT.locate((opening - each.due).days)
        now = None if each.due_now is None else DEFAULT.locate((last - each.due_now).days)
        row = tally.rolled.setdefault(was or "undated", {})
        step = 0 if was is None or now is None else labels.index(now) - labels.index(was)
        if now is None or now == labels[0]:
            way = now or "undated"
        else:
            way = "forward" if step > 0 else "back" if step < 0 else "same"
        for name, amount in ((way, each.left), ("paid", each.paid), ("lost", each.lost)):
            row[name] = row.get(name, ZERO) + amount


def _collectable(tally: Tally, moved: Iterable[Moved], first: date, last: date) -> None:
    """What was past due at the start or fell due in the period, and what of it had not come in by its end.

    Fell due means: by the due date at the end of the period or, of what was settled by then, when it was last seen.
    """
    collectable = missing = ZERO
    for each in moved:
        due = each.due_now if each.left else each.due
        if (each.due is not None and each.due < first) or (due is not None and due <= last):
            collectable += each.open
            missing += each.open - each.paid
    tally.amount("collectable", collectable)
    tally.amount("still open", missing)


def _moved_since_issue(live: Iterable[Receivable], opening: date, last: date) -> Iterator[Moved]:
    """What became of the items invoiced in the period that were open at the end of the day of the invoice."""
    for receivable in live:
        issued, closed = receivable.issued, receivable.closed
        if issued > opening:
            if closed <= issued or not receivable.is_plain:
                yield from _paid_at_once(receivable)
            if closed > issued:
                yield from moved_of(receivable, issued, last)


def _paid_at_once(receivable: Receivable) -> Iterator[Moved]:
    """What of the items of an invoice was settled by the end of its day; what was written off on it is lost."""
    issued = receivable.issued
    lost = [entry for entry in receivable.written if entry.day == issued and entry.kind in ("write-off", "recovery")]
    bad = -sum((entry.amount for entry in lost), ZERO)
    name, parts = receivable.invoice.id, receivable.invoice.installments
    for number, (amount, left) in enumerate(
        zip(receivable.amounts, receivable.open_parts(issued), strict=True), start=1
    ):
        item = f"{name}/{number}" if parts else name
        gone = max(ZERO, amount - left)
        if gone:
            part = min(gone, bad)
            bad -= part
            yield Moved(item, receivable.due(number, issued), gone, None, ZERO, part)


def _disputed(tally: Tally, account: Account, objections: Iterable[Fact], period: Period) -> None:
    """Disputes opened and resolved in the period; which of its invoices were disputed, credited or voided."""
    wrong: set[str] = set()
    known = {each.invoice.id for each in account.receivables}
    gone = reversed_by(account.facts, period.last)
    notes = {fact.id for fact in objections if type(fact) is CreditNote}
    for fact in objections:
        if type(fact) is Dispute and fact.opened <= period.last:
            wrong.add(owner(fact.invoice, known))
            if fact.opened >= period.first:
                tally.count("disputes")
            if fact.resolved is not None and fact.resolved in period:
                note(tally.disputes, (fact.resolved - fact.opened).days, ZERO)
        elif type(fact) is CreditNote and fact.issued <= period.last and fact.id not in gone:
            kept = (name for name, _ in fact.applied if (fact.id, name) not in gone)
            wrong.update(owner(name, known) for name in kept)
        elif type(fact) is Void and fact.on <= period.last:
            wrong.add(fact.invoice)
        elif type(fact) is Application and fact.on <= period.last and fact.source in notes and fact.id not in gone:
            wrong.update(() if fact.source in gone else (owner(name, known) for name, _ in fact.applied))
    sold = (each for each in account.receivables if each.invoice.kind == "invoice" and each.issued in period)
    tally.count("wrong", sum(1 for each in sold if each.invoice.id in wrong))


def _talked(tally: Tally, account: Account, period: Period, words: Words) -> None:
    """Calls and visits, promises, and what notices brought in."""
    contacts: list[Contact] = []
    for fact in account.interactions:
        if type(fact) is Contact and fact.on <= period.last:
            contacts.append(fact)
            is_attempt = fact.direction == "outbound" and fact.channel in ("call", "visit") and fact.outcome != "queued"
            if is_attempt and fact.on >= period.first:
                tally.count("attempts")
                tally.count("reached", fact.outcome in words.reached)
                tally.count("right party", fact.outcome in words.right_party)
        elif type(fact) is Promise and fact.made <= period.last:
            tally.count("promises", fact.made in period)
            _promised(tally, account, fact, period, words.promise_grace)
    own = (each for each in contacts if each.items or each.currency in (None, account.currency))
    given = [each for each in own if each.is_notice and not (each.cancelled and each.cancelled <= period.last)]
    notices = sorted(given, key=lambda each: (each.on, each.id))
    for index, notice in enumerate(notices):
        if notice.on >= period.first:
            _noticed(tally, account, period, notice, notices[index + 1 :])


def _promised(tally: Tally, account: Account, promise: Promise, period: Period, grace: int) -> None:
    """A promise is decided on the day after its date and the days of grace; it counts in the period of that day."""
    judged = [add_days(part.day, grace + 1) for part in promise.parts]
    seen = (day for day in judged if day <= period.last)
    broken = (day for day in seen if account.promise_state(promise, as_of=day, grace=grace) == "broken")
    decided = next(broken, judged[-1])
    if decided > period.last:
        tally.count("pending", promise.cancelled is None or promise.cancelled > period.last)
    elif decided >= period.first:
        state = account.promise_state(promise, as_of=decided, grace=grace)
        tally.count(state)
        if state != "cancelled":
            came = account.received(promise, as_of=decided, grace=grace)
            tally.promises[promise.id] = [promise.amount, min(promise.amount, came)]


def _noticed(tally: Tally, account: Account, period: Period, notice: Contact, later: list[Contact]) -> None:
    """What a notice asked for, and what of it was settled by the next notice of each item, or the period's end.

    Without items it asks for what is past due; for all that is open where nothing is.
    """
    found = tally.stages.setdefault((notice.level or "", notice.channel), [0, ZERO, ZERO])
    found[0] += 1
    ends: dict[date, set[str]] = {}
    items = account.items_at(notice.on)
    late = [item for item in items if (item.days_past_due or 0) > 0]
    for item in items if notice.items else late or items:
        if means(notice.items, (item.id, item.invoice)):
            end = next(
                (each.on for each in later if each.on > notice.on and means(each.items, (item.id, item.invoice))),
                period.last,
            )
            ends.setdefault(end, set()).add(item.id)
    for end, names in ends.items():
        for each in moved_items(account, notice.on, end):
            if each.id in names:
                found[1] += each.open
                found[2] += each.paid


_DAY = itemgetter(0)


def _totals(grid: Grid) -> dict[str, Decimal]:
    """The sum of each aging column."""
    columns = (*DEFAULT.labels, *ASIDE)
    return {name: sum((line[at] for line in grid.lines.values()), ZERO) for at, name in enumerate(columns)}


class _Group:
    """The accounts of one group, tallied for several periods in one go: what is noted by day serves all of them."""

    def __init__(self, accounts: list[Account], periods: Iterable[Period]) -> None:
        self.accounts = accounts
        self.tallies = [(period, Tally()) for period in periods]
        self.first = min((period.first for period, _ in self.tallies), default=date.max)
        self.last = max((period.last for period, _ in self.tallies), default=date.min)
        for period, tally in self.tallies:
            tally.month_ends = dict.fromkeys([month.last for month in period.months()][::-1], ZERO)
        self.moved: dict[date, Decimal] = {}
        self.sold: dict[date, Decimal] = {}

    def add(self, account: Account, words: Words, delivered: Mapping[str, date]) -> None:
        """Add what one account did in each of the periods."""
        entries = sorted(written_between(account, self.first, self.last), key=_DAY)
        add_movements(account, self.moved)
        add_sales(account, self.sold)
        bounced = any(type(fact) is Reversal for fact in account.facts)
        objections = [fact for fact in account.facts if type(fact) in (Dispute, CreditNote, Application, Void)]
        for period, tally in self.tallies:
            opening, last = period.opening, period.last
            start, stop = bisect_left(entries, period.first, key=_DAY), bisect_right(entries, last, key=_DAY)
            gone = reversed_by(account.facts, last) if bounced else frozenset[Target]()
            _money(tally, entries[start:stop], gone, delivered)
            live = [each for each in account.receivables if each.closed > opening and each.issued <= last]
            if live:
                _open(tally, live, last)
                _paid(tally, account, period)
                moved = list(moved_items(account, opening, last, live))
                _rolled(tally, moved, opening, last)
                _collectable(tally, moved, period.first, last)
                _collectable(tally, _moved_since_issue(live, opening, last), period.first, last)
            if (objections or account.interactions) and exists_on(account, last):
                _disputed(tally, account, objections, period)
                _talked(tally, account, period, words)

    def _sheet(self, day: date) -> Grid:
        """The aging of the group on a day, by customer."""
        found = Grid(day, DEFAULT, "due", 0)
        found.fill(self.accounts, lambda account: account.customer)
        return found

    def finish(self) -> None:
        """Work out balances, agings and sales by month, once all accounts are added."""
        ends = {day for period, _ in self.tallies for day in (period.opening, period.last)}
        grid = {day: self._sheet(day) for day in ends}
        for period, tally in self.tallies:
            tally.opening, tally.closing = _totals(grid[period.opening]), _totals(grid[period.last])
            tally.exposure = {
                label: balance_of(line[: len(line) // 2]) for label, line in grid[period.last].lines.items()
            }
            for name, end in (("opening balance", period.opening), ("closing balance", period.last)):
                tally.amount(name, sum((delta for day, delta in self.moved.items() if day <= end), ZERO))
            for day, delta in self.sold.items():
                if day <= period.last:
                    month = day.replace(day=1)
                    tally.sales[month] = tally.sales.get(month, ZERO) + delta


def tallies(
    ledger: Ledger,
    periods: Sequence[Period],
    label_of: Callable[[Account], str],
    words: Words,
    delivered: Mapping[str, date],
) -> list[dict[Key, Tally]]:
    """The tally of each group of accounts in each period in which it has any. For callers in the exact context."""
    groups: dict[Key, list[Account]] = {}
    for account in ledger:
        groups.setdefault((label_of(account), account.currency), []).append(account)
    found: dict[Period, dict[Key, Tally]] = {period: {} for period in periods}
    for key, accounts in groups.items():
        there = [each for each in periods if any(exists_on(account, each.last) for account in accounts)]
        group = _Group(accounts, there)
        for account in accounts:
            group.add(account, words, delivered)
        group.finish()
        for period, tally in group.tallies:
            found[period][key] = tally
    return [found[period] for period in periods]
