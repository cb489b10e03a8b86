"""`python -m bench.sigma`: what 38 Sigma rules add to the judge's cost of an event, on a simulated district.

The rules have the forms and the mix of the public ones for our sources: Windows logons and accounts, Okta, Duo,
Entra ID, Google Workspace, and proxy rules with lists of user agents, parts of addresses and endings. Seconds are CPU
seconds of this process, each figure the least of several passes that take turns.
"""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bench.district import District
from model.batch import Batch, Fact
from model.codec import join_lines, split_lines
from model.policy import Policy, load_pack, shipped_pack
from streams.engine.engine import Engine

PASSES = 3
_TOGETHER = 100  # batches between two rounds of judgment, as a worker that is behind takes them
_WINDOWS = ("4625", "4624", "4720", "4726", "4732", "4776", "4771", "4738", "4740")
_OKTA = ("mfa.factor.deactivate", "account.lock", "session.start", "privilege.grant", "api_token.create")
_ENTRA = (
    *("Add member to role", "Delete user", "Disable account", "Add app role assignment", "Consent to application"),
    *("Update application", "Reset password", "Add owner to application", "Invite external user"),
)
_GOOGLE = ("CREATE_ROLE", "ASSIGN_ROLE", "DELETE_APPLICATION", "GRANT_ADMIN_PRIVILEGE", "DOWNGRADE_MFA", "TRANSFER")
_AGENTS = tuple(f"{word}/{n}." for word in ("curl", "python-requests", "Go-http-client", "Wget") for n in range(1, 16))
_PARTS = tuple(f"/{word}{n}.php?" for word in ("gate", "panel", "upload", "shell") for n in range(10))
_ENDINGS = tuple(f".{word}" for word in ("zip", "mov", "top", "xyz", "icu", "gq", "tk", "ml", "cf", "ga"))


def rules() -> list[str]:
    """38 rules as YAML."""
    windows = [("windows, service: security", f"{{EventID: {code}, LogonType: 9}}") for code in _WINDOWS]
    okta = [("okta, service: okta", f"{{eventType|contains: {name}}}") for name in _OKTA[:2]]
    okta += [("okta, service: okta", f"{{eventType: user.{name}}}") for name in _OKTA]
    duo = [("cisco, service: duo", f"{{action: {name}}}") for name in ("bypass_create", "admin_login_error")]
    entra = [("azure, service: auditlogs", f"{{properties.message: {name}}}") for name in _ENTRA]
    entra += [("azure, service: signinlogs", f"{{riskLevel: {name}}}") for name in ("high", "medium")]
    google = [("gcp, service: google_workspace.admin", f"{{eventName: {name}}}") for name in _GOOGLE]
    found = [_rule(f"{{product: {logs}}}", asked) for logs, asked in (*windows, *okta, *duo, *entra, *google)]
    proxy = [f"{{c-useragent|startswith: {list(_AGENTS)}}}", f"{{c-uri|contains: {list(_PARTS)}}}"]
    proxy += [f"{{cs-host|endswith: {list(_ENDINGS)}}}"]
    return [*found, *(_rule("{category: proxy}", asked) for asked in proxy)]


def _rule(logs: str, asked: str) -> str:
    return f"title: A rule\nlogsource: {logs}\ndetection: {{s: {asked}, condition: s}}\n"


def judging(batches: list[Batch]) -> float:
    """CPU seconds in which the events of one pass are taken in; tables and judgment are not counted."""
    engine, spent = Engine(batches[0].district), 0.0
    for n, batch in enumerate(batches, 1):
        began = time.process_time()
        engine.observe(batch)
        spent += time.process_time() - began if batch.kind == "events" else 0
        if n % _TOGETHER == 0 or n == len(batches):
            engine.judge()
            engine.take()
    return spent


def _batches(district: District, files: dict[str, bytes]) -> list[Batch]:
    """The district's batches, its policy with these rules."""
    policy = load_pack({**(shipped_pack("union-ok") or {}), **files})
    if not isinstance(policy, Policy):
        raise TypeError([str(mistake) for mistake in policy])
    pack = msgspec.json.encode(Fact(table="policy", key=policy.id, row={"pack": policy.model_dump_json()}))
    return [_with_pack(batch, pack) if batch.kind == "reference" else batch for batch in district.batches]


def _with_pack(batch: Batch, pack: bytes) -> Batch:
    lines = [pack if b'"table":"policy"' in line else line for line in split_lines(batch.body)]
    return msgspec.structs.replace(batch, body=join_lines(lines))


def main() -> None:
    """Print µs per event without rules, with them, and for each kind of rule alone."""
    with TemporaryDirectory() as folder:
        district = District(Path(folder) / "d", people=100, days=1, requests=6)
        district.make()
        plain = _batches(district, {})
        ruled = _batches(district, {f"policy/sigma/rule{n}.yml": text.encode() for n, text in enumerate(rules())})
        rounds = [(judging(plain), judging(ruled)) for _ in range(PASSES)]
        least = [min(one) / district.count * 1e6 for one in zip(*rounds, strict=True)]
    told = f"{len(rules())} rules, {district.count:,} events: {least[0]:.1f} µs/event without, {least[1]:.1f} with"
    print(f"{told}: {(least[1] - least[0]):.1f} µs/event for the rules")


if __name__ == "__main__":
    main()
