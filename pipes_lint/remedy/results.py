"""Results of a launch, given to Dagster as it takes them."""

from __future__ import annotations

from .. import ir
from ..contract import Definition, Fate, Launch, Project
from ..finding import Change, Edit, Fix
from ..source import Span
from .texts import before, behind


def delivered(project: Project, launch: Launch) -> Fix | None:
    """The invocation that is returned is asked for its results; one that ends the body, and is dropped, is returned."""
    call = project.code.at(launch.span, ir.Call)
    function = _body_of(project, launch.definition)
    if call is None or function is None or launch.client != launch.maker or launch.client == "open_pipes_session":
        return None
    results = _results(project, launch.definition, function)
    if results is None or function.generator or function.is_async:
        return None
    if launch.fate is Fate.INVOCATION:
        returned = _returned(project, function)
        given = [each for each in returned if each is call or _holds(project, each, call)]
        if len(given) != 1:
            return None
        return Fix(f"return `.{results}()` of it", (Edit(behind(given[0].span), f".{results}()"),), safe=True)
    return _returning(project, function, call, results)


def _returning(project: Project, function: ir.Function, call: ir.Call, results: str) -> Fix | None:
    if _returned(project, function) or not isinstance(function.body, ir.Block):
        return None
    last = function.body.body[-1]
    edits: list[Change] = [Edit(before(last.span), "return ")]
    match last:
        case ir.Call() if last is call:
            edits.append(Edit(behind(call.span), f".{results}()"))
        case ir.Call(function=ir.Member(object=inner, name=name), arguments=()) if inner is call and name == results:
            pass
        case _:
            return None
    return Fix(f"return `.{results}()` of it", tuple(edits), safe=False)


def _results(project: Project, definition: Definition, function: ir.Function) -> str | None:
    """What is to be asked for; None where the annotation of what is returned has other expectations."""
    annotation = project.code.spelt(function.returns)
    match definition.kind:
        case "asset_check" if function.returns is None or (annotation or "").endswith("AssetCheckResult"):
            return "get_asset_check_result"
        case "asset" if (annotation or "").endswith("MaterializeResult"):
            return "get_materialize_result"
        case "asset" | "multi_asset" | "multi_asset_check" if function.returns is None:
            return "get_results"
    return None


def _body_of(project: Project, definition: Definition) -> ir.Function | None:
    functions = project.code.of(definition.span.path, ir.Function)
    return next((each for each in functions if each.name_span == definition.span), None)


def _returned(project: Project, function: ir.Function) -> list[ir.Node]:
    """What the body itself returns."""
    inside = [
        each
        for each in project.code.of(function.span.path, ir.Return)
        if function.span.start <= each.span.start and each.span.end <= function.span.end
    ]
    return [each.value for each in inside if each.value is not None]


def _holds(project: Project, node: ir.Node, call: ir.Call) -> bool:
    """Whether it is a variable that this call alone has been assigned to."""
    return isinstance(node, ir.Name) and project.code.value_of(node) is call


def yielded_from(project: Project, launch: Launch) -> Fix | None:
    """What is yielded as a whole is yielded one by one, where it stands at the `yield` itself."""
    found: list[Change] = []
    for asked in launch.result_calls:
        call = project.code.call_of(asked.span)
        match project.code.parent(call):
            case ir.Yield(delegate=False, value=value) if value is call and call is not None:
                found.append(Edit(before(call.span), "from "))
    return Fix("write `yield from`", (found[0],), safe=True) if len(found) == 1 else None


def of_many(project: Project, definition: Definition, method: Span) -> Fix | None:
    """`get_results()` in the place of a method that gives a single result, where that is returned as it is."""
    code = project.code
    call = code.call_of(method)
    if call is None or call.arguments or definition.returns is not None:
        return None
    holder = code.parent(call)
    if isinstance(holder, ir.Assign) and isinstance(holder.target, ir.Name) and code.value_of(holder.target) is call:
        reads = code.reads(method.path, holder.target.name)
        holder = code.parent(reads[0]) if len(reads) == 1 else None
    edits: list[Change] = [Edit(method, "get_results")]
    match holder:
        case ir.Return():
            pass
        case ir.Yield(delegate=False, value=value) if value is not None:
            edits.append(Edit(before(value.span), "from "))
        case _:
            return None
    return Fix("use `get_results()`", tuple(edits), safe=True)
