"""Law as data: the clocks of `policies/law`, the holidays they skip, and the day on which each is due."""

from model.law.count import Clock, as_row, clock
from model.law.requests import LETTERS, Covers, Exemption, Extension, Letter, LetterKind, RequestLaw
from model.law.rule import Holidays, Rule
from model.law.shipped import LAW_FOLDER, load_law
from model.law.whole import Law

__all__ = [
    "LAW_FOLDER",
    "LETTERS",
    "Clock",
    "Covers",
    "Exemption",
    "Extension",
    "Holidays",
    "Law",
    "Letter",
    "LetterKind",
    "RequestLaw",
    "Rule",
    "as_row",
    "clock",
    "load_law",
]
