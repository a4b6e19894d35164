"""What R's values are instances of: their class attribute, and the classes by which a method is looked for."""

from __future__ import annotations

from typing import Final

from ...records import NamedTuple
from ...values import Instance, Known, Mapping, Reference, Sequence, Template, Unknown, Value
from ..machine import MAPPINGS, Machine
from .values import RANKS, is_function, is_list, rank

OBJECT: Final = "r:object"
"""The type of an `Instance` that is some other value (`of`) with a class attribute."""
_CLASS: Final = "class"


class Classes(NamedTuple):
    """The classes of a value in the order in which methods are looked for. Those of `perhaps` may stand before them."""

    certain: tuple[str, ...]
    perhaps: frozenset[str] = frozenset()
    attribute: bool = False
    """Whether they are the value's class attribute, which makes it an object even to R's own code."""


_NUMBERS: Final = ("double", "numeric")
_DISPATCHED: Final = (("logical",), ("integer", "numeric"), _NUMBERS, ("character",))
_SHAPED: Final = frozenset({"NULL", "matrix", "array"})
_OF_INSTANCES: Final = {
    "data.frame": Classes(
        ("data.frame",),
        frozenset("tbl_df tbl data.table grouped_df rowwise_df spec_tbl_df sf tbl_ts tsibble tbl_lazy".split()),
        True,
    ),
    "factor": Classes(("factor",), frozenset({"ordered"}), True),
    "Date": Classes(("Date",), attribute=True),
    "POSIXct": Classes(("POSIXct", "POSIXt"), attribute=True),
    "difftime": Classes(("difftime",), attribute=True),
    "lm": Classes(("lm",), frozenset({"aov", "mlm", "rlm"}), True),
    "glm": Classes(("glm", "lm"), frozenset({"gam", "negbin"}), True),
    "nls": Classes(("nls",), attribute=True),
    "loess": Classes(("loess",), attribute=True),
    "formula": Classes(("formula",), attribute=True),
    "table": Classes(("table",), frozenset({"xtabs", "summaryDefault"}), True),
    "list": Classes(("list",), frozenset({"data.frame"})),
    "matrix": Classes(("matrix", "array")),
    "dagsterpipes.PipesContext": Classes(("PipesContext", "R6"), attribute=True),
    "R6Class": Classes(("R6ClassGenerator",), attribute=True),
    "names": Classes(("character",)),
    "environment": Classes(("environment",)),
    **{name: Classes((name,), attribute=True) for name in "proc_time object_size numeric_version AsIs".split()},
}


def with_classes(machine: Machine, value: Value, classes: tuple[str, ...] | None) -> Value:
    """A value with another class attribute: none if there are no classes, any if they are not known."""
    content = machine.content(value)
    if isinstance(value, Reference):
        if isinstance(content, Mapping):
            machine.store.write(value.ident, content._replace(classes=classes))
        return value
    match content:
        case Mapping() | Sequence():
            return content._replace(classes=classes)
        case Instance(type="r:object", fields=fields) if classes == ():
            return fields["of"]
        case Instance(type="r:object", fields=fields):
            return content._replace(fields={**fields, _CLASS: _written(classes)})
        case Instance(type=kind, fields=fields) if kind in MAPPINGS:
            return MAPPINGS[kind](machine, content, content.span or machine.sites[-1])._replace(classes=classes)
        case Instance(type="r:data.frame", fields=fields) if classes and "data.frame" in classes:
            return content._replace(fields={**fields, _CLASS: _written(classes)})
        case Unknown():
            return content
    return Instance(OBJECT, {"of": content, _CLASS: _written(classes)}) if classes != () else _stripped(content)


def _stripped(content: Value) -> Value:
    plain = not isinstance(content, Instance) or content.type.removeprefix("r:") in RANKS
    return content if plain else Unknown("its class is taken off", foreign=True)


def _written(classes: tuple[str, ...] | None) -> Value:
    if classes is None:
        return Unknown("its class is not known", foreign=True)
    return Sequence(tuple(Known(each) for each in classes), "vector")


def like(made: Value, original: Value) -> Value:
    """What is made of a vector or list, with the class attribute of that."""
    classes = original.classes if isinstance(original, Mapping | Sequence) else ()
    return made._replace(classes=classes) if classes != () and isinstance(made, Mapping | Sequence) else made


def attribute(machine: Machine, value: Value) -> tuple[str, ...] | None:
    """A value's class attribute: no classes if it certainly has none, None if that is not known."""
    content = machine.content(value)
    match content:
        case Mapping(classes=classes) | Sequence(classes=classes):
            return classes
        case Instance(type="r:object", fields={"class": Known(value=str() as name)}):
            return (name,)
        case Instance(fields={"class": Sequence(kind="vector", items=items)}):
            return tuple(str(each.value) for each in items if isinstance(each, Known))
        case Instance(fields={"class": Unknown()}) | Unknown():
            return None
        case Instance(type=kind) if kind.removeprefix("r:") in _OF_INSTANCES:
            known = _OF_INSTANCES[kind.removeprefix("r:")]
            return (known.certain if known.attribute else ()) if not known.perhaps else None
        case Instance(type=kind):
            return () if kind.removeprefix("r:") in RANKS or kind in MAPPINGS or is_function(content) else None
    return ()


def dispatched(machine: Machine, value: Value) -> Classes | None:
    """The classes by which R looks for a method for a value; None if they are not known."""
    content = machine.content(value)
    own = attribute(machine, value)
    if own:
        return Classes(own, attribute=True)
    match content:
        case Instance(type=kind) if kind.removeprefix("r:") in _OF_INSTANCES and _CLASS not in content.fields:
            return _OF_INSTANCES[kind.removeprefix("r:")]
    if own is None and isinstance(content, Instance) and content.type.startswith("r:") and _CLASS not in content.fields:
        return Classes((content.type.removeprefix("r:"),), attribute=True)  # one of R's own, at any rate
    if own is None:
        return None
    if isinstance(value, Reference):
        return Classes(("environment",))
    match content:
        case Known(value=None):
            return Classes(("NULL",))
        case Sequence(kind="vector", items=items):
            return _of_elements(items)
        case Mapping(kind="vector", slots=slots):
            return _of_elements(tuple(slot.value for slot in slots.values()))
        case Known() | Template():
            found = rank(content)
            return None if found is None else Classes(_DISPATCHED[found])
        case Instance(type=kind, fields=fields) if kind.removeprefix("r:") in RANKS:
            single = fields.get("length") == Known(1)
            perhaps = frozenset() if single else _SHAPED
            if kind == "r:numeric":
                perhaps = perhaps | {"integer", "double"}
            certain = ("numeric",) if kind == "r:numeric" else _DISPATCHED[RANKS.index(kind.removeprefix("r:"))]
            return Classes(certain, perhaps)
    if is_function(content):
        return Classes(("function",))
    return Classes(("list",)) if is_list(content) else None


def _of_elements(items: tuple[Value, ...]) -> Classes | None:
    found = rank(items[0]) if items else None
    return None if found is None else Classes(_DISPATCHED[found])


def class_names(machine: Machine, value: Value) -> tuple[str, ...] | None:
    """What R's `class` says of a value; None if that is not known."""
    found = dispatched(machine, value)
    if found is None or found.perhaps:
        return None
    content = machine.content(value)
    if isinstance(content, Instance) and content.type in ("r:S4", "r:refobject"):
        return found.certain[:1]
    if found.attribute:
        return found.certain
    match found.certain:
        case ("double", "numeric"):
            return ("numeric",)
        case ("integer", "numeric"):
            return ("integer",)
    return found.certain
