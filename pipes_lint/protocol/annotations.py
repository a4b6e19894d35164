"""Which annotations Dagster refuses: of what a body returns, and of its context.

From dagster 1.13.28, `_core/definitions/op_definition.py` (`_resolve_output_defs_from_outs`), and run. No annotation
of a generator is read. A step with several outputs (assets, and checks) takes a tuple or the class of one result. The
annotation of an `@asset` or `@op` with one output is made a Dagster type, and what cannot be made one fails where the
decorator stands; what can is held against the step's value, of which there is none when results are returned. That of a
`@multi_asset` of one spec, or of an `@asset_check`, means nothing.
"""

from __future__ import annotations

from typing import Final

from ..contract import Definition, Fate
from ..records import NamedTuple
from ..values import Instance, Known, Sequence, Symbol, Unknown, Value


class AnnotationFault(NamedTuple):
    """What is wrong with an annotation. `error` is what is said of it, and when."""

    shown: str
    what: str
    error: str


_GOOD: Final = ("dagster.MaterializeResult", "dagster.Output", "typing.Any", "builtins.object", "builtins.None")
_VALUES: Final = tuple("str int float bool bytes list dict tuple set".split())
_TAKEN: Final = tuple("List Sequence Dict Mapping Tuple Set list dict tuple set".split())
"""Containers that Dagster has types for."""
_REFUSED: Final = tuple(
    "Iterator Iterable Generator AsyncIterator AsyncIterable AsyncGenerator Collection Awaitable Coroutine".split()
)
_CLASSES: Final = (
    "dagster.PipesClientCompletedInvocation",
    "dagster.AssetMaterialization",
    "dagster.AssetCheckResult",
    "pandas.DataFrame",
)
_UNION: Final = "dagster.PipesExecutionResult"


_CONTEXTS: Final = {
    "AssetExecutionContext": ("op", "asset_check", "multi_asset_check"),
    "AssetCheckExecutionContext": ("op", "asset", "multi_asset"),
}


def context_fault(kind: str, name: str) -> str | None:
    """What Dagster says to a context of this class in a body of this kind (an op outside of any graph of assets); None
    if it gives it. From `_core/execution/context/compute.py`, `enter_execution_context`.
    """
    if kind not in _CONTEXTS.get(name, ()):
        return None
    return f"Cannot annotate @{kind.removeprefix('multi_')} `context` parameter with type {name}"


def annotation_fault(definition: Definition, fate: Fate) -> AnnotationFault | None:
    """What is wrong with a definition's annotation; None if nothing is, or it cannot be told."""
    if definition.returns is None or definition.returns.generator:
        return None
    value = definition.returns.value
    if _outputs(definition) > 1:
        if not _is_for_one(value):
            return None
        error = "the code location does not load: Expected Tuple annotation for multiple outputs"
        return AnnotationFault(_shown(value), "refuses where there are several outputs", error)
    if definition.kind not in ("asset", "op"):
        return None
    match _is_late(value):
        case False:
            error = "the code location does not load: Problem using type … from return type annotation"
            return AnnotationFault(_shown(value), "refuses", error)
        case True if fate is Fate.DELIVERED and definition.kind == "asset":
            error = "the step fails: Type check failed for step output"
            return AnnotationFault(_shown(value), "takes for the type of a value", error)
    return None


def _outputs(definition: Definition) -> int:
    """How many outputs the step has at least."""
    checks = len(definition.checks or ())
    match definition.kind:
        case "asset":
            return 1 + checks
        case "multi_asset":
            return len(definition.asset_keys or ()) + checks
        case "multi_asset_check":
            return checks
    return 1


def _is_for_one(value: Value) -> bool:
    """Whether an annotation is certainly neither a tuple's nor that of a single result."""
    match value:
        case Known(value=None):
            return True
        case Symbol(name=name):
            module, _, _ = name.rpartition(".")
            return module in ("builtins", "typing") or name in (_UNION, "dagster.Output", *_CLASSES[:2])
        case Instance(type="generic", fields={"of": Symbol(name=name)}):
            return not name.lower().endswith((".tuple", ".annotated")) and not name.startswith("dagster.")
    return False


def _is_late(value: Value) -> bool | None:
    match value:
        case Symbol(name=name) if name == _UNION:
            return False
        case Symbol(name=name) if name in _CLASSES:
            return True
        case Symbol(name=name):
            module, _, plain = name.rpartition(".")
            if module == "typing" and plain in _REFUSED:
                return False
            if module == "builtins" and plain in _VALUES or module == "typing" and plain in _TAKEN:
                return True
        case Instance(type="generic", fields={"of": Symbol(name=name), "item": item}):
            return _of_generic(name, item)
    return None


def _of_generic(name: str, item: Value) -> bool | None:
    module, _, plain = name.rpartition(".")
    if module not in ("typing", "collections.abc", "builtins"):
        return None
    inner = item.items if isinstance(item, Sequence) else (item,)
    if plain in ("Optional", "Union"):
        others = [each for each in inner if each != Known(None)]
        if len(others) > 1 and not any(isinstance(each, Unknown) for each in others):
            return False
        return False if len(others) == 1 and _is_late(others[0]) is False else None
    if plain in _REFUSED:
        return False
    if plain not in _TAKEN:
        return None
    unbounded = plain.lower() == "tuple" and Known(...) in inner
    return not (unbounded or any(_is_late(each) is False for each in inner))


def _shown(value: Value) -> str:
    match value:
        case Symbol(name=name):
            return name.rpartition(".")[2]
        case Known(value=None):
            return "None"
        case Instance(type="generic", fields={"of": Symbol(name="typing.Union"), "item": Sequence(items=items)}):
            return " | ".join(map(_shown, items))
        case Instance(type="generic", fields={"of": of, "item": Sequence(items=items)}):
            return f"{_shown(of)}[{', '.join(map(_shown, items))}]"
        case Instance(type="generic", fields={"of": of, "item": item}):
            return f"{_shown(of)}[{_shown(item)}]"
    return "…"
