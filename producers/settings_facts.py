"""A district folder's own settings as facts, so that the log itself says under what it is to be judged."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from model.batch import Fact
from model.district import District, load_district
from model.mistake import Mistake
from model.policy import Policy, load_pack, shipped_pack
from producers.catalog import PRODUCTS
from producers.source import Source


class Mistaken(ValueError):
    """A district folder that cannot be used; `mistakes` are all there are, each with file, key and line."""

    def __init__(self, folder: Path, mistakes: Sequence[Mistake]) -> None:
        super().__init__(f"{folder}:\n" + "\n".join(f"  {mistake}" for mistake in mistakes))
        self.mistakes = list(mistakes)


def read_settings(folder: Path) -> tuple[District, Policy]:
    """district.yaml and the policy it names. Raises `Mistaken`, and OSError where district.yaml cannot be read."""
    district = load_district((folder / "district.yaml").read_bytes(), frozenset(PRODUCTS))
    if not isinstance(district, District):
        raise Mistaken(folder, district)
    files = _files(folder / "policy", ".yaml") if district.own_policy else shipped_pack(district.policy)
    if files is None:
        problem = f"no pack {district.policy!r} ships; write ./policy for one of your own"
        raise Mistaken(folder, [Mistake("district.yaml", "policy", problem)])
    policy = load_pack(files)
    if not isinstance(policy, Policy):
        raise Mistaken(folder, policy)
    return district, policy


def reference_files(folder: Path) -> Mapping[str, bytes]:
    """The CSVs of the folder, by name."""
    return _files(folder / "reference", ".csv")


def settings_facts(district: District, policy: Policy, sources: Sequence[Source]) -> list[Fact]:
    """What the judge must know before the first event: tables `district`, `policy`, `source`."""
    row = {"id": district.id, "name": district.name, "timezone": district.timezone}
    facts = [
        Fact(table="district", key=district.id, row=row),
        Fact(table="policy", key=policy.id, row={"pack": policy.model_dump_json()}),
    ]
    for source in sources:
        said = {
            "product": source.product.name,
            "categories": ";".join(source.product.categories),
            "lateness_s": str(source.lateness_ms / 1000),
        }
        facts.append(Fact(table="source", key=source.id, row=said))
    return facts


def _files(folder: Path, suffix: str) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix == suffix}
