"""Whose account a record names: the district's own by its plain name, any other by its name and realm.

Everything that follows (presence, sessions, detections, cohorts) knows an account by this one name, so that
`tbell@gmail.com` and a computer's local `tbell` are never the district's `tbell`.
"""

from model.realms import Realms
from model.reference import Reference, qualified, realm_name
from streams.seen import Seen

_CHECKED_HERE = "4776"  # Windows: this computer checked the password, in a record that names no domain
MOST = 100_000  # names kept; beyond that they are worked out anew


class Naming:
    """Answers by realm, account and the machines of the record; an answer is kept until the district changes."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._realms = Realms()
        self._names: dict[tuple[str | None, ...], str] = {}

    def realms_changed(self, realms: Realms) -> None:
        """Take the realms that the district's fact tells."""
        self._realms = realms
        self._names.clear()

    def reference_changed(self) -> None:
        """Forget every answer."""
        self._names.clear()

    def name(self, seen: Seen) -> str | None:
        """The name under which the record's account is known; one that the client only claims is known by no other's.

        A refused sign-in keeps its name: it tells which opening of a tunnel came to nothing.
        """
        if seen.account is None:
            return None
        if seen.account_basis == "claimed" and seen.action != "account.authenticated":
            return f"?{seen.account}"
        if seen.account_domain is None:
            return self._local(seen, seen.account) if seen.vendor_code == _CHECKED_HERE else seen.account
        key = (seen.account, seen.account_domain, seen.reporter, seen.device, seen.category)
        found = self._names.get(key)
        if found is None:
            if len(self._names) >= MOST:
                self._names.clear()
            found = self._names[key] = self._work_out(seen, seen.account, seen.account_domain)
        return found

    def give(self, seen: Seen) -> None:
        """Put these names in place of the record's: of who acted, and of the account acted upon."""
        seen.account = self.name(seen)
        if seen.target_account and seen.target_domain:
            seen.target_account = self._work_out(seen, seen.target_account, seen.target_domain)

    def _work_out(self, seen: Seen, account: str, domain: str) -> str:
        realm = realm_name(domain)
        if realm and self._is_a_known_machine(realm, seen.at):
            return qualified(account, realm)
        return self._realms.name_of(account, domain, seen.category, seen.reporter, seen.device)

    def _local(self, seen: Seen, account: str) -> str:
        """A computer that people sit at checks the passwords of its own accounts alone; controllers are servers."""
        machine = self._reference.device_named(seen.reporter, seen.at) if seen.reporter else None
        if machine is None or machine.device_class == "server" or not seen.reporter:
            return account
        return qualified(account, seen.reporter.split(".")[0].lower())

    def _is_a_known_machine(self, realm: str, at: int) -> bool:
        """Whether the realm that nobody declared is the name of a machine that the district knows."""
        guessed = "." not in realm and realm not in (self._realms.names or ())
        return guessed and self._reference.device_named(realm, at) is not None
