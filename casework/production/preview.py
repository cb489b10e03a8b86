"""What would be released of a few rows, before anything is produced: the same cells, by the same rules."""

import secrets
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path

from casework.production.cells import Cells
from casework.production.of_request import asked_of, codes_of, rulings_of
from casework.production.produce import Data, Workshop
from casework.production.production import Produced, Production, Rows
from casework.requests.ordinals import ordinal_of
from casework.requests.request import Request
from model.event import Event
from model.law import load_law
from model.mark import made_once
from producers.catalog import PRODUCTS
from storage.client import Store
from storage.queries.history import reference
from storage.queries.responsive import stream

MOST = 20_000  # rows of a request that are read through for a preview; a production has no such bound


def preview(store: Store, home: Path, request: Request, events: Iterable[Event]) -> list[Produced]:
    """What becomes of each of these rows; words for people are those of the production, numbers of rows are not.

    Raises `NotOneStudent`, Unavailable, OSError.
    """
    asked = asked_of(request, ordinal_of(store, request))
    codes = codes_of(load_law().requests[request.law], date.fromisoformat(request.received))
    rulings = rulings_of(request)
    data = Data(partial(stream, store, request.district, request.criteria), partial(reference, store, request.district))
    key = made_once(home / "requests" / "pseudonyms.key", secrets.token_bytes(32))
    shop = Workshop(asked, rulings, codes, data, key)
    released = frozenset(name for name, one in rulings.columns.items() if one.action == "release")
    cells = Cells(shop.people, shop.pseudonyms, codes, frozenset(PRODUCTS), released)
    return list(Production().numbered(map(Rows(shop.people, cells, codes, rulings).of, events)))
