"""Exports of known systems, described: what `dunning.sources.load` needs to read their files.

Each says where it is known from; columns that are known from memory alone are few, and told in the cite. What differs
from company to company is a setting to change, such as the form of dates in
`changed(QUICKBOOKS_AR_AGING_DETAIL, dates=("%d/%m/%Y",))`, and what no file says is an argument of `load`: the
currency of the company, and codes for the names of currencies. Not described are Odoo's aged receivable report, whose
rows of partners and of items are alike, and bank statements, whose receipts have to be matched first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import cast

from dunning._base.noun import changed
from dunning.sources import RowField, RowKind, RowRule, Sign, Source, SourceTable

__all__ = [
    "BUSINESS_CENTRAL_ENTRIES",
    "CHARGEBEE_INVOICES",
    "DATEV_OPEN_ITEMS",
    "DBT_QUICKBOOKS",
    "DYNAMICS_FO_CUSTTRANS",
    "EN16931_INVOICES",
    "ERPNEXT_RECEIVABLE",
    "EXPORTS",
    "FRESHBOOKS_INVOICES",
    "LEXWARE_VOUCHERS",
    "NETSUITE_TRANSACTIONS",
    "ODOO_MOVE_LINES",
    "QUICKBOOKS_API",
    "QUICKBOOKS_AR_AGING_DETAIL",
    "QUICKBOOKS_AR_AGING_DETAIL_FOREIGN",
    "QUICKBOOKS_INVOICE_LIST",
    "SAGE_50_AUDIT_HEADER",
    "SAGE_INTACCT_INVOICES",
    "SAP_BSID",
    "SAP_FBL5N",
    "STRIPE_API",
    "XERO_AGED_RECEIVABLES",
    "XERO_API",
    "XERO_SALES_INVOICES",
    "ZOHO_BOOKS",
]

_ISO = "%Y-%m-%d"


def _columns(**ways: str | tuple[str, ...]) -> tuple[tuple[RowField, tuple[str, ...]], ...]:
    """The columns of a table: a field and the columns that may hold it, the first that has a value counts."""
    return tuple((name, (way,) if isinstance(way, str) else way) for name, way in ways.items())  # type: ignore[misc]  # pyright: ignore[reportReturnType]  # a field that is none is refused by the table


def _kinds(column: str, **values: Iterable[str]) -> tuple[RowRule, ...]:
    """Rules that say by the values of a column what rows are."""
    return tuple(RowRule(column, tuple(each), kind=cast("RowKind", kind)) for kind, each in values.items())


_QUICKBOOKS_KINDS = _kinds(
    "Transaction type",
    invoice=("Invoice",),
    debit=("Charge", "Expense", "Check", "Refund*"),
    credit_note=("Credit Memo", "Credit Note"),
    payment=("Payment", "Receive Payment"),
    entry=("Journal Entry", "Deposit"),
)

_QUICKBOOKS_AGING: Mapping[str, str | tuple[str, ...]] = {
    "id": ("Num", "No."),
    "customer": ("Customer full name", "Customer", "Name"),
    "issued": "Date",
    "due": "Due date",
}

QUICKBOOKS_AR_AGING_DETAIL = Source(
    "QuickBooks Online, A/R Aging Detail",
    (
        SourceTable(
            "receivables",
            _columns(**_QUICKBOOKS_AGING, amount="Amount", open="Open balance"),
            rules=_QUICKBOOKS_KINDS,
            signed=True,
        ),
    ),
    dates=("%m/%d/%Y", _ISO),
    cite="Intuit reports API, column keys of AgedReceivableDetail; layout as public scripts read it",
)
"""Open items by age, with a section and a total for each bucket; credits are negative. As of the report's day only.

The amounts are in the currency of the company, whatever a column of currencies says.
"""

QUICKBOOKS_AR_AGING_DETAIL_FOREIGN = changed(
    QUICKBOOKS_AR_AGING_DETAIL,
    name="QuickBooks Online, A/R Aging Detail in the currencies of customers",
    tables=(
        SourceTable(
            "receivables",
            _columns(**_QUICKBOOKS_AGING, amount="Foreign amount", open="Foreign open balance", currency="Currency"),
            rules=_QUICKBOOKS_KINDS,
            signed=True,
        ),
    ),
)
"""The same with the amounts in each customer's currency, which the layout has to show."""

QUICKBOOKS_INVOICE_LIST = Source(
    "QuickBooks Online, Invoice List",
    (
        SourceTable(
            "receivables",
            _columns(
                id=("Num", "No."),
                customer=("Name", "Customer", "Customer full name"),
                issued="Date",
                due="Due date",
                amount="Amount",
                open="Open balance",
                reference=("Memo/Description", "Memo"),
            ),
            rules=_QUICKBOOKS_KINDS,
            optional=("Memo/Description",),
        ),
    ),
    dates=("%m/%d/%Y", _ISO),
    cite="from memory of the report",
)
"""Invoices with what is open; void ones stand with 0.00."""

QUICKBOOKS_API = Source(
    "QuickBooks Online, API",
    (
        SourceTable(
            "invoices",
            _columns(
                id="Id", reference="DocNumber", customer="CustomerRef.value", issued="TxnDate", due="DueDate",
                amount="TotalAmt", open="Balance", currency="CurrencyRef.value",
            ),
            kind="invoice",
            rules=(RowRule("PrivateNote", ("Voided*",), skip="void"),),
            rows="QueryResponse.Invoice[]",
        ),
        SourceTable(
            "payments",
            _columns(
                id="Id", reference="PaymentRefNum", customer="CustomerRef.value", issued="TxnDate", amount="TotalAmt",
                open="UnappliedAmt", currency="CurrencyRef.value",
            ),
            kind="payment",
            rules=(
                RowRule("PrivateNote", ("Voided*",), skip="void"),
                RowRule("TotalAmt", ("0", "0.0", "0.00"), skip="credit_application"),
            ),
            rows="QueryResponse.Payment[]",
        ),
        SourceTable(
            "applications",
            _columns(
                source=("^.CreditLine.LinkedTxn.0.TxnId",
                "^.Line[LinkedTxn.0.TxnType=CreditMemo].LinkedTxn.0.TxnId", "^.Id"),
                applied_to="LinkedTxn.0.TxnId",
                applied_amount="Amount",
                applied_on="^.TxnDate",
                currency="^.CurrencyRef.value",
            ),
            kind="application",
            rules=(RowRule("LinkedTxn.0.TxnType", ("Invoice",), skip="credit_application", unless=True),),
            rows="QueryResponse.Payment[].Line[]",
        ),
        SourceTable(
            "credits",
            _columns(
                id="Id", reference="DocNumber", customer="CustomerRef.value", issued="TxnDate", amount="TotalAmt",
                open=("RemainingCredit", "Balance"), currency="CurrencyRef.value",
            ),
            kind="credit_note",
            rows="QueryResponse.CreditMemo[]",
        ),
    ),
    json=True,
    cite="Intuit accounting API, entities Invoice, Payment, CreditMemo",
)  # fmt: skip
"""Queries of invoices, payments and credit memos in one document. A payment of 0 puts a credit memo to an invoice."""

XERO_SALES_INVOICES = Source(
    "Xero, sales invoices",
    (
        SourceTable(
            "invoices",
            _columns(
                id="InvoiceNumber", customer="ContactName", issued="InvoiceDate", due="DueDate",
                reference="Reference",
                amount="Total", open="InvoiceAmountDue", settled="InvoiceAmountPaid", currency="Currency",
            ),
            by_kind=True,
            rules=(
                RowRule("Status", ("Draft", "Awaiting Approval", "Submitted"), skip="draft"),
                RowRule("Status", ("Voided", "Deleted"), skip="void"),
                *_kinds(
                    "Type",
                    invoice=("Sales invoice", "Invoice"),
                    credit_note=("Sales credit note", "Credit note"),
                    payment=("Sales overpayment", "Sales prepayment", "Overpayment", "Prepayment"),
                ),
            ),
            repeats="once",
        ),
    ),
    dates=("%d/%m/%Y", _ISO),
    cite="header line of five public files, one with a test of real values; how credit notes are signed is open",
)  # fmt: skip
"""A row for each line of a document, the totals repeated. Drafts and void invoices stand among them."""

XERO_AGED_RECEIVABLES = Source(
    "Xero, Aged Receivables Detail",
    (
        SourceTable(
            "receivables",
            _columns(
                id="Invoice Number", customer="Contact", issued="Invoice Date", due="Due Date",
                reference="Invoice Reference",
                amount="Total", open="Total", currency="Currency",
            ),
            kind="invoice",
            signed=True,
            optional=("Contact", "Currency", "Invoice Reference"),
        ),
    ),
    dates=("%d %b %Y", "%d/%m/%Y", _ISO),
    headings=("*",),
    totals=("total", "percentage of total"),
    cite="public tests with the shape of the report; its grand total may leave out what is not due yet",
)  # fmt: skip
"""What is open, below the name of each contact; it stands for the amounts of the invoices, which are not in it."""

_XERO_CREDITS: tuple[tuple[str, str, str, RowKind], ...] = (
    ("credit notes", "CreditNotes", "CreditNoteID", "credit_note"),
    ("overpayments", "Overpayments", "OverpaymentID", "payment"),
    ("prepayments", "Prepayments", "PrepaymentID", "payment"),
)

XERO_API = Source(
    "Xero, API",
    (
        SourceTable(
            "invoices",
            _columns(
                id="InvoiceNumber", key="InvoiceID", customer="Contact.ContactID", issued=("DateString", "Date"),
                due=("DueDateString", "DueDate"), reference="Reference", amount="Total", open="AmountDue",
                settled_on="FullyPaidOnDate", currency="CurrencyCode",
            ),
            kind="invoice",
            rules=(
                RowRule("Type", ("ACCREC",), skip="not_receivable", unless=True),
                RowRule("Status", ("DRAFT", "SUBMITTED"), skip="draft"),
                RowRule("Status", ("VOIDED", "DELETED"), skip="void"),
            ),
            rows="Invoices[]",
        ),
        SourceTable(
            "payments",
            _columns(
                id="PaymentID", customer="^.Contact.ContactID", issued="Date", amount="Amount",
                currency="^.CurrencyCode",
                applied_to="^.InvoiceID", applied_amount="Amount",
            ),
            kind="payment",
            rules=(
                RowRule("^.Type", ("ACCREC",), skip="not_receivable", unless=True),
                RowRule("^.Status", ("VOIDED", "DELETED"), skip="void"),
            ),
            repeats="sum",
            rows="Invoices[].Payments[]",
        ),
        *(
            SourceTable(
                table,
                _columns(
                    id=("CreditNoteNumber", name), key=name, customer="Contact.ContactID", issued=("DateString",
                    "Date"),
                    amount="Total", open="RemainingCredit", currency="CurrencyCode",
                ),
                kind=kind,
                rules=(
                    RowRule("Type", ("ACCPAY*", "SPEND*"), skip="not_receivable"),
                    RowRule("Status", ("DRAFT", "SUBMITTED"), skip="draft"),
                    RowRule("Status", ("VOIDED", "DELETED"), skip="void"),
                ),
                rows=f"{way}[]",
            )
            for table, way, name, kind in _XERO_CREDITS
        ),
        *(
            SourceTable(
                f"allocations of {table}",
                _columns(
                    source=f"^.{name}", applied_to="Invoice.InvoiceID", applied_amount=("Amount", "AppliedAmount"),
                    applied_on="Date", currency="^.CurrencyCode",
                ),
                kind="application",
                rules=(RowRule("^.Status", ("VOIDED", "DELETED", "DRAFT"), skip="void"),),
                rows=f"{way}[].Allocations[]",
            )
            for table, way, name, _ in _XERO_CREDITS
        ),
    ),
    json=True,
    dates=(_ISO, "/Date()/"),
    cite="Xero accounting API as generated clients document it; XeroAPI/Xero-OpenAPI issue 266 on dates of credits",
)  # fmt: skip
"""Invoices with their payments, and credits with what they were put to, which is taken from the credits alone."""

SAGE_50_AUDIT_HEADER = Source(
    "Sage 50, audit trail headers",
    (
        SourceTable(
            "transactions",
            _columns(
                id="TRAN_NUMBER", customer="ACCOUNT_REF", issued="DATE", due="DUE_DATE", reference="INV_REF",
                amount="GROSS_AMOUNT", open="OUTSTANDING", settled="AMOUNT_PAID",
            ),
            rules=(
                RowRule("DELETED_FLAG", ("1", "Y", "true"), skip="deleted"),
                RowRule("TYPE", ("S?",), skip="not_receivable", unless=True),
                RowRule("DISPUTED", ("1", "Y", "true"), note="disputed"),
                *_kinds("TYPE", invoice=("SI",), credit_note=("SC",), payment=("SR", "SA")),
                *_kinds("TYPE", debit=("SP",), discount=("SD",)),
            ),
            signed=True,
            optional=("DISPUTED", "AMOUNT_PAID"),
        ),
    ),
    encoding="cp1252",
    dates=("%d/%m/%Y", _ISO),
    cite='docs.zynk.com "Sage 50 UK AUDIT_HEADER Columns"; amounts of the base currency',
)  # fmt: skip
"""Headers of the sales ledger, amounts signed by type. Which receipt paid which invoice is in another table."""

SAGE_INTACCT_INVOICES = Source(
    "Sage Intacct, ARINVOICE",
    (
        SourceTable(
            "invoices",
            _columns(
                id="RECORDNO", reference="RECORDID", customer="CUSTOMERID", issued="WHENCREATED", due="WHENDUE",
                terms="TERMNAME", settled_on="WHENPAID", amount="TRX_TOTALENTERED", open="TRX_TOTALDUE",
                settled="TRX_TOTALPAID", currency="CURRENCY",
            ),
            kind="invoice",
            rules=(
                RowRule("STATE", ("Draft", "Submitted"), skip="draft"),
                RowRule("STATE", ("Reversed", "Voided"), skip="void"),
                *_kinds("RECORDTYPE", invoice=("ri",), credit_note=("ra",), payment=("rp", "rr")),
            ),
            signed=True,
            optional=("STATE", "RECORDTYPE", "TERMNAME", "WHENPAID", "TRX_TOTALPAID"),
        ),
    ),
    dates=("%m/%d/%Y", _ISO),
    cite="an API answer of readByQuery arinvoice; states from memory",
)  # fmt: skip
"""Invoices in the currency of the transaction; adjustments are below zero."""

ODOO_MOVE_LINES = Source(
    "Odoo, journal items",
    (
        SourceTable(
            "items",
            _columns(
                id=("Journal Entry", "move_name", "Number", "move_id"),
                customer=("partner_id/id", "Partner", "partner_id"),
                issued=("Date", "date", "invoice_date"),
                due=("Due Date", "date_maturity"),
                amount=("Amount in Currency", "amount_currency"),
                open=("Residual Amount in Currency", "amount_residual_currency"),
                currency=("Currency", "currency_id"),
                group=("Matching #", "Matching", "matching_number"),
            ),
            rules=(
                RowRule("Status", ("draft",), skip="draft"),
                RowRule("Status", ("cancel*",), skip="void"),
                RowRule("parent_state", ("draft",), skip="draft"),
                RowRule("parent_state", ("cancel",), skip="void"),
                RowRule("Type", ("Vendor*", "Purchase*"), skip="not_receivable"),
                RowRule("move_type", ("in_*",), skip="not_receivable"),
                RowRule(
                    "account_id/account_type",
                    ("asset_receivable", "Receivable", ""),
                    skip="not_receivable",
                    unless=True,
                ),
                *_kinds(
                    "Type",
                    invoice=("Customer Invoice", "Sales Receipt"),
                    credit_note=("Customer Credit Note",),
                    entry=("Journal Entry", "Entry"),
                ),
                *_kinds(
                    "move_type", invoice=("out_invoice",), credit_note=("out_refund",), entry=("entry", "out_receipt")
                ),
            ),
            signed=True,
            repeats="installments",
            optional=("Status", "parent_state", "Type", "move_type", "account_id/account_type", "Matching #"),
        ),
    ),
    cite="odoo/odoo addons/account/models/account_move_line.py",
)
"""Items of receivable accounts, debits positive; rows of one entry with other due dates are its installments."""

ERPNEXT_RECEIVABLE = Source(
    "ERPNext, Accounts Receivable",
    (
        SourceTable(
            "receivables",
            _columns(
                id="Voucher No", customer="Party", issued="Posting Date", due="Due Date", amount="Invoiced Amount",
                open="Outstanding Amount", currency="Currency",
            ),
            rules=_kinds(
                "Voucher Type",
                invoice=("Sales Invoice",),
                payment=("Payment Entry",),
                entry=("Journal Entry",),
            ),
            signed=True,
            repeats="installments",
        ),
    ),
    dates=("%d-%m-%Y", _ISO),
    cite="frappe/erpnext erpnext/accounts/report/accounts_receivable/accounts_receivable.py",
)  # fmt: skip
"""A row a voucher, or a row a payment term; advances and returns are negative. Its Total adds currencies."""

SAP_BSID = Source(
    "SAP FI, tables BSID and BSAD",
    (
        SourceTable(
            "items",
            _columns(
                id="{BUKRS}/{GJAHR}/{BELNR}/{BUZEI}",
                key="{BUKRS}/{GJAHR}/{BELNR}",
                customer="KUNNR",
                issued="BLDAT",
                due="ZFBDT",
                due_days=("ZBD3T", "ZBD2T", "ZBD1T"),
                amount="WRBTR",
                currency="WAERS",
                reference="XBLNR",
                applied_to="{BUKRS}/{REBZJ}/{REBZG}",
                settled_on="AUGDT",
                cleared="AUGBL",
                group="{BUKRS}/{AUGBL}",
            ),
            rules=(
                RowRule("UMSKZ", ("F", "G"), skip="special_gl"),
                RowRule("UMSKZ", ("?*",), note="special_gl"),
                RowRule("MANSP", ("?*",), note="dunning_block"),
                RowRule("BSCHL", ("01", "1", "12"), kind="invoice"),
                RowRule("BSCHL", ("11", "02", "2"), kind="credit_note"),
                RowRule("BSCHL", ("15",), kind="payment"),
                RowRule("BSCHL", ("?*",), kind="entry"),
                RowRule("BLART", ("RV", "DR"), kind="invoice"),
                RowRule("BLART", ("DG", "RG"), kind="credit_note"),
                RowRule("BLART", ("DZ",), kind="payment"),
            ),
            kind="entry",
            sign=Sign("SHKZG", ("S",), ("H",)),
            optional=("MANSP", "UMSKZ", "BLART", "XBLNR", "AUGBL", "AUGDT", "ZBD2T", "ZBD3T"),
        ),
    ),
    delimiter="\t",
    dates=("%Y%m%d", _ISO, "%d.%m.%Y"),
    unit="two_places",
    units=(("COP", 0), ("HUF", 0), ("IDR", 0), ("TWD", 0)),
    cite='stechno.net "SAP Table BSID"; posting keys of gotothings.com; decimals of TCURX from memory',
)
"""Open and cleared items, amounts beside S or H. Due is the baseline date and the last days of the terms."""

SAP_FBL5N = Source(
    "SAP FI, line items of customers (FBL5N)",
    (
        SourceTable(
            "items",
            _columns(
                id=("Belegnr", "Belegnummer", "Document Number", "DocumentNo"),
                customer=("Konto", "Debitor", "Account", "Customer"),
                issued=("Belegdatum", "Document Date", "Doc. Date"),
                due=("Nettofäll.", "Nettofälligkeit", "Net due date", "Net due dt"),
                amount=("Betr. in BW", "Betrag in Belegwährung", "Amount in doc. curr.", "Amount in Doc. Curr."),
                currency=("Währg", "Belegwährung", "Document currency", "Curr."),
                reference=("Zuordnung", "Assignment"),
                applied_to=("Rechnungsbezug", "Invoice reference"),
                settled_on=("Ausgleich", "Clearing date"),
                cleared=("Ausgl.bel.", "Ausgleichsbeleg", "Clearing Document", "Clearing doc."),
            ),
            kind="entry",
            rules=(
                RowRule("Sonderhauptbuchkennz.", ("F", "G"), skip="special_gl"),
                RowRule("Special G/L ind.", ("F", "G"), skip="special_gl"),
                *(
                    rule
                    for column in ("Art", "Belegart", "Document Type", "Doc. Type")
                    for rule in _kinds(column, invoice=("RV", "DR"), credit_note=("DG", "RG"), payment=("DZ", "AB",
                    "DA", "ZP"))
                ),
            ),
            signed=True,
            optional=(
                "Art", "Belegart", "Document Type", "Doc. Type", "Sonderhauptbuchkennz.", "Special G/L ind.",
                "Konto", "Rechnungsbezug", "Ausgleich", "Ausgl.bel.",
            ),
        ),
    ),
    encoding="iso-8859-1",
    delimiter="|",
    dates=("%d.%m.%Y", _ISO, "%m/%d/%Y"),
    decimal=",",
    headings=("Debitor", "Customer", "Kunde"),
    totals=("*",),
    cite="headings as public code reads them in English and German; a public note on lists in text",
)  # fmt: skip
"""The list of open items as text, in German or English: minus behind, customer above the rows, totals with stars.

Layouts are the user's own. For a file of English numbers, `changed(SAP_FBL5N, decimal=".")`.
"""

BUSINESS_CENTRAL_ENTRIES = Source(
    "Dynamics 365 Business Central, customer ledger entries",
    (
        SourceTable(
            "entries",
            _columns(
                id="Entry No.", reference="Document No.", customer="Customer No.", issued=("Document Date",
                "Posting Date"),
                due="Due Date", amount=("Original Amount", "Amount"), open="Remaining Amount",
                currency="Currency Code",
                settled_on="Closed at Date",
            ),
            rules=(
                RowRule("On Hold", ("?*",), note="hold"),
                RowRule("Reversed", ("Yes", "true", "1"), note="reversed"),
                *_kinds(
                    "Document Type",
                    invoice=("Invoice",),
                    debit=("Finance Charge Memo", "Reminder", "Refund", ""),
                    credit_note=("Credit Memo",),
                    payment=("Payment",),
                ),
            ),
            signed=True,
            optional=("On Hold", "Reversed", "Closed at Date"),
        ),
    ),
    delimiter=";",
    dates=("%d-%m-%Y", _ISO, "%d.%m.%Y", "%d/%m/%Y"),
    decimal=",",
    cite="microsoft/BCApps src/Layers/W1/BaseApp/Sales/Receivables/CustLedgerEntry.Table.al",
)  # fmt: skip
"""Entries of the ledger of customers, debits positive; a blank currency is the company's own.

What is applied to what is in another table. Dates and numbers are those of the reader's region: these are Danish.
"""

DYNAMICS_FO_CUSTTRANS = Source(
    "Dynamics 365 Finance, CustTrans",
    (
        SourceTable(
            "transactions",
            _columns(
                id="{DATAAREAID}:{VOUCHER}", reference="INVOICE", customer="ACCOUNTNUM", issued=("DOCUMENTDATE",
                "TRANSDATE"),
                due="DUEDATE", amount="AMOUNTCUR", settled="SETTLEAMOUNTCUR", settled_on="CLOSED",
                currency="CURRENCYCODE",
                applied_to="{DATAAREAID}:{LASTSETTLEVOUCHER}",
            ),
            kind="entry",
            rules=_kinds(
                "TRANSTYPE",
                invoice=("Sales", "2", "FreeTextInvoice", "Project", "8"),
                payment=("Payment", "15", "Cust", "0"),
                debit=("Interest", "24", "CollectionLetter", "26"),
            ),
            signed=True,
            optional=("DOCUMENTDATE", "INVOICE", "CLOSED"),
        ),
    ),
    dates=("%m/%d/%Y", _ISO),
    cite="MicrosoftDocs/common-data-model-and-service, CustTrans.md; the numbers of kinds are from memory",
)  # fmt: skip
"""Transactions of customers of all companies, with what is settled of each and the voucher that settled it last."""

NETSUITE_TRANSACTIONS = Source(
    "NetSuite, search of transactions",
    (
        SourceTable(
            "transactions",
            _columns(
                id=("Internal ID", "id"),
                reference=("Document Number", "tranid"),
                customer=("Name", "entity"),
                issued=("Date", "trandate"),
                due=("Due Date/Receive By", "duedate"),
                amount=("Amount (Foreign Currency)", "foreigntotal"),
                open=("Amount Remaining (Foreign Currency)", "foreignamountunpaid", "paymentamountunused"),
                currency="Currency",
            ),
            rules=(
                RowRule("Status", ("*Void*",), skip="void"),
                RowRule(
                    "Type", ("Sales Order", "*Order*", "Estimate", "Quote", "Bill*", "Vendor*"), skip="not_receivable"
                ),
                *_kinds(
                    "Type",
                    invoice=("Invoice", "CustInvc"),
                    credit_note=("Credit Memo", "CustCred"),
                    payment=("Payment", "CustPymt", "Customer Deposit", "CustDep"),
                    debit=("Customer Refund", "CustRfnd", "Finance Charge"),
                    entry=("Journal",),
                ),
            ),
            by_kind=True,
            optional=("Status",),
            repeats="once",
        ),
    ),
    dates=("%m/%d/%Y", _ISO),
    currencies=(
        ("USA", "USD"),
        ("US Dollar", "USD"),
        ("Euro", "EUR"),
        ("British Pound", "GBP"),
        ("Canadian Dollar", "CAD"),
    ),
    cite='timdietrich.me "NetSuite: SuiteQL and Accounts Receivable Aging"; support.cloudextend.io AR aging by SuiteQL',
)
"""A saved search: what remains is positive for every kind. Currencies have the account's own names: give codes."""

STRIPE_API = Source(
    "Stripe, API",
    (
        SourceTable(
            "invoices",
            _columns(
                id="id", reference="number", customer="customer", issued=("status_transitions.finalized_at",
                "created"),
                due="due_date", amount="total", open="amount_remaining", settled_on="status_transitions.paid_at",
                currency="currency",
            ),
            kind="invoice",
            rules=(
                RowRule("status", ("draft",), skip="draft"),
                RowRule("status", ("void",), skip="void"),
                RowRule("status", ("uncollectible",), note="uncollectible"),
            ),
            rows="invoices[]",
        ),
        SourceTable(
            "charges",
            _columns(
                id="id", customer=("customer", "billing_details.name"), issued="created", amount="amount",
                currency="currency",
                applied_to="invoice", applied_amount="amount",
            ),
            kind="payment",
            rules=(
                RowRule("status", ("failed", "pending"), skip="failed_payment"),
                RowRule("captured", ("false",), skip="not_booked"),
                RowRule("amount_refunded", ("", "0"), note="refund", unless=True),
            ),
            rows="charges[]",
        ),
        SourceTable(
            "credit notes",
            _columns(
                id="id", customer="customer", issued="created", amount="amount", currency="currency",
                applied_to="invoice",
                applied_amount="amount",
            ),
            kind="credit_note",
            rules=(RowRule("status", ("void",), skip="void"),),
            rows="credit_notes[]",
        ),
        SourceTable(
            "payouts",
            _columns(id="id", amount="amount"),
            rules=(RowRule("id", ("*",), skip="not_receivable"),),
            rows="payouts[]",
        ),
    ),
    json=True,
    dates=("unix", _ISO),
    unit="minor",
    units=(("ISK", 2), ("MGA", 0), ("UGX", 2)),
    cite="docs.stripe.com: currencies, invoice, charge, credit note; docs.rs async-stripe",
)  # fmt: skip
"""Invoices and their charges, in the smallest unit. Refunds do not reopen an invoice, payouts are no receipts."""

DATEV_OPEN_ITEMS = Source(
    "DATEV, open items of debtors",
    (
        SourceTable(
            "items",
            _columns(
                id=("Rechnungsnummer", "Belegfeld 1", "Rechnungs-Nr."),
                customer="Konto",
                issued=("Datum", "Belegdatum", "Rechnungsdatum"),
                due=("Fälligkeit", "Fällig"),
                amount=("Sollbetrag", "Soll"),
                credit=("Habenbetrag", "Haben"),
                open="Saldo",
                currency=("WKZ", "Währung"),
                reference="Buchungstext",
            ),
            kind="invoice",
            rules=(
                RowRule("Rechnungsnummer", ("",), kind="payment"),
                RowRule("Belegfeld 1", ("",), kind="payment"),
                RowRule("Rechnungs-Nr.", ("",), kind="payment"),
                RowRule("Mahnsperre", ("1", "J*"), note="dunning_block"),
            ),
            sign=Sign("S/H", ("S",), ("H",)),
            optional=("WKZ", "Mahnsperre", "Rechnungsnummer", "Belegfeld 1", "Rechnungs-Nr.", "Buchungstext"),
        ),
    ),
    encoding="cp1252",
    delimiter=";",
    dates=("%d.%m.%Y", "%d.%m.%y"),
    decimal=",",
    currency="EUR",
    totals=("summe", "gesamt", "total"),
    cite="hilfe.c-entron.de, import of open items by DATEV; swspedia.atlassian.net",
)
"""Open items, debit and credit in two columns. A credit without a number is money on account."""

LEXWARE_VOUCHERS = Source(
    "Lexware Office, list of vouchers",
    (
        SourceTable(
            "vouchers",
            _columns(
                id="id", reference="voucherNumber", customer=("contactId", "contactName"), issued="voucherDate",
                due="dueDate",
                amount="totalAmount", open="openAmount", currency="currency",
            ),
            rules=(
                RowRule("voucherStatus", ("draft", "unchecked"), skip="draft"),
                RowRule("voucherStatus", ("voided",), skip="void"),
                RowRule("voucherType", ("purchase*", "quotation", "order*", "delivery*"), skip="not_receivable"),
                *_kinds(
                    "voucherType",
                    invoice=("invoice", "salesinvoice", "downpaymentinvoice"),
                    credit_note=("creditnote", "salescreditnote"),
                ),
            ),
            rows="content[]",
        ),
    ),
    json=True,
    cite="docs.rs lexoffice, model voucherlist",
)  # fmt: skip
"""Vouchers of sales and purchase; the kind says the sign. Days are taken as they are written."""

FRESHBOOKS_INVOICES = Source(
    "FreshBooks, invoice details",
    (
        SourceTable(
            "lines",
            _columns(
                id="Invoice #", customer="Client Name", issued="Date Issued", due="Date Due", settled_on="Date Paid",
                amount="Line Total", currency="Currency",
            ),
            kind="invoice",
            rules=(
                RowRule("Invoice Status", ("draft",), skip="draft"),
                RowRule("Invoice Status", ("disputed",), note="disputed"),
                RowRule("Invoice Status", ("partial*",), note="history_lost"),
                RowRule("Invoice Status", ("paid", "auto-paid"), note="settled"),
            ),
            signed=True,
            repeats="sum",
            optional=("Date Due",),
        ),
    ),
    dates=(_ISO, "%m/%d/%Y"),
    cite="header line in public tests; states as the API has them",
)  # fmt: skip
"""A row a line, to be added up, two equal ones too. What was paid in part cannot be seen; what is paid has a date."""

ZOHO_BOOKS = Source(
    "Zoho Books, invoices and payments",
    (
        SourceTable(
            "Invoice",
            _columns(
                id="Invoice Number", key="Invoice ID", customer=("Customer ID", "Customer Name"),
                issued="Invoice Date",
                due="Due Date", amount="Total", open="Balance", currency="Currency Code",
            ),
            kind="invoice",
            rules=(
                RowRule("Invoice Status", ("Draft", "Pending*"), skip="draft"),
                RowRule("Invoice Status", ("Void",), skip="void"),
            ),
            repeats="once",
        ),
        SourceTable(
            "Customer_Payment",
            _columns(
                id=("CustomerPayment ID", "Payment Number"), customer=("Customer ID", "Customer Name"), issued="Date",
                amount="Amount", open="Unused Amount", currency="Currency Code", applied_to="Invoice Number",
                applied_amount="Amount Applied to Invoice", applied_on="Invoice Payment Applied Date",
            ),
            kind="payment",
            repeats="once",
        ),
        SourceTable(
            "Credit_Note",
            _columns(
                id="Credit Note Number", customer=("Customer ID", "Customer Name"), issued="Credit Note Date",
                amount="Total",
                open="Balance", currency="Currency Code",
            ),
            kind="credit_note",
            rules=(
                RowRule("Credit Note Status", ("Draft", "Pending*"), skip="draft"),
                RowRule("Credit Note Status", ("Void",), skip="void"),
            ),
            repeats="once",
        ),
    ),
    cite="headers in a public importer's tests; zoho.com kb on exports; the columns of credit notes are from memory",
)  # fmt: skip
"""Invoices with a row a line, payments with a row for each invoice; the totals repeat and count once."""

_CHARGEBEE = "[].invoice"

CHARGEBEE_INVOICES = Source(
    "Chargebee, invoices",
    (
        SourceTable(
            "invoices",
            _columns(
                id="invoice.id", customer="invoice.customer_id", issued="invoice.date", due="invoice.due_date",
                terms="invoice.net_term_days", amount="invoice.total", open="invoice.amount_due",
                settled_on="invoice.paid_at", currency="invoice.currency_code",
            ),
            kind="invoice",
            rules=(
                RowRule("invoice.status", ("voided",), skip="void"),
                RowRule("invoice.status", ("pending",), skip="draft"),
            ),
            rows="[]",
        ),
        SourceTable(
            "payments",
            _columns(
                id="txn_id", customer="^.customer_id", issued=("txn_date", "applied_at"), amount="applied_amount",
                currency="^.currency_code", applied_to="^.id", applied_amount="applied_amount",
                applied_on="applied_at",
            ),
            kind="payment",
            rules=(RowRule("txn_status", ("success",), skip="failed_payment", unless=True),),
            repeats="sum",
            rows=f"{_CHARGEBEE}.linked_payments[]",
        ),
        SourceTable(
            "credits",
            _columns(
                id="cn_id", customer="^.customer_id", issued=("cn_date", "applied_at"), amount="applied_amount",
                currency="^.currency_code", applied_to="^.id", applied_amount="applied_amount",
                applied_on="applied_at",
            ),
            kind="credit_note",
            repeats="sum",
            rows=f"{_CHARGEBEE}.applied_credits[]",
        ),
        SourceTable(
            "adjustments",
            _columns(
                id="cn_id", customer="^.customer_id", issued="cn_date", amount="cn_total", currency="^.currency_code",
                applied_to="^.id", applied_amount="cn_total",
            ),
            kind="credit_note",
            rules=(
                RowRule("cn_status", ("voided",), skip="void"),
                RowRule("cn_reason_code", ("write_off",), kind="write_off"),
            ),
            rows=f"{_CHARGEBEE}.adjustment_credit_notes[]",
        ),
    ),
    json=True,
    dates=("unix", _ISO),
    unit="minor",
    cite="chargebee npm types, Invoice.d.ts; rubydoc LinkedPayment, AppliedCredit, AdjustmentCreditNote",
)  # fmt: skip
"""Invoices with the payments, credits and adjustments put to them, in the smallest unit.

Of a payment that also went elsewhere only what the file names is known.
"""

DBT_QUICKBOOKS = Source(
    "dbt, quickbooks__ap_ar_enhanced",
    (
        SourceTable(
            "ap_ar",
            _columns(
                id="transaction_id", reference="doc_number", customer="customer_vendor_name", due="due_date",
                issued="stg_quickbooks__invoice.transaction_date", amount="total_amount", open="current_balance",
                currency=("stg_quickbooks__invoice.currency_id", "currency_id"),
            ),
            kind="invoice",
            rules=(RowRule("transaction_with", ("customer",), skip="not_receivable", unless=True),),
            join=(("stg_quickbooks__invoice", "transaction_id", "invoice_id"),),
            optional=("currency_id",),
        ),
        SourceTable("stg_quickbooks__invoice", (("id", ("invoice_id",)),), kind="lookup"),
    ),
    cite="fivetran/dbt_quickbooks models/quickbooks__ap_ar_enhanced.sql",
)  # fmt: skip
"""Customers and vendors in one table; days and currencies are in ``stg_quickbooks__invoice``.

Do not go by ``is_overdue``: it compares the last payment with the due date, and is false for what nobody has paid.
"""

EN16931_INVOICES = Source(
    "Electronic invoices, EN 16931",
    (
        SourceTable(
            "invoices",
            _columns(
                id="BT-1", customer=("BT-46", "BT-44"), issued="BT-2", due="BT-9", terms="BT-20", amount="BT-112",
                rounding="BT-114",
                open="BT-115",
                currency="BT-5", reference="BT-83", applied_to="BT-25",
            ),
            rules=(
                RowRule("BT-6", ("?*",), note="tax_currency"),
                RowRule("BT-3", ("381", "396", "261"), kind="credit_note"),
                RowRule("BT-3", ("380", "384", "326", "386", "389", "383", "393"), kind="invoice"),
            ),
            kind="invoice",
            at_issue=True,
            rows="[]",
        ),
    ),
    json=True,
    dates=(_ISO, "%Y%m%d"),
    cite="EN 16931 terms as Peppol BIS Billing 3 has them; XRechnung BR-DE-18 for cash discounts",
)  # fmt: skip
"""What was sent, business terms as keys. What is due is that of the day of issue; credit notes name their invoice."""

EXPORTS: Mapping[str, Source] = MappingProxyType(
    {
        "quickbooks_online.ar_aging_detail": QUICKBOOKS_AR_AGING_DETAIL,
        "quickbooks_online.ar_aging_detail_foreign": QUICKBOOKS_AR_AGING_DETAIL_FOREIGN,
        "quickbooks_online.invoice_list": QUICKBOOKS_INVOICE_LIST,
        "quickbooks_online.api": QUICKBOOKS_API,
        "xero.sales_invoices_csv": XERO_SALES_INVOICES,
        "xero.aged_receivables_detail": XERO_AGED_RECEIVABLES,
        "xero.api": XERO_API,
        "sage_50.audit_header": SAGE_50_AUDIT_HEADER,
        "sage_intacct.arinvoice": SAGE_INTACCT_INVOICES,
        "odoo.account_move_line": ODOO_MOVE_LINES,
        "erpnext.accounts_receivable": ERPNEXT_RECEIVABLE,
        "sap_fi.bsid_bsad": SAP_BSID,
        "sap_fi.fbl5n": SAP_FBL5N,
        "dynamics_bc.cust_ledger_entry": BUSINESS_CENTRAL_ENTRIES,
        "dynamics_fno.custtrans": DYNAMICS_FO_CUSTTRANS,
        "netsuite.transaction_search": NETSUITE_TRANSACTIONS,
        "stripe.api": STRIPE_API,
        "datev.opos": DATEV_OPEN_ITEMS,
        "lexware_office.voucherlist": LEXWARE_VOUCHERS,
        "freshbooks": FRESHBOOKS_INVOICES,
        "zoho_books": ZOHO_BOOKS,
        "chargebee": CHARGEBEE_INVOICES,
        "dbt": DBT_QUICKBOOKS,
        "einvoice_en16931": EN16931_INVOICES,
    }
)
"""The sources by system and kind of export."""
