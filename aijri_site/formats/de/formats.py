"""German. Numbers are written as in English: a score is quoted the same in every language (ADR 0023)."""

DATE_FORMAT = "j. F Y"
SHORT_DATE_FORMAT = "j. M Y"
DATETIME_FORMAT = "j. F Y, H:i T"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
