"""No product lets a name of another realm, or one that only looks alike, pass for an account of the district.

The samples of every product are read again with another name where the account stood.
"""

import re
from collections.abc import Iterator

import pytest

from model.event import Event
from model.realms import Realms
from model.reference import realm_name
from producers.product import Context, Product, Refusal
from tests.producers.test_products import SAMPLES, _sample

OTHERS = (
    "{a}@evil.example", "{a}@", "EVIL\\{a}", "EVIL\\MAPLE\\{a}", "MAPLE\\EVIL\\{a}", "\\\\EVIL\\{a}",
    "evil.example/{a}",
    "{a}%maple.example@evil.example", "{a}@maple.example@evil.example", "{a}@maple.example.evil.example", "LAB-7\\{a}",
    "{a}_maple.example#EXT#@evil.example", "{a}@students.maple.example", ".\\{a}", "AzureAD\\{a}", "{a}.", "{a}/",
    "{a}\u00a0", "\u00a0{a}", "{a}\u2003", "{a}\u200b", "{wide}", "{alike}", "{cyrillic}", "host/{a}", "x {a}", "{a} x",
)  # fmt: skip
REALMS = ("evil.example", "x.{d}", "x{d}", "{d}.evil.example", "{d}\u00a0", "LAB-7", "{d}..x")
OURS = ("{A}", "{a}@maple.example", "{A}@MAPLE.EXAMPLE", "MAPLE\\{a}")
HOME = frozenset({"maple.example", "maple"})
NAMES_ARE_MAIL = {"entra_id", "google_workspace", "intune", "okta", "zscaler"}  # their realm stands in the record
Sample = tuple[Product, str, Context, str, str | None]


def told(product: Product, text: str, context: Context) -> list[Event]:
    """The events of a record that give an account which somebody vouches for."""
    found = product.parse(text.encode(), context)
    events = [] if isinstance(found, Refusal) else found
    return [one for one in events if one.account and one.account_basis in ("authenticated", "observed")]


def samples(name: str) -> Iterator[Sample]:
    """Records of the product in which the account stands as it is read; at most twelve, of as many kinds."""
    kinds = set()
    for path in SAMPLES[name]:
        product, _, record, context = _sample(path)
        text = record.decode("utf-8", "replace")
        for event in told(product, text, context):
            account = event.account or ""
            kind = (event.action, event.vendor_code, event.account_domain)
            if kind not in kinds and len(kinds) < 12 and not account.endswith("$") and place(account).search(text):
                kinds.add(kind)
                yield product, text, context, account, event.account_domain


def place(account: str) -> re.Pattern[str]:
    """Where an account stands, and no longer name."""
    return re.compile(rf"(?<![\w.$-]){re.escape(account)}(?![\w$-])", re.I)


def spelled(form: str, account: str) -> str:
    alike = account.replace("k", "\u212a") if "k" in account else account.replace("s", "\u017f")
    cyrillic = account.replace("a", "\u0430").replace("e", "\u0435").replace("o", "\u043e")
    wide = chr(ord(account[0]) + 0xFEE0) + account[1:]
    return form.format(a=account, A=account.upper(), alike=alike, cyrillic=cyrillic, wide=wide)


def theirs(sample: Sample, text: str) -> list[Event]:
    """The events of the changed record that name the account of the sample as the district's."""
    product, _, context, account, domain = sample
    realms = Realms(HOME | ({realm} if (realm := realm_name(domain)) else set()), declared=True)
    return [
        one
        for one in told(product, text, context)
        if realms.name_of(one.account or "", one.account_domain, one.category, one.reporter, one.device) == account
    ]


def written(product: str, name: str) -> str:
    """A name as the product writes it: where values stand in quotes, a backslash is doubled."""
    doubled = {
        "checkpoint",
        "duo",
        "entra_id",
        "google_workspace",
        "iboss",
        "intune",
        "onelogin",
        "jamf",
        "juniper_srx",
        "okta",
        "sonicwall",
    }
    return name.replace("\\", "\\\\") if product in doubled | {"sophos", "windows_security", "zscaler"} else name


PRODUCTS = sorted(name for name in SAMPLES if any(samples(name)))


def changed(sample: Sample, form: str) -> str:
    name = written(sample[0].name, spelled(form, sample[3]))
    return place(sample[3]).sub(lambda _: name, sample[1])


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_name_of_another_realm_or_that_looks_alike_is_not_the_districts(name: str) -> None:
    for sample in samples(name):
        for form in OTHERS:
            if spelled(form, sample[3]) != sample[3]:
                assert not theirs(sample, changed(sample, form)), (form, sample[1])


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_realm_that_is_almost_the_districts_is_not_the_districts(name: str) -> None:
    for sample in samples(name):
        realm = sample[4] or ""
        for form in REALMS if "." in realm else ():
            text = re.sub(re.escape(realm), form.format(d=realm), sample[1], flags=re.I)
            assert text == sample[1] or not theirs(sample, text), (form, text)


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_districts_own_realm_in_any_case_is_read(name: str) -> None:
    """Else the two tests above could not fail."""
    forms = OURS[:1] if name in NAMES_ARE_MAIL else OURS
    read = {form for sample in samples(name) for form in forms if theirs(sample, changed(sample, form))}
    assert read == set(forms)
