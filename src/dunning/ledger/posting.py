"""Posting: how a set of facts becomes accounts, and how every contradiction among them is found.

Facts come in any order. They are identified by id, routed to the account they belong to, and each account is then
posted by itself, in the order in which kinds depend on each other: invoices, then what names an invoice, then what
names a payment, then reversals. A fact that does not fit is set aside as a `Problem`; what depends on it follows.
Facts set aside are tried again whenever facts are added, so that the result never depends on the order of arrival.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import cast

from dunning._base.noun import changed
from dunning.amounts import exact
from dunning.errors import InvalidValue
from dunning.interactions import PaymentPlan, Promise
from dunning.invoice import Invoice
from dunning.ledger.account_posting import BY_ID, post_account
from dunning.ledger.intake import ON_ACCOUNT, Books, Intake, Key
from dunning.ledger.kinds import CUSTOMER_WIDE, OWN_ACCOUNT, OWN_DATE, Fact, Interaction


def _identified(
    books: Books, facts: Iterable[Fact], hidden: Collection[str]
) -> tuple[Intake, list[tuple[str, list[Fact]]]]:
    """Sort out new facts by id: exact duplicates are ignored, an id with two contents is set aside with both.

    What is hidden is in the books otherwise than it was given, and is among the new facts as it was.
    """
    fresh: dict[str, Fact] = {}
    versions: dict[str, list[Fact]] = {}
    strangers: list[str] = []
    given = 0
    for fact in facts:
        if type(fact) not in OWN_DATE:
            strangers.append(f"{fact!r} ({type(fact).__name__}) is not a fact")
            continue
        given += 1
        known = fresh.setdefault(fact.id, fact)
        if known is not fact and known != fact:
            found = versions.setdefault(fact.id, [known])
            if fact not in found:
                found.append(fact)
    if strangers:
        raise InvalidValue("facts", strangers)
    duplicates = given - len(fresh) - sum(len(found) - 1 for found in versions.values())
    if books.accounts or books.people:
        for name, fact in list(fresh.items()):
            old = None if name in hidden else books.ids.get(name)
            if old is not None and (old != fact or name in versions):
                found = versions.setdefault(name, [fact])
                if old not in found:
                    found.append(old)
            elif old is not None:
                del fresh[name]
                duplicates += 1
    for name in versions:
        del fresh[name]
    gone = {name for name in versions if books.ids.get(name) is not None}
    return Intake(books.ids, fresh, gone, duplicates), sorted(versions.items())


def _reject_namesakes(intake: Intake) -> None:
    """Set aside invoices named like an installment of another, and that other: items could not be told apart."""
    pairs: list[tuple[Fact, Fact]] = []
    for fact in intake.fresh.values():
        if type(fact) is Invoice:
            for number in range(1, len(fact.installments) + 1):
                namesake = intake.find(f"{fact.id}/{number}")
                if type(namesake) is Invoice:
                    pairs.append((fact, namesake))
            if "/" in fact.id:
                parent = intake.parent_of(fact.id)
                if parent is not None:
                    pairs.append((parent, fact))
    told: set[str] = set()
    for whole, other in sorted(pairs, key=lambda pair: (pair[0].id, pair[1].id)):
        for each in (whole, other):
            if each.id not in told:
                told.add(each.id)
                message = f"{other.id} is an invoice and the name of an installment of {whole.id}; rename one"
                intake.reject("duplicate_id", each, message)
    for name in told:
        if intake.fresh.pop(name, None) is None or intake.ids.get(name) is not None:
            intake.gone.add(name)


def _reject_versions(intake: Intake, versions: list[tuple[str, list[Fact]]]) -> None:
    for _, facts in versions:
        for fact in sorted(facts, key=repr):
            message = f"the id stands for {len(facts)} different facts; give each its own id, or keep the right one"
            intake.reject("duplicate_id", fact, message)


def _routed(books: Books, intake: Intake) -> tuple[dict[Key, list[Fact]], dict[str, list[Interaction]]]:
    """The new facts by account, and those that concern a customer; facts to be taken out name theirs as well."""
    groups: dict[Key, list[Fact]] = {}
    callers: dict[str, list[Interaction]] = {}
    for fact in intake.fresh.values():
        if isinstance(fact, CUSTOMER_WIDE):
            callers.setdefault(fact.customer, []).append(fact)
            continue
        key = (fact.customer, fact.currency) if isinstance(fact, OWN_ACCOUNT) else intake.key_of(fact)
        if key is None:
            intake.reject_homeless(fact)
            continue
        group = groups.get(key)
        if group is None:
            groups[key] = [fact]
        else:
            group.append(fact)
    before = Intake(books.ids, {}, set())
    for name in intake.gone:
        fact = cast("Fact", books.ids.get(name))
        if isinstance(fact, CUSTOMER_WIDE):
            callers.setdefault(fact.customer, [])
        else:
            groups.setdefault(cast("Key", before.key_of(fact)), [])
    return groups, callers


def _people(
    books: Books, intake: Intake, called: Iterable[str], callers: Mapping[str, list[Interaction]]
) -> dict[str, tuple[Interaction, ...]]:
    """What concerns customers in all currencies, looked at anew for those whose facts have changed."""
    people = dict(books.people)
    for customer in called:
        known = [each for each in people.pop(customer, ()) if each.id not in intake.gone]
        standing = [each for each in (*known, *callers.get(customer, ())) if intake.items_known(each, None)]
        if standing:
            people[customer] = tuple(sorted(standing, key=BY_ID))
    return people


@exact
def post(books: Books, facts: Iterable[Fact], without: Collection[str] = ()) -> Books:
    """The books with more facts in them, or without some. Only the accounts that these concern are posted again."""
    aside = dict.fromkeys(cast("Fact", each.fact) for each in books.problems if each.fact.id not in without)
    hidden = books.on_account() if aside else set[str]()
    intake, versions = _identified(books, [*aside, *facts] if aside else facts, hidden)
    intake.gone.update(hidden)
    intake.gone.update(name for name in without if books.ids.get(name) is not None)
    _reject_versions(intake, versions)
    _reject_namesakes(intake)
    groups, callers = _routed(books, intake)
    called = {*callers, *(key[0] for key in groups if key[0] in books.people)}
    people = _people(books, intake, called, callers)
    accounts = dict(books.accounts)
    for key, group in groups.items():
        old = accounts.get(key)
        if old is not None:
            group.extend(fact for fact in old.facts if fact.id not in intake.gone)
        account = post_account(intake, key, group, people.get(key[0], ()))
        if account is None:
            accounts.pop(key, None)
        else:
            accounts[key] = account
    currencies = {currency for _, currency in accounts} if called else set[str]()
    for customer in called:
        for currency in currencies:
            account = accounts.get((customer, currency))
            if account is not None and (customer, currency) not in groups:
                own = [each for each in account.interactions if isinstance(each, (Promise, PaymentPlan))]
                both = tuple(sorted((*people.get(customer, ()), *own), key=BY_ID))
                accounts[customer, currency] = changed(account, interactions=both)
    if len(accounts) != len(books.accounts) or accounts.keys() != books.accounts.keys():
        accounts = {key: accounts[key] for key in sorted(accounts)}
    rejected = {problem.id for problem in intake.problems if problem.code != ON_ACCOUNT}
    fresh = {name: fact for name, fact in intake.fresh.items() if name not in rejected} if rejected else intake.fresh
    gone = intake.gone | {name for name in rejected if name not in fresh and books.ids.get(name) is not None}
    problems = tuple(sorted(intake.problems, key=lambda problem: (problem.id, problem.code, repr(problem.fact))))
    return Books(books.ids.plus(fresh, gone), accounts, people, problems, books.duplicates + intake.duplicates)
