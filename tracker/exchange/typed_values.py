"""Named tuples as JSON objects and back, by the annotations of their fields. Pure.

A field with its default is left out of an object, so that an event has one form only. What is read is untrusted: every
value is checked against its annotation, and an object with a field that is not known is refused.
"""

import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T", bound=NamedTuple)

Check = Callable[[Any], bool]
"""A test of values whose type has a form of its own, such as an object name."""

Decoder = Callable[[Any], Any]

_WIDEST: Final = (-(1 << 63), (1 << 64) - 1)
"""The least and the greatest whole number that JSON in this program can hold."""


class NotOfType(ValueError):
    """A value is not what its place in an object asks for; the message says what is wrong, without the value."""


class TypedValues:
    """Conversion of named tuples. ``forms``: tests of values, by their ``NewType`` in annotations."""

    def __init__(self, forms: Mapping[Any, Check]) -> None:
        self._forms = forms
        self._decoders: dict[Any, Decoder] = {}

    def plain(self, value: NamedTuple) -> dict[str, Any]:
        """Return the JSON object of a named tuple, without fields that have their default."""
        fields, defaults = value._fields, value._field_defaults
        return {
            name: _plain(self, one)
            for name, one in zip(fields, value, strict=True)
            if name not in defaults or one != defaults[name]
        }

    def typed(self, kind: type[T], value: Any) -> T:
        """Return the named tuple of a JSON object. Raises NotOfType."""
        return self._decoder(kind)(value)  # type: ignore[no-any-return]

    def _decoder(self, kind: Any) -> Decoder:
        """Return the function that turns a JSON value into a value of a type, made once for each type."""
        if kind not in self._decoders:
            self._decoders[kind] = self._made_decoder(kind)
        return self._decoders[kind]

    def _made_decoder(self, kind: Any) -> Decoder:
        origin, arguments = get_origin(kind), get_args(kind)
        if kind in self._forms:
            return _of_form(self._decoder(kind.__supertype__), kind.__name__, self._forms[kind])
        if origin is Literal:
            return _one_of(arguments)
        if origin in {Union, types.UnionType}:
            (inner,) = [one for one in arguments if one is not type(None)]
            return _or_none(self._decoder(inner))
        if origin is tuple:
            if arguments[1:] == (Ellipsis,):
                return _many(self._decoder(arguments[0]))
            return _row([self._decoder(one) for one in arguments])
        if isinstance(kind, type) and issubclass(kind, tuple):
            return self._object(kind)
        return _PLAIN[kind]

    def _object(self, kind: Any) -> Decoder:
        fields = {name: self._decoder(one) for name, one in annotations_of(kind).items()}
        needed = frozenset(fields) - frozenset(kind._field_defaults)

        def decode(value: Any) -> Any:
            if not isinstance(value, dict):
                raise NotOfType("an object is missing")
            if not fields.keys() >= value.keys():
                raise NotOfType(f"the field {min(value.keys() - fields.keys())!r} is not known")
            if not needed <= value.keys():
                raise NotOfType(f"the field {min(needed - value.keys())!r} is missing")
            return kind(**{name: _named(name, fields[name], one) for name, one in value.items()})

        return decode


@cache
def annotations_of(kind: Any) -> dict[str, Any]:
    """Return the types of a named tuple's fields, in their order."""
    hints = get_type_hints(kind)
    return {name: hints[name] for name in kind._fields}


def _plain(values: TypedValues, value: Any) -> Any:
    if isinstance(value, tuple):
        if hasattr(value, "_fields"):
            return values.plain(value)  # type: ignore[arg-type]
        return [_plain(values, one) for one in value]
    return value


def _named(name: str, decode: Decoder, value: Any) -> Any:
    """Return the decoded value of a field. Raises NotOfType, which names the field."""
    try:
        return decode(value)
    except NotOfType as error:
        raise NotOfType(f"{name}: {error}") from error


def _whole_number(value: Any) -> int:
    if type(value) is not int or not _WIDEST[0] <= value <= _WIDEST[1]:
        raise NotOfType("a whole number is missing")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise NotOfType("true or false is missing")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise NotOfType("a text is missing")
    return value


_PLAIN: Final[Mapping[type, Decoder]] = {int: _whole_number, bool: _truth, str: _text}


def _of_form(decode: Decoder, name: str, has_form: Check) -> Decoder:
    def decode_and_check(value: Any) -> Any:
        found = decode(value)
        if not has_form(found):
            raise NotOfType(f"it has not the form of {name}")
        return found

    return decode_and_check


def _one_of(choices: tuple[Any, ...]) -> Decoder:
    by_type = {(type(one), one): one for one in choices}

    def decode(value: Any) -> Any:
        found = by_type.get((type(value), value)) if isinstance(value, str | int) else None
        if found is None:
            raise NotOfType(f"it is none of {', '.join(map(str, choices))}")
        return found

    return decode


def _or_none(decode: Decoder) -> Decoder:
    return lambda value: None if value is None else decode(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise NotOfType("a list is missing")
    return value


def _many(decode: Decoder) -> Decoder:
    return lambda value: tuple([decode(one) for one in _list(value)])


def _row(decoders: list[Decoder]) -> Decoder:
    def decode(value: Any) -> tuple[Any, ...]:
        if len(_list(value)) != len(decoders):
            raise NotOfType(f"a list of {len(decoders)} values is missing")
        return tuple([decode(one) for decode, one in zip(decoders, value, strict=True)])

    return decode
