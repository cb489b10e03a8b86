"""The district's policy as the program obeys it: frozen, whole, and with every mistake of a pack named at once."""

from model.mistake import Mistake
from model.policy.pack import SHIPPED, load_pack, shipped_pack
from model.policy.parameters import FilterParameters, SharedAccountParameters, VendorParameters
from model.policy.rules import ApprovalRule, ClauseText, DetectionRule, Detections, Exemptions, Hours
from model.policy.whole import Policy
from model.vocabulary import ApprovalKind

__all__ = [
    "SHIPPED",
    "ApprovalKind",
    "ApprovalRule",
    "ClauseText",
    "DetectionRule",
    "Detections",
    "Exemptions",
    "FilterParameters",
    "Hours",
    "Mistake",
    "Policy",
    "SharedAccountParameters",
    "VendorParameters",
    "load_pack",
    "shipped_pack",
]
