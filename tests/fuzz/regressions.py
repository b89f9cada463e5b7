"""Texts that once broke the claim, each as short as it could be made."""

from __future__ import annotations

from tests.documents.specimen import specimen_text

SPECIMEN_TEXT = specimen_text()
REGRESSIONS = (
    # A line of the score without any number was taken for one that follows from the raw.
    SPECIMEN_TEXT.replace("JobZone Score: (4.4361 - 0.54) / 7.93 x 100 = 49.1/100", "JobZone Score: high"),
    # A run of digits in the line of the split took the square of its length.
    SPECIMEN_TEXT.replace("split: 37.5%", f"split: {'9' * 60_000} 37.5%"),
    # A number of very many decimals was rounded to all of them.
    SPECIMEN_TEXT.replace("= 4.4361", f"= 4.{'4' * 100_000}"),
)
