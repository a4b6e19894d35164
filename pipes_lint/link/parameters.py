"""What a command gives a notebook in the place of the values in its cell tagged `parameters`."""

from __future__ import annotations

from typing import Final

from .. import ir
from ..contract import Passed
from ..frontends.documents import with_parameters
from ..interpret.run import Inputs
from ..values import Key, Known, Mapping, Sequence, Slot, Template, Unknown, Value

_TYPED: Final = ("-p", "--parameters")
_RAW: Final = ("-r", "--parameters_raw")
_PAIRS: Final = ("-P", "--execute-param")
"""Quarto's, with a colon between name and value."""
_OTHERS: Final = ("-f", "-y", "-b", "--parameters_file", "--parameters_yaml", "--parameters_base64", "--execute-params")
_RUNNERS: Final = {"papermill": (*_TYPED, *_RAW, *_OTHERS), "quarto": (*_PAIRS, "--execute-params"), "jupyter": ()}
"""The options by which a program hands on parameters; Jupyter's own programs hand on none."""


def given(command: Passed | None) -> Mapping:
    """The parameters in a command, by name; incomplete if there may be others."""
    stop = Unknown("with which parameters the notebook is run is not known", command.span if command else None)
    words = _words(command.value) if command else None
    if words is None:
        return Mapping({}, stop)
    runner = next((name for word in words for name in _RUNNERS if _is_program(word, name)), None)
    if runner is None:
        return Mapping({}, stop)
    found: dict[Key, Slot] = {}
    complete = not any(isinstance(word, Unknown) for word in words)
    index = 0
    while index < len(words):
        option = _text(words[index])
        rest = words[index + 1 :]
        index += 1
        if option is None or option.partition("=")[0] not in _RUNNERS[runner]:
            continue
        if option in _PAIRS and rest:
            name, _, text = (_text(rest[0]) or "").partition(":")
            pair: tuple[str | None, Value] = name, Known(_typed(text))
        elif option in (*_TYPED, *_RAW) and len(rest) > 1:
            pair = _text(rest[0]), _value(rest[1], typed=option in _TYPED)
            index += 1
        else:
            pair = None, stop
        if pair[0]:
            found[pair[0]] = Slot(pair[1])
        else:
            complete = False
        index += 1
    return Mapping(found, None if complete else stop)


def applied(module: ir.Module, inputs: Inputs) -> ir.Module:
    """The module as it is run with these inputs."""
    if module.parameters is None:
        return module
    parameters = inputs.parameters or Mapping({}, Unknown("it may be given as a parameter"))
    known: dict[str, object] = {}
    for name, slot in parameters.slots.items():
        known[str(name)] = slot.value.value if isinstance(slot.value, Known) else slot.value
    return with_parameters(module, known, others=not parameters.complete)


def _words(value: Value) -> tuple[Value, ...] | None:
    match value:
        case Known(value=str() as text):
            import shlex

            try:
                return tuple(Known(word) for word in shlex.split(text))
            except ValueError:
                return None
        case Sequence(items=items, complete=True):
            return items
    return None


def _is_program(word: Value, name: str) -> bool:
    """Whether a word is this program: its path, a part of it (`jupyter-execute`), or its module."""
    text = (_text(word) or "").rpartition("/")[2].removesuffix(".exe")
    return text == name or text.startswith(f"{name}-") or (name == "jupyter" and text == "nbconvert")


def _text(word: Value) -> str | None:
    return word.value if isinstance(word, Known) and isinstance(word.value, str) else None


def _value(word: Value, typed: bool) -> Value:
    text = _text(word)
    if text is None:
        return Unknown("the parameter's value is not known", word.span if isinstance(word, Template) else None)
    return Known(_typed(text) if typed else text)


def _typed(text: str) -> object:
    """What papermill takes a word for. From papermill 2.6, `cli._resolve_type`."""
    for name, value in (("True", True), ("False", False), ("None", None)):
        if text == name:
            return value
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
