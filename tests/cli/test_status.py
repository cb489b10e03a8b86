"""`hallmonitor status` for people: words whole on any screen, and none of a programmer's."""

import pytest

from cli import status

FACTS = {
    "ready": True,
    "kafka_ready": None,
    "sources": [
        {"district": "maple-falls", "source": "staff-pcs", "read": 7510, "recognised": 7000, "unrecognised": 510}
        | {"dead_letters": 3, "events_per_second": 0.5, "last_event": "2026-02-10T21:54:58.000Z", "ended": False}
    ],
}


def shown(width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    status._print(FACTS)
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_word_is_cut_off_on_any_screen(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = shown(width, monkeypatch, capsys)
    for word in ("maple-falls", "staff-pcs", "unrecognized", "dead letters", "2026-02-10T21:54:58.000Z", "7510"):
        assert word in said
    assert "…" not in said


def test_it_says_yes_and_no_and_spells_as_americans_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = shown(80, monkeypatch, capsys)
    for word in ("ready yes", "kafka ready -", "ended no"):
        assert word in said
    for word in ("recognised", "_"):
        assert word not in said
