"""Forecast: what will come in, when, and what will not.

*Payment curves* (Kaplan-Meier) say how soon after the due date a group of customers pays, *expected cash* puts them on
what is open, week by week, and `backtest` tells how such forecasts would have done. *Roll rates* and the *Markov chain*
follow open amounts from bucket to bucket until they are paid or lost; an *allowance* puts loss rates on an aging
report; *payment patterns* say what share of a month's sales is open so many months later. Arithmetic is exact,
rounded once to 28 digits; curves and bands are worked out with 50. What cannot be said has a reason (`Undefined`), and
what cannot be is refused (`InvalidValue`).
"""

from __future__ import annotations

__all__ = [
    "AccountAge",
    "Allowance",
    "AllowanceRow",
    "Backtest",
    "Calibration",
    "CashForecast",
    "CashWeek",
    "LossForecast",
    "MarkovChain",
    "MigrationShares",
    "Observation",
    "PaymentCurve",
    "PaymentCurves",
    "ReceivablesVariance",
    "Rolls",
    "Score",
    "SteadyState",
    "Trial",
    "UncollectedBalances",
    "account_age_oldest",
    "allowance",
    "allowance_by_aging",
    "allowance_from_history",
    "allowance_rates_from_history",
    "backtest",
    "balance_fractions_from_proportions",
    "expected_cash",
    "implied_roll_rates",
    "kaplan_meier",
    "loss_factors_from_rolls",
    "loss_forecast",
    "migration_matrix",
    "migration_shares",
    "observations",
    "payment_curves",
    "payment_pattern_collections",
    "payment_pattern_receivables",
    "payment_pattern_spread",
    "receivables_variance",
    "rolls",
    "uncollected_balances_schedule",
]

from typing import TYPE_CHECKING

from dunning._base.faces import lazy

if TYPE_CHECKING:
    from dunning.forecast.allowances import (
        Allowance,
        AllowanceRow,
        allowance,
        allowance_by_aging,
        allowance_from_history,
    )
    from dunning.forecast.backtests import Backtest, Calibration, Score, Trial, backtest
    from dunning.forecast.cash import CashForecast, CashWeek, expected_cash
    from dunning.forecast.curves import (
        Observation,
        PaymentCurve,
        PaymentCurves,
        kaplan_meier,
        observations,
        payment_curves,
    )
    from dunning.forecast.markov import MarkovChain, SteadyState
    from dunning.forecast.pattern import (
        ReceivablesVariance,
        UncollectedBalances,
        balance_fractions_from_proportions,
        payment_pattern_collections,
        payment_pattern_receivables,
        payment_pattern_spread,
        receivables_variance,
        uncollected_balances_schedule,
    )
    from dunning.forecast.roll_rates import Rolls, rolls
    from dunning.forecast.textbook import (
        AccountAge,
        LossForecast,
        MigrationShares,
        account_age_oldest,
        allowance_rates_from_history,
        implied_roll_rates,
        loss_factors_from_rolls,
        loss_forecast,
        migration_matrix,
        migration_shares,
    )

_FILES = {
    "allowances": "Allowance AllowanceRow allowance allowance_by_aging allowance_from_history",
    "backtests": "Backtest Calibration Score Trial backtest",
    "cash": "CashForecast CashWeek expected_cash",
    "curves": "Observation PaymentCurve PaymentCurves kaplan_meier observations payment_curves",
    "markov": "MarkovChain SteadyState",
    "pattern": (
        "ReceivablesVariance UncollectedBalances balance_fractions_from_proportions payment_pattern_collections "
        "payment_pattern_receivables payment_pattern_spread receivables_variance uncollected_balances_schedule"
    ),
    "roll_rates": "Rolls rolls",
    "textbook": (
        "AccountAge LossForecast MigrationShares account_age_oldest "
        "allowance_rates_from_history implied_roll_rates loss_factors_from_rolls loss_forecast migration_matrix "
        "migration_shares"
    ),
}

__getattr__, __dir__ = lazy(__name__, _FILES)
