"""Serial numbers that many machines have are none."""

import pytest

from model.reference import serial_number


@pytest.mark.parametrize(
    "written",
    ["0", "", " ", "None", "N/A", "unknown", "To be filled by O.E.M.", "TO BE FILLED BY O.E.M", "System Serial Number",
     "Default string", "Defaultstring", "00000000", "1111111", "XXXXXXXX", "0123456789", "123456789", "--",
     "Not Specified", "Chassis Serial Number", "INVALID", "<null>", "OEM", None],
)  # fmt: skip
def test_what_a_maker_left_in_the_field_is_no_serial_number(written: str | None) -> None:
    assert serial_number(written) == ""


@pytest.mark.parametrize("written", ["5CD0000B", "0000000A", "C02EXAMPLE17", " PF-1234 ", "SER1", "1234", "12345679"])
def test_what_a_machine_has_alone_is_one(written: str) -> None:
    assert serial_number(written) == written.strip()
