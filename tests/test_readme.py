"""The README says what the code does."""

from __future__ import annotations

import pytest
import readme


def text() -> str:
    return readme.README.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["rules", "example", "test"])
def test_the_marks_are_there(name: str) -> None:
    assert text().count(f"<!-- {name} -->") == text().count(f"<!-- /{name} -->") == 1


def test_the_table_of_rules_and_the_example_are_up_to_date() -> None:
    assert readme.updated(text()) == text(), "`python tests/readme.py` mends it"
