"""Digits that are no number of ours: `²` is one for Python's `isdigit`, and so are seven thousand ones in a row."""

import re

import pytest

from tests.trust.test_bounded_time import CONTEXT, PRODUCTS, samples

ODD = ("²".encode(), b"1" * 7_000)
MOST = 40  # numbers of a sample that are tried


@pytest.mark.parametrize("name", PRODUCTS)
def test_no_parser_stumbles_over_other_digits(name: str) -> None:
    product, raised = PRODUCTS[name], []
    for record in samples(product.name)[:12]:
        numbers = list(re.finditer(rb"\d+", record))
        for one in numbers[:: max(1, len(numbers) // MOST)]:
            for odd in ODD:
                try:
                    product.parse(record[: one.start()] + odd + record[one.end() :], CONTEXT)
                except Exception as error:
                    raised.append((record[max(0, one.start() - 30) : one.end()], odd[:3], repr(error)[:80]))
    assert raised == []
