"""The shipped schema of the exchange format: it takes every event that an export writes, and nothing that is wrong."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.exchange.random_ledgers import exported, make_ledger
from tests.program import sized
from tracker.exchange.event_schema import FILE
from tracker.exchange.events import TYPES


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json.loads((files("tracker.exchange") / FILE).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_every_event_fits_the_schema(tmp_path: Path, validator: Any) -> None:
    seen = set[str]()
    for seed in range(sized(6, 3)):
        for line in exported(make_ledger(tmp_path / str(seed), seed)).splitlines():
            event = json.loads(line)
            seen.add(event["type"])
            validator.validate(event)
            assert not validator.is_valid(event | {"unknown": 1})
            assert not validator.is_valid(event | {"schema": 2})
            assert not validator.is_valid({name: value for name, value in event.items() if name != "id"})
    assert seen == {*TYPES}
