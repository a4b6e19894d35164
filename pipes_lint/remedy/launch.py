"""What the launch's side lacks is put there: an extra, a declared check."""

from __future__ import annotations

from collections.abc import Iterable

from .. import ir
from ..contract import Contract, Definition, Launch, Project
from ..finding import AddArgument, AddEntry, AddItem, Change, Edit, Fix
from .texts import quoted


def extra_added(project: Project, guilty: Iterable[Contract], key: str) -> Fix | None:
    """An extra that is missing is passed as None, if one launch alone lacks it and its extras stand in its file."""
    launches = list({contract.launch.span: contract.launch for contract in guilty}.values())
    if len(launches) != 1 or key in launches[0].extras.slots:
        return None
    launch = launches[0]
    change = _in_extras(project, launch, key)
    return Fix(f"pass the extra `{key}`, as None", (change,), safe=False) if change else None


def _in_extras(project: Project, launch: Launch, key: str) -> Change | None:
    code, span = project.code, launch.extras_span
    if span.path != launch.span.path or not launch.span.start <= span.start < span.end <= launch.span.end:
        return None
    given = next((each for each in launch.arguments if each.name == "extras"), None)
    alone = f"{{{quoted(key)}: None}}"
    if given is None:
        call = code.at(launch.span, ir.Call)
        known = launch.client == launch.maker and call is not None and not any(each.spread for each in call.arguments)
        return AddArgument(launch.span, "extras", alone) if known else None
    if code.is_literal(span, None):
        return Edit(span, alone)
    node: ir.Node | None = code.at(span, ir.Record) or code.at(span, ir.Call) or code.at(span, ir.Name)
    if isinstance(node, ir.Name):
        others = [each.launch for each in project.contracts if each.launch.span != launch.span]
        node = code.value_of(node)
        if node is None or any(each.extras.span == node.span for each in others):
            return None
    match node:
        case ir.Record(span=place):
            return AddEntry(place, key, "None")
        case ir.Call(span=place, function=ir.Name(name="dict"), arguments=arguments) if key.isidentifier():
            return AddEntry(place, key, "None") if all(each.name for each in arguments) else None
    return None


def check_added(project: Project, definition: Definition, name: str, asset_key: str) -> Fix | None:
    """A check that is not declared becomes so, where the definition's decorator stands with its arguments."""
    if definition.kind not in ("asset", "multi_asset", "graph_asset", "multi_asset_check"):
        return None
    code, path = project.code, definition.span.path
    function = next((each for each in code.of(path, ir.Function) if each.name_span == definition.span), None)
    spelt = code.imported(path, "dagster", "AssetCheckSpec")
    if function is None or spelt is None:
        return None
    parameter = "specs" if definition.kind == "multi_asset_check" else "check_specs"
    key = asset_key.split("/")
    asset = quoted(asset_key) if len(key) == 1 else f"[{', '.join(map(quoted, key))}]"
    spec = f"{spelt}({quoted(name)}, asset={asset})"
    changes = (_declaring(project, each, definition, parameter, spec) for each in function.decorators)
    found = tuple(change for change in changes if change)
    return Fix(f"declare the check `{name}`", found, safe=False) if len(found) == 1 else None


def _declaring(
    project: Project, decorator: ir.Node, definition: Definition, parameter: str, spec: str
) -> Change | None:
    code = project.code
    plain = decorator.function if isinstance(decorator, ir.Call) else decorator
    spelt = code.spelt(plain)
    if spelt is None or spelt != code.imported(definition.span.path, "dagster", definition.kind):
        return None
    if not isinstance(decorator, ir.Call):
        return Edit(decorator.span, f"{spelt}({parameter}=[{spec}])")
    given = [each.value for each in decorator.arguments if each.name == parameter]
    if not given:
        spread = any(each.spread for each in decorator.arguments)
        return None if spread else AddArgument(decorator.span, parameter, f"[{spec}]")
    value = given[0]
    if isinstance(value, ir.Name):
        if len(code.reads(value.span.path, value.name)) != 1:
            return None
        value = code.value_of(value) or value
    match value:
        case ir.Collection(span=place, kind="list" | "tuple"):
            return AddItem(place, spec)
        case ir.Literal(value=None, span=place):
            return Edit(place, f"[{spec}]")
    return None
