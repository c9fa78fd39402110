"""Long lists of object names in a fifth of the memory: a history may have millions. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, overload

from tracker.model import Oid

_AT_ONCE: Final = 1000
"""Names that are turned into texts together."""


class OidList(Sequence[Oid]):
    """A list of object names of one length, held as their bytes."""

    def __init__(self, oids: Iterable[Oid] = ()) -> None:
        self._data = bytearray()
        self._size = 0
        self.extend(oids)

    def append(self, oid: Oid) -> None:
        """Add a name, which must be as long as the others. Raises ValueError for what is no name, or a longer one."""
        raw = bytes.fromhex(oid)
        if len(raw) != (self._size or len(raw)):
            raise ValueError(f"{oid} is longer or shorter than the other names")
        self._size = len(raw)
        self._data += raw

    def extend(self, oids: Iterable[Oid]) -> None:
        """Add names. Raises what ``append`` raises."""
        for oid in oids:
            self.append(oid)

    def __len__(self) -> int:
        return len(self._data) // self._size if self._size else 0

    @overload
    def __getitem__(self, place: int) -> Oid: ...
    @overload
    def __getitem__(self, place: slice) -> list[Oid]: ...
    def __getitem__(self, place: int | slice) -> Oid | list[Oid]:
        if isinstance(place, int):
            number = range(len(self))[place]
            return Oid(self._data[number * self._size : (number + 1) * self._size].hex())
        numbers = range(len(self))[place]
        if numbers.step != 1:
            return [self[number] for number in numbers]
        return self._texts(numbers.start, max(numbers.start, numbers.stop))

    def __iter__(self) -> Iterator[Oid]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self._texts(start, min(start + _AT_ONCE, len(self)))

    def _texts(self, start: int, stop: int) -> list[Oid]:
        digits = 2 * self._size
        text = self._data[start * self._size : stop * self._size].hex()
        return [Oid(text[place : place + digits]) for place in range(0, len(text), digits)] if text else []


class Parts(Sequence[Sequence[Oid]]):
    """Lists in parts of up to ``size`` names, each made when it is asked for; no part has names of two lists."""

    def __init__(self, size: int, *lists: Sequence[Oid]) -> None:
        self._size, self._lists = size, lists

    def __len__(self) -> int:
        return sum(map(self._parts_of, self._lists))

    @overload
    def __getitem__(self, place: int) -> Sequence[Oid]: ...
    @overload
    def __getitem__(self, place: slice) -> list[Sequence[Oid]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[Oid] | list[Sequence[Oid]]:
        numbers = range(len(self))
        if isinstance(place, slice):
            return [self[number] for number in numbers[place]]
        number = numbers[place]
        for oids in self._lists:
            if number < self._parts_of(oids):
                return oids[number * self._size : (number + 1) * self._size]
            number -= self._parts_of(oids)
        raise IndexError(place)

    def _parts_of(self, oids: Sequence[Oid]) -> int:
        return -(-len(oids) // self._size)
