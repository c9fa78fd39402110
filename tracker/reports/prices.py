"""Money worked out from tokens with the prices that the user keeps in a file, where no store states it.

No price list comes with this program: prices differ by contract, and lists that tools carry grow old.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from tracker.attribution.model_names import model_id
from tracker.cost_records import PRICED, CostRecord
from tracker.errors import ConfigError
from tracker.files import read_regular
from tracker.lineage.cost_amounts import tokens_by_model
from tracker.text import printable

_LARGEST_FILE: Final = 1 << 20
_MOST: Final = 1_000_000
"""Dollars for a million tokens; a larger number is a slip."""


class Price(NamedTuple):
    """The price of a model: dollars for a million tokens of each sort. The fields are the keys of the file."""

    input: float
    cache_read: float
    cache_write: float
    output: float


class Prices:
    """The user's prices. ``table``: by ``model_id``. Counts what was worked out with them, and what could not be."""

    def __init__(self, table: Mapping[str, Price]) -> None:
        self._table = table
        self.missing: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._table)

    def applied(self, cost: CostRecord | None) -> CostRecord | None:
        """Return a cost with its money, if the store states none and the price of every model that was called is known.

        Models without a price are added to ``missing``.
        """
        if not self._table or cost is None or cost.usd is not None or not cost.calls:
            return cost
        tokens = tokens_by_model(cost)
        if tokens is None:
            return cost
        found = [(one, self._table.get(model_id(one.model))) for one in tokens]
        self.missing |= {printable(one.model) for one, price in found if price is None}
        # A dollar for a million tokens is a millionth of a dollar for one.
        amounts = [
            sum(number * each for number, each in zip(one[1:], price, strict=True)) for one, price in found if price
        ]
        if len(amounts) < len(found):
            return cost
        return cost._replace(usd=round(sum(amounts)), flags=(*cost.flags, PRICED))


def read_prices(path: Path) -> Prices:
    """Return the prices in a TOML file: a table for each model, with the fields of ``Price``. None if there is no file.

    Raises ConfigError, which names what is wrong.
    """
    try:
        table = tomllib.loads(read_regular(path, _LARGEST_FILE).decode("utf-8"))
    except FileNotFoundError:
        return Prices({})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"the prices in {path} cannot be read: {printable(str(error))}.") from error
    return Prices({model_id(model): _price(path, model, row) for model, row in table.items()})


def _price(path: Path, model: str, row: object) -> Price:
    wanted = {field.replace("_", "-") for field in Price._fields}
    if not isinstance(row, dict) or set(row) != wanted:
        raise ConfigError(
            f"the prices in {path} need exactly {', '.join(sorted(wanted))} for {printable(model)!r}, in dollars for a"
            " million tokens."
        )
    return Price(*(_amount(path, model, field, row) for field in Price._fields))


def _amount(path: Path, model: str, field: str, row: dict[str, Any]) -> float:
    value = row[field.replace("_", "-")]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _MOST:
        raise ConfigError(
            f"the prices in {path} have no amount of dollars for {field.replace('_', '-')} of {printable(model)!r}:"
            f" write a number from 0 to {_MOST}."
        )
    return float(value)
