"""ISO 4217 as data: currency codes, the decimals of their minor units, when they came and went.

Codes and decimals are those of list one, the edition published on 1 January 2026. ISO gives no dates: the days on which
a code came or went since 1999 are those of Unicode CLDR, as Babel 2.18 ships it (legal tender, as far as it is known).
Of a code that went, the decimals are those it had last; where the euro came, the last day is the end of its circulation
in cash, but for the lev, which ended with the year 2025.
"""

from __future__ import annotations

from datetime import date

EDITION = date(2026, 1, 1)
"""The edition of list one: the day on which it was published."""

DECIMALS: dict[int, str] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
        "CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL "
        "HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU "
        "MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR "
        "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED "
        "VES WST XAD XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""The codes in force, by the decimals of their minor unit."""

NO_DECIMALS = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"
"""Codes without a minor unit: metals, funds, tests. Nothing is billed in them."""

CAME: dict[str, date] = {
    "AFN": date(2002, 10, 7),
    "AOA": date(1999, 12, 13),
    "AZN": date(2006, 1, 1),
    "BYN": date(2016, 7, 1),
    "EUR": date(1999, 1, 1),
    "GHS": date(2007, 7, 3),
    "MRU": date(2018, 1, 1),
    "MZN": date(2006, 7, 1),
    "RON": date(2005, 7, 1),
    "RSD": date(2006, 10, 25),
    "RUB": date(1999, 1, 1),
    "SDG": date(2007, 1, 10),
    "SLE": date(2022, 7, 1),
    "SRD": date(2004, 1, 1),
    "SSP": date(2011, 7, 18),
    "STN": date(2018, 1, 1),
    "TJS": date(2000, 10, 26),
    "TMT": date(2009, 1, 1),
    "TRY": date(2005, 1, 1),
    "VES": date(2018, 8, 20),
    "XCG": date(2025, 3, 31),
    "ZMW": date(2013, 1, 1),
    "ZWG": date(2024, 6, 25),
}
"""The first day of the codes that came since 1999."""

WENT: dict[str, tuple[int, date | None, date]] = {
    # code: (decimals, first day if since 1999, last day)
    "ADP": (0, None, date(2001, 12, 31)),
    "AFA": (2, None, date(2002, 12, 31)),
    "ANG": (2, None, date(2025, 6, 30)),
    "AON": (2, None, date(2000, 2, 1)),
    "ATS": (2, None, date(2002, 2, 28)),
    "AZM": (2, None, date(2006, 12, 31)),
    "BEF": (0, None, date(2002, 2, 28)),
    "BGL": (2, None, date(1999, 7, 5)),
    "BGN": (2, date(1999, 7, 5), date(2025, 12, 31)),
    "BYB": (0, None, date(2000, 12, 31)),
    "BYR": (0, date(2000, 1, 1), date(2017, 1, 1)),
    "CSD": (2, date(2002, 5, 15), date(2006, 10, 25)),
    "CUC": (2, None, date(2021, 1, 1)),
    "CYP": (2, None, date(2008, 1, 31)),
    "DEM": (2, None, date(2002, 5, 15)),
    "ECS": (2, None, date(2000, 10, 2)),
    "EEK": (2, None, date(2010, 12, 31)),
    "ESP": (0, None, date(2002, 2, 28)),
    "FIM": (2, None, date(2002, 2, 28)),
    "FRF": (2, None, date(2002, 2, 17)),
    "GHC": (2, None, date(2007, 12, 31)),
    "GRD": (0, None, date(2002, 2, 28)),
    "HRK": (2, None, date(2023, 1, 14)),
    "IEP": (2, None, date(2002, 2, 9)),
    "ITL": (0, None, date(2002, 2, 28)),
    "LTL": (2, None, date(2014, 12, 31)),
    "LUF": (0, None, date(2002, 2, 28)),
    "LVL": (2, None, date(2013, 12, 31)),
    "MGF": (0, None, date(2004, 12, 31)),
    "MRO": (2, None, date(2018, 6, 30)),
    "MTL": (2, None, date(2008, 1, 31)),
    "MZM": (2, None, date(2006, 12, 31)),
    "NLG": (2, None, date(2002, 2, 28)),
    "PTE": (0, None, date(2002, 2, 28)),
    "ROL": (2, None, date(2006, 12, 31)),
    "SDD": (2, None, date(2007, 6, 30)),
    "SIT": (2, None, date(2007, 1, 14)),
    "SKK": (2, None, date(2009, 1, 1)),
    "SLL": (2, None, date(2023, 12, 31)),
    "SRG": (2, None, date(2003, 12, 31)),
    "STD": (2, None, date(2017, 12, 31)),
    "TJR": (0, None, date(2000, 10, 25)),
    "TMM": (2, None, date(2009, 1, 1)),
    "TRL": (0, None, date(2005, 12, 31)),
    "VEB": (2, None, date(2008, 6, 30)),
    "VEF": (2, date(2008, 1, 1), date(2018, 8, 20)),
    "YUM": (2, None, date(2002, 5, 15)),
    "ZMK": (2, None, date(2013, 1, 1)),
    "ZWD": (2, None, date(2008, 8, 1)),
    "ZWL": (2, date(2009, 2, 2), date(2024, 8, 31)),
    "ZWR": (2, date(2008, 8, 1), date(2009, 2, 2)),
}
"""The codes that went since 1999."""
