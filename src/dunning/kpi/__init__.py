"""Receivables KPIs: one name, one formula, and a reason where there is no figure.

Every function takes plain numbers (exact: ints and Decimals) and gives a `Kpi`: the value, its unit, the formula, the
inputs, and flags that come with the value. Where a figure cannot be computed its value is None and `reason` says why;
it is never 0, infinity or NaN. A wrong call (a period of no days, a part larger than its whole) raises. Shares are
fractions: 0.05 is 5 %. Arithmetic is exact, with one rounding to 28 digits at the end. `KPIS` has the definition of
each; it also stands in its docstring and in the table of the docs.

`scorecard` works the KPIs out from the facts of a ledger for a period, `trend` for successive ones, and `dso_change`
says why DSO changed between two.
"""

from __future__ import annotations

__all__ = [
    "FAMILIES",
    "KPIS",
    "Definition",
    "DsoChange",
    "Kpi",
    "PromiseOutcomes",
    "RollForward",
    "Scorecard",
    "Trend",
    "allowance_closing",
    "allowance_expense",
    "allowance_from_receivables",
    "ar_turnover",
    "average_billing_lag",
    "average_days_delinquent",
    "average_days_late",
    "average_days_to_pay",
    "average_dispute_resolution_days",
    "bad_debt_expense_from_sales",
    "bad_debt_to_sales",
    "best_possible_dso",
    "bucket_dso",
    "bucket_dso_excluded",
    "cash_conversion_cycle",
    "cash_target_attainment",
    "cash_target_variance",
    "collection_effectiveness_index",
    "collection_rate",
    "collector_productivity",
    "contact_rate",
    "cost_per_collection",
    "cost_to_collect",
    "credit_hold_rate",
    "credit_memo_rate",
    "cure_rate",
    "days_beyond_terms",
    "days_beyond_terms_dates",
    "days_beyond_terms_totals",
    "days_beyond_terms_unweighted",
    "deduction_days_outstanding",
    "delinquent_accounts_dso",
    "delinquent_dso",
    "dispute_rate",
    "dso_average",
    "dso_average_snapshots",
    "dso_change",
    "dso_countback",
    "dso_countback_unexplained",
    "dso_rolling",
    "dso_simple",
    "effective_customers",
    "gini",
    "herfindahl",
    "invoice_accuracy",
    "loss_variance",
    "payment_index",
    "payment_index_score",
    "percent_current",
    "percent_over_90",
    "percent_past_due",
    "promise_kept_rate",
    "promise_kept_rate_amount",
    "promise_outcomes",
    "promise_to_pay_rate",
    "receivables_from_collection_period",
    "recovery_rate",
    "right_party_contact_rate",
    "roll_rate",
    "rolling_window_days",
    "sales_weighted_dso",
    "scorecard",
    "single_period_bucket_dso",
    "stage_effectiveness",
    "top_n_share",
    "trend",
    "true_dso",
    "weighted_average_days_late",
    "weighted_average_days_past_due",
    "weighted_average_days_to_pay",
    "weighted_average_terms",
    "weighted_collection_period",
    "write_off_rate",
]

from typing import TYPE_CHECKING

from dunning._base.faces import lazy

if TYPE_CHECKING:
    from dunning.kpi.behaviour import (
        average_billing_lag,
        average_days_late,
        average_days_to_pay,
        days_beyond_terms,
        days_beyond_terms_dates,
        days_beyond_terms_totals,
        days_beyond_terms_unweighted,
        payment_index,
        payment_index_score,
        weighted_average_days_late,
        weighted_average_days_past_due,
        weighted_average_days_to_pay,
    )
    from dunning.kpi.catalogue import KPIS
    from dunning.kpi.concentration import effective_customers, gini, herfindahl, top_n_share
    from dunning.kpi.cycles import (
        ar_turnover,
        cash_conversion_cycle,
        receivables_from_collection_period,
        rolling_window_days,
        weighted_average_terms,
        weighted_collection_period,
    )
    from dunning.kpi.dso import (
        average_days_delinquent,
        best_possible_dso,
        bucket_dso,
        bucket_dso_excluded,
        delinquent_accounts_dso,
        delinquent_dso,
        dso_average,
        dso_average_snapshots,
        dso_countback,
        dso_countback_unexplained,
        dso_rolling,
        dso_simple,
        sales_weighted_dso,
        single_period_bucket_dso,
        true_dso,
    )
    from dunning.kpi.formula import FAMILIES, Definition, Kpi
    from dunning.kpi.promises import PromiseOutcomes, promise_outcomes
    from dunning.kpi.quality import (
        allowance_closing,
        allowance_expense,
        allowance_from_receivables,
        bad_debt_expense_from_sales,
        bad_debt_to_sales,
        collection_effectiveness_index,
        collection_rate,
        cure_rate,
        loss_variance,
        percent_current,
        percent_over_90,
        percent_past_due,
        recovery_rate,
        roll_rate,
        write_off_rate,
    )
    from dunning.kpi.scorecards import RollForward, Scorecard, scorecard
    from dunning.kpi.trends import DsoChange, Trend, dso_change, trend
    from dunning.kpi.work import (
        average_dispute_resolution_days,
        cash_target_attainment,
        cash_target_variance,
        collector_productivity,
        contact_rate,
        cost_per_collection,
        cost_to_collect,
        credit_hold_rate,
        credit_memo_rate,
        deduction_days_outstanding,
        dispute_rate,
        invoice_accuracy,
        promise_kept_rate,
        promise_kept_rate_amount,
        promise_to_pay_rate,
        right_party_contact_rate,
        stage_effectiveness,
    )

_FILES = {
    "behaviour": (
        "average_billing_lag average_days_late average_days_to_pay days_beyond_terms days_beyond_terms_dates "
        "days_beyond_terms_totals days_beyond_terms_unweighted payment_index payment_index_score "
        "weighted_average_days_late weighted_average_days_past_due weighted_average_days_to_pay"
    ),
    "concentration": "effective_customers gini herfindahl top_n_share",
    "cycles": (
        "ar_turnover cash_conversion_cycle receivables_from_collection_period rolling_window_days "
        "weighted_average_terms weighted_collection_period"
    ),
    "dso": (
        "average_days_delinquent best_possible_dso bucket_dso bucket_dso_excluded delinquent_accounts_dso "
        "delinquent_dso dso_average dso_average_snapshots dso_countback dso_countback_unexplained dso_rolling "
        "dso_simple sales_weighted_dso single_period_bucket_dso true_dso"
    ),
    "catalogue": "KPIS",
    "formula": "FAMILIES Definition Kpi",
    "promises": "PromiseOutcomes promise_outcomes",
    "quality": (
        "allowance_closing allowance_expense allowance_from_receivables bad_debt_expense_from_sales bad_debt_to_sales "
        "collection_effectiveness_index collection_rate cure_rate loss_variance percent_current percent_over_90 "
        "percent_past_due recovery_rate roll_rate write_off_rate"
    ),
    "scorecards": "RollForward Scorecard scorecard",
    "trends": "DsoChange Trend dso_change trend",
    "work": (
        "average_dispute_resolution_days cash_target_attainment cash_target_variance collector_productivity "
        "contact_rate cost_per_collection cost_to_collect credit_hold_rate credit_memo_rate "
        "deduction_days_outstanding dispute_rate invoice_accuracy promise_kept_rate promise_kept_rate_amount "
        "promise_to_pay_rate right_party_contact_rate stage_effectiveness"
    ),
}

__getattr__, __dir__ = lazy(__name__, _FILES)
