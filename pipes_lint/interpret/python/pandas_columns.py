"""What is known of a frame's columns after a method of pandas' that changes, chooses or reduces them."""

from __future__ import annotations

from typing import Final

from ...values import Instance, Key, Known, Mapping, Sequence, Slot, Unknown, Value
from ..machine import Args, Machine
from .numpy_types import named_dtype
from .pandas_types import NUMBERS, columns_of, derived, field, frame, rows_of, series, set_column, with_column

CHANGES_COLUMNS: Final = frozenset("assign astype drop rename reset_index".split())


def changed_columns(machine: Machine, data: Instance, name: str, args: Args) -> Value:
    how, columns = field(data, "held"), columns_of(machine, data)
    match name:
        case "assign":
            return _assigned(machine, data, columns, args)
        case "reset_index" if columns and args.get("drop") != Known(True):
            more = columns._replace(stop=columns.stop or Unknown("the index becomes a column", foreign=True))
            return derived(machine, data, how, more)
        case "reset_index":
            return derived(machine, data, how, columns)
        case "drop" if columns and set(args.named) == {"columns"} and not args.positional:
            gone = _names(machine, args.named["columns"])
            kept = {key: slot for key, slot in columns.slots.items() if gone is not None and key not in gone}
            return derived(machine, data, how, columns._replace(slots=kept))
        case "rename" if columns and set(args.named) == {"columns"} and not args.positional:
            names = machine.content(args.named["columns"])
            if isinstance(names, Mapping) and names.complete:
                new = {key: slot.value for key, slot in names.slots.items()}
                told = all(isinstance(value, Known) for value in new.values())
                slots: dict[Key, Slot] = {_new_name(key, new): slot for key, slot in columns.slots.items()}
                return derived(machine, data, how, columns._replace(slots=slots)) if told else frame(how)
        case "astype" if len(args.positional) == 1 and not args.named:
            return _as_types(machine, data, columns, machine.content(args.positional[0]))
    return frame() if name == "astype" else frame(how)


def _new_name(key: Key, new: dict[Key, Value]) -> Key:
    value = new.get(key)
    return value.value if isinstance(value, Known) else key  # type: ignore[return-value]


def _assigned(machine: Machine, data: Instance, columns: Mapping | None, args: Args) -> Value:
    """`assign`: a copy with further columns; functions are called with what is there so far."""
    made = derived(machine, data, field(data, "held"), columns)
    for name, value in args.named.items():
        content = machine.content(value)
        if not isinstance(content, Instance | Known | Sequence):
            value = machine.invoke(value, [made], args.span, args.frame)
        if isinstance(content, Instance) and made.ident and data.ident == rows_of(content):  # the copy has these rows
            value = content._replace(fields={**content.fields, "of": Known(made.ident)})
        made = set_column(machine, made, Known(name), value, args.span)
    return frame() if args.loose else made


def _as_types(machine: Machine, data: Instance, columns: Mapping | None, told: Value) -> Value:
    if not isinstance(told, Mapping) or not told.complete:
        return frame()
    kinds = {key: named_dtype(machine.content(slot.value)) for key, slot in told.slots.items()}
    if "" in kinds.values():
        return frame()
    made = columns or Mapping({}, Unknown("its other columns are data", foreign=True))
    for key, kind in kinds.items():
        made = with_column(made, key, Slot(Known(kind)))
    return derived(machine, data, field(data, "held"), made)


def _names(machine: Machine, value: Value) -> set[object] | None:
    content = machine.content(value)
    if isinstance(content, Sequence) and content.complete:
        items = [machine.content(item) for item in content.items]
    else:
        items = [content]
    return {item.value for item in items if isinstance(item, Known)} if _all_known(items) else None


def _all_known(items: list[Value]) -> bool:
    return all(isinstance(item, Known) for item in items)


def selected(machine: Machine, data: Instance, args: Args) -> Value:
    """`select_dtypes("number")`, where it is known what every column holds."""
    columns, wanted = columns_of(machine, data), args.get("include", 0)
    names = _names(machine, wanted) if wanted is not None else None
    if columns is None or not columns.complete or names != {"number"} or len(args.items) != 1:
        return frame(field(data, "held"))
    kinds = [_kind_in(slot) for slot in columns.slots.values()]
    if "" in kinds:
        return frame(field(data, "held"))
    kept = {key: slot for (key, slot), kind in zip(columns.slots.items(), kinds, strict=True) if kind in NUMBERS}
    return derived(machine, data, field(data, "held"), columns._replace(slots=kept))


def across(machine: Machine, data: Instance) -> Value:
    """A reduction of each column: a series of one type if all columns are of one."""
    columns = columns_of(machine, data)
    kinds = {_kind_in(slot) for slot in columns.slots.values()} if columns and columns.complete else set()
    kind = kinds.pop() if len(kinds) == 1 else ""
    return series("numpy", kind if kind in ("int64", "float64") else "")


def _kind_in(slot: Slot) -> str:
    return str(slot.value.value) if isinstance(slot.value, Known) else ""
