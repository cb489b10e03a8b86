"""A reference folder loaded again: what is new, what changed, what has ended, and since when it is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.reference_folder import Shelf, decode_shelf, encode_shelf, load
from tests.support.loads import T1, T2, ZONE, first, fold, later, rows


def test_what_the_first_load_says_was_known_all_along() -> None:
    assert fold(first(devices="device_id,class\nd1,lab\n")).as_known_at(0).device("d1", T1) is not None


def test_a_row_that_turns_up_in_a_later_load_is_known_since_then() -> None:
    start = first(devices="device_id,class\nd1,lab\n")
    reference = fold(start, later(start, devices="device_id,class\nd1,lab\nd2,lab\n"))
    assert reference.device("d2", T1) is not None
    assert reference.as_known_at(T1 - 1).device("d2", T1) is None
    assert reference.as_known_at(T1 - 1).device("d1", T1) is not None


def test_an_unchanged_load_says_nothing_new() -> None:
    text = "device_id,class,valid_from\nd1,lab,\nd2,cart,2026-01-01\n"
    start = first(devices=text)
    assert later(start, devices=text).facts == []


def test_a_changed_row_is_a_new_version_recorded_when_loaded() -> None:
    start = first(networks="cidr,kind\n10.1.0.0/16,site\n")
    reference = fold(start, later(start, networks="cidr,kind\n10.1.0.0/16,guest\n"))
    kinds = [view.network("10.1.0.1", T1) for view in (reference.as_known_at(T1 - 1), reference)]
    assert [network and network.kind for network in kinds] == ["site", "guest"]


def test_a_key_absent_from_a_later_load_ends_when_it_was_loaded() -> None:
    start = first(assignments="device_id,person\nd1,p1\nd1,p2\n")
    reference = fold(start, later(start, assignments="device_id,person\nd1,p2\n"))
    assert sorted(row.person for row in reference.assignees("d1", T1 - 1)) == ["p1", "p2"]
    assert [row.person for row in reference.assignees("d1", T1)] == ["p2"]
    assert len(reference.as_known_at(T1 - 1).assignees("d1", T1)) == 2


def test_a_delta_ends_nothing() -> None:
    start = first(assignments="device_id,person\nd1,p1\n")
    reference = fold(start, later(start, delta=True, assignments="device_id,person\nd1,p2\n"))
    assert len(reference.assignees("d1", T1)) == 2


def test_a_file_absent_from_a_later_load_says_nothing() -> None:
    start = first(devices="device_id,class\nd1,lab\n", vendors="vendor\nacme\n")
    reference = fold(start, later(start, vendors="vendor\nacme\n"))
    assert reference.device("d1", T2) is not None


def test_nothing_ends_because_its_row_was_spoilt() -> None:
    start = first(devices="device_id,class\nd1,lab\nd2,lab\n")
    again = later(start, devices="device_id,class\nd1,lba\nd2,lab\n")
    assert len(again.errors) == 1
    assert fold(start, again).device("d1", T2) is not None


def test_a_row_that_comes_back_holds_again() -> None:
    start = first(devices="device_id,class\nd1,lab\nd2,lab\n")
    gone = later(start, devices="device_id,class\nd2,lab\n")
    back = later(gone, T2, devices="device_id,class\nd1,lab\nd2,lab\n")
    assert fold(start, gone).device("d1", T2) is None
    assert fold(start, gone, back).device("d1", T2) is not None


def test_an_approval_edited_into_a_revocation_stays_good_for_what_went_before() -> None:
    head = "approval_id,kind,vendor,state,valid_from,valid_to\n"
    start = first(approvals=head + "A1,vendor_access,acme,approved,2026-03-04,2026-03-06\n")
    reference = fold(start, later(start, approvals=head + "A1,vendor_access,acme,revoked,2026-03-04,2026-03-06\n"))
    found = reference.approvals("vendor_access", T1 - 1, T1, vendor="acme")
    assert [(row.state, row.valid_to == T1) for row in found] == [("approved", True), ("revoked", False)]


def test_a_recorded_time_that_is_no_later_than_what_it_replaces_gives_way_to_the_load() -> None:
    head = "device_id,class,recorded_at\n"
    start = first(devices=head + "d1,lab,2026-03-01\n")
    changed = later(start, devices=head + "d1,cart,2026-03-01\n")
    assert [fact.recorded_at for fact in rows(changed)] == [T1]


@given(st.lists(st.sampled_from(["d1,lab", "d1,cart", "d2,lab", "d3,vdi"]), unique=True, max_size=4), st.booleans())
def test_a_shelf_survives_being_kept(lines: list[str], ended: bool) -> None:
    text = "device_id,class\n" + "".join(line + "\n" for line in lines)
    shelf = first(devices=text).shelf
    if ended:
        shelf = load({"devices.csv": b"device_id,class\n"}, ZONE, before=shelf, loaded_at=T1).shelf
    assert decode_shelf(encode_shelf(shelf)) == shelf


def test_a_later_load_must_say_when_it_was_made() -> None:
    with pytest.raises(ValueError, match="loaded_at"):
        load({}, ZONE, before=Shelf())
