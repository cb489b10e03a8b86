"""Law as data: the clocks of `policies/law`, the holidays they skip, and the day on which each is due."""

from model.law.count import Clock, clock
from model.law.rule import Holidays, Law, Rule
from model.law.shipped import LAW_FOLDER, load_law

__all__ = ["LAW_FOLDER", "Clock", "Holidays", "Law", "Rule", "clock", "load_law"]
