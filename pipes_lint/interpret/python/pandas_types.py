"""pandas: what type a result certainly has. What depends on the data is not known.

What a comparison's `.all()` gives depends on how the data are held: numpy's arrays give numpy's bool, pyarrow's and
sparse ones Python's. So a frame and a series carry `held`: `numpy` (by plain numpy arrays or pandas' own), or `dense`
(perhaps by pyarrow's); nothing where even that is not certain. A series may also carry what it `holds`: a scalar type
of numpy's, or `nulls` (the bools of `isna()`), `marks` (bools that are numpy's however the data are held), `counts`
(numpy's integers), `sums` (counts that were added up), `texts`, `moments`, `spans` (of time), `dates`, `dtypes`.

What is known of a frame's columns changes in place, so it lies in the store, beside the frame's `ident`.
"""

from __future__ import annotations

from typing import Final

from ...source import Span
from ...values import Instance, Key, Known, Mapping, OneOf, Sequence, Slot, Unknown, Value
from ..machine import CHANGED, OPERATORS, Machine
from ..plain import BOOL, FLOAT, STR
from .numpy_types import FLOAT64, INT64, NUMPY_BOOL, SCALARS, array, as_array, dtype_of, holds, plain_of, together

FRAME: Final = "pandas.DataFrame"
SERIES: Final = "pandas.Series"
EITHER_BOOL: Final = OneOf((NUMPY_BOOL, BOOL))
EITHER_INT: Final = OneOf((INT64, Instance("int")))
EITHER_FLOAT: Final = OneOf((FLOAT64, FLOAT))
TRUTHS: Final = ("bool", "nulls", "marks")
NUMBERS: Final = tuple(kind for kind in SCALARS if kind not in ("bool", "str_"))

# --- frames and series ------------------------------------------------------------------------------------------------


def frame(held: str = "") -> Instance:
    return Instance(FRAME, {"held": Known(held)} if held else {})


def series(held: str = "", holds: str = "", of: int = 0) -> Instance:
    """`of` is the frame that it is a column of, whose rows it has."""
    fields: dict[str, Value] = {"held": Known(held)} if held else {}
    if holds:
        fields["holds"] = Known(holds)
    return Instance(SERIES, {**fields, "of": Known(of)} if of else fields)


def field(value: Value | None, name: str) -> str:
    if isinstance(value, Instance):
        found = value.fields.get(name)
        return str(found.value) if isinstance(found, Known) else ""
    return ""


def rows_of(value: Value | None) -> int:
    """The frame whose rows a series has; 0 where that is not known."""
    found = value.fields.get("of") if isinstance(value, Instance) else None
    return found.value if isinstance(found, Known) and isinstance(found.value, int) else 0


def marked(data: Instance, holds: str) -> Instance:
    return data._replace(fields={**data.fields, "holds": Known(holds)})


def held(machine: Machine | None, value: Value) -> str:
    """How a value would be held in a frame: `numpy`, `dense`, or nobody knows."""
    content = machine.content(value) if machine else value
    match content:
        case Known():
            return "numpy"
        case Instance(type="pandas.DataFrame" | "pandas.Series"):
            return field(content, "held")
        case Instance(type="pandas.Index"):
            return "numpy" if field(content, "holds") == "moments" else ""
        case Instance(type=kind) if kind in _PLAIN or kind.startswith(("numpy.", "datetime.")):
            return "numpy"
        case Sequence(items=items):
            return "numpy" if content.complete and all(held(machine, item) == "numpy" for item in items) else ""
        case Mapping(slots=slots):
            known = content.complete and all(held(machine, slot.value) == "numpy" for slot in slots.values())
            return "numpy" if known else ""
    return ""


_PLAIN: Final = ("int", "float", "str", "bool", "range", "pandas.Timestamp", "pandas.Timedelta")

# --- what columns hold ------------------------------------------------------------------------------------------------

_OBJECTS: Final = {
    "texts": STR,
    "moments": Instance("pandas.Timestamp"),
    "spans": Instance("pandas.Timedelta"),
    "dates": Instance("datetime.date"),
    "dtypes": Instance("pandas.dtype"),
    **dict.fromkeys(TRUTHS, NUMPY_BOOL),
    **dict.fromkeys(("counts", "sums"), INT64),
}


def one_of(kind: str) -> Value | None:
    """A single element of a series, as it is taken out of it or is the largest; None where that is not known."""
    return _OBJECTS.get(kind) or (Instance(f"numpy.{kind}") if kind in SCALARS else None)


def each_of(kind: str) -> Value | None:
    """An element as going through a series gives it, or `tolist`: numbers are Python's own."""
    if kind in TRUTHS:
        return BOOL
    if kind in ("counts", "sums"):
        return Instance("int")
    return _OBJECTS.get(kind) or plain_of(kind)


def column_kind(machine: Machine, value: Value, span: Span, of: int = 0) -> str:
    """What a column holds that is made of a value. A series of other rows leaves holes, which no integer can fill."""
    content = machine.content(value)
    match content:
        case Instance(type="pandas.Series"):
            kind = field(content, "holds")
            whole = of and rows_of(content) == of
            return kind if whole or kind in ("float64", "float32", "moments", "spans") else ""
        case Instance(type="pandas.Index"):
            return field(content, "holds")
        case Sequence(kind="list" | "tuple", complete=True, items=items) if items:
            kinds = {_single_kind(machine.content(item)) for item in items}
            if len(kinds) == 1 and "" not in kinds:
                return kinds.pop()
    kind = holds(as_array(machine, content, span))
    return "texts" if kind == "str_" else kind


def _single_kind(value: Value) -> str:
    match value:
        case Instance(type="pandas.Timestamp" | "datetime.datetime"):
            return "moments"
        case Instance(type="datetime.date"):
            return "dates"
        case Instance(type="pandas.Timedelta" | "datetime.timedelta"):
            return "spans"
    kind = dtype_of(value)
    return "texts" if kind == "str_" else kind


_COLUMNS: Final = "columns"
_CHANGED: Final = "changed"
_PLACES: Final = ("loc", "iloc", "at", "iat")


def with_columns(machine: Machine, how: str, columns: Mapping) -> Instance:
    """A new frame of which columns are known, each by what it holds."""
    made = Instance(FRAME, {"held": Known(how)} if how else {}, machine.store.ident())
    machine.store.write((made.ident, _COLUMNS), columns)
    return made


def columns_of(machine: Machine, data: Value | None) -> Mapping | None:
    """What is known of a frame's columns, unless it has been changed in ways that are not followed."""
    if not isinstance(data, Instance) or not data.ident:
        return None
    cells = ((data.ident, _CHANGED), *((data.ident, ".", place) for place in (*_PLACES, "columns")))
    if any(machine.store.read(cell) is not None for cell in cells):
        return None
    columns = machine.store.read((data.ident, _COLUMNS))
    return columns if isinstance(columns, Mapping) else None


def kind_of(machine: Machine, data: Instance, name: str) -> str:
    """What a column holds, where that was seen."""
    columns = columns_of(machine, data)
    slot = columns.slots.get(name) if columns else None
    if slot is None or machine.store.read((data.ident, ".", name)) is not None:
        return ""
    return str(slot.value.value) if isinstance(slot.value, Known) else ""


def derived(machine: Machine, data: Value, how: str, columns: Mapping | None) -> Instance:
    """A frame made of another one. In a loop that other one may be the last round's, and then nothing more is known."""
    outer = machine.loops and isinstance(data, Instance) and data.ident < machine.loops[-1]
    return frame(how) if columns is None or not columns.slots or outer else with_columns(machine, how, columns)


def set_column(machine: Machine, data: Instance, key: Value, value: Value, span: Span) -> Instance:
    """The frame after a column was set; it may be held in another way than the rest."""
    how = "numpy" if field(data, "held") == held(machine, value) == "numpy" else ""
    name = machine.content(key)
    plain = isinstance(name, Known) and isinstance(name.value, str)
    if not plain or how != field(data, "held"):
        changed(machine, data)
        return frame(how)
    kind = Slot(Known(column_kind(machine, value, span, data.ident)))
    assert isinstance(name, Known)
    if data.ident:
        columns = machine.store.read((data.ident, _COLUMNS))
        if isinstance(columns, Mapping):
            machine.store.write((data.ident, _COLUMNS), with_column(columns, name.value, kind))
        return data
    if machine.loops:
        return frame(how)
    return with_columns(machine, how, with_column(Mapping({}, Unknown("its other columns are data")), name.value, kind))


def with_column(columns: Mapping, name: object, kind: Slot) -> Mapping:
    slots: dict[Key, Slot] = {**columns.slots, name: kind}  # type: ignore[dict-item]
    return columns._replace(slots=slots)


def changed(machine: Machine, data: Value) -> None:
    """Notes that a frame was changed in place in a way that is not followed."""
    if isinstance(data, Instance) and data.ident:
        machine.store.write((data.ident, _CHANGED), Known(True))


# --- operators --------------------------------------------------------------------------------------------------------

_COMPARED: Final = ("==", "!=", "<", "<=", ">", ">=")


def _operator(sign: str, left: Value, right: Value | None) -> Value | None:
    sides = [left] if right is None else [left, right]
    kinds = {each.type for each in sides if isinstance(each, Instance)}
    how = "numpy" if all(held(None, each) == "numpy" for each in sides) else ""
    if FRAME in kinds:
        return marked(frame(how), "bool") if sign in _COMPARED else frame()
    of = _same_rows(sides)
    if sign in _COMPARED:
        return series(how, "bool", of)
    if sign in ("&", "|", "^", "~"):
        both = all(field(each, "holds") in TRUTHS for each in sides)
        return series(how, "bool", of) if both else series()
    return series(how, _computed(sign, left, right, of) if how else "", of)


def _same_rows(sides: list[Value]) -> int:
    """The frame whose rows all these have."""
    rows = {rows_of(each) for each in sides if isinstance(each, Instance) and each.type == SERIES}
    return rows.pop() if len(rows) == 1 else 0


def _computed(sign: str, left: Value, right: Value | None, of: int) -> str:
    """What a series holds that is computed of one or two sides. Other rows leave holes, and so do divisions by 0."""
    kinds = [field(each, "holds") or _single_kind(each) for each in (left, right) if each]
    if right is None:
        return kinds[0] if kinds[0] in NUMBERS else ""
    times = [kind for kind in kinds if kind in ("moments", "spans")]
    if times:
        if sign == "-" and kinds == ["moments", "moments"]:
            return "spans"
        return "moments" if sign in ("+", "-") and sorted(kinds) == ["moments", "spans"] else ""
    sides = [array(kind) if _is_series(side) else side for kind, side in zip(kinds, (left, right), strict=True)]
    by_nothing = sign in ("//", "%") and not (isinstance(right, Known) and right.value)
    if any(kind not in NUMBERS and kind != "bool" for kind in kinds) or by_nothing:
        return ""
    made = together(sign, sides[0], sides[1])
    both = _is_series(left) and _is_series(right)
    return made if made in ("float64", "float32") or not both or of else ""


def _is_series(value: Value | None) -> bool:
    return isinstance(value, Instance) and value.type == SERIES


OPERATORS[FRAME] = OPERATORS[SERIES] = _operator
CHANGED[FRAME] = changed
