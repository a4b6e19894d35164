"""Reads a file of Dagster components (`defs.yaml`): its documents as plain values, with the place of each.

The parser is the one that Dagster itself uses (From dagster 1.13.28, `dagster_shared/yaml_utils/__init__.py`): what a
scalar means, how anchors and merges are resolved and what is refused are then the same, in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from ..ir import Fault
from ..records import NamedTuple
from ..source import Source, Span
from ..values import Key, Known, Mapping, Sequence, Slot, Template, Unknown, Value

if TYPE_CHECKING:
    import yaml
    from yaml.nodes import Node

FILES: Final = ("defs.yaml", "defs.yml", "component.yaml")
"""The names that Dagster looks for, the first that is there being taken. From dagster 1.13.28,
`components/core/defs_module.py`, `find_defs_or_component_yaml`."""

_TYPE: Final = r"""(?m)^[{ ]*["']?type["']?\s*:\s*["']?([\w.]+)"""
_TEMPLATE: Final = r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})"
_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"
_DEEPEST: Final = 40

Fill = Callable[[str, Span], Value]
"""What a template's expression (`context.project_root`) stands for."""


class Document(NamedTuple):
    """One component: its type's name, and what is said of it."""

    type: str
    span: Span
    """Where the type is named."""
    fields: Mapping
    """The whole document."""


def types(text: str) -> list[str]:
    """The component types that a file seems to name, without parsing it."""
    return re.findall(_TYPE, text)


def template_modules(text: str) -> list[str]:
    """The modules that a file names for its templates' variables."""
    return re.findall(r"""(?m)^[{ ]*["']?template_vars_module["']?\s*:\s*["']?([\w.]+)""", text)


def read(source: Source, fill: Fill) -> tuple[tuple[Document, ...], Fault | None]:
    """The file's components, and why the file as a whole is refused if it is (Dagster then loads none of it)."""
    import yaml

    try:
        loader = yaml.SafeLoader(source.text)
        documents = tuple(_documents(_Reader(source, fill, loader), loader))
    except yaml.YAMLError as error:
        return (), _fault(source, error)
    except RecursionError:
        return (), Fault(Span(source.path, 0, 0), "it is nested too deep")
    return documents, None


def _documents(reader: _Reader, loader: yaml.SafeLoader) -> Iterator[Document]:
    while loader.check_node():
        node = loader.get_node()
        if node is None:
            return
        value = reader.value(node)
        named = value.slots.get("type") if isinstance(value, Mapping) else None
        match named:
            case Slot(value=Known(value=str() as name, span=Span() as span)):
                assert isinstance(value, Mapping)
                yield Document(name, span, value)


class _Reader:
    """Turns a document's nodes into values."""

    def __init__(self, source: Source, fill: Fill, loader: yaml.SafeLoader) -> None:
        self.source = source
        self.fill = fill
        self.loader = loader

    def value(self, node: Node, depth: int = 0) -> Value:
        import yaml

        span = self.span(node)
        if depth > _DEEPEST:
            return Unknown("it holds itself, or is nested too deep", span)
        match node:
            case yaml.ScalarNode():
                return self.scalar(node, span)
            case yaml.SequenceNode():
                return Sequence(tuple(self.value(item, depth + 1) for item in node.value), "list", True, span)
            case yaml.MappingNode():
                self.loader.flatten_mapping(node)  # `<<: *base`
                slots: dict[Key, Slot] = {}
                for key, inner in node.value:
                    if isinstance(key, yaml.ScalarNode):
                        slots[str(key.value)] = Slot(self.value(inner, depth + 1), True, self.span(key))
                return Mapping(slots, None, "dict", span)
        return Unknown("it cannot be read", span)

    def scalar(self, node: yaml.ScalarNode, span: Span) -> Value:
        if node.tag == _TIMESTAMP:
            return Known(node.value, span)
        try:
            value = self.loader.construct_object(node)
        except ValueError:  # `!!int abc`
            return Unknown("it is not of the type that it is said to be", span)
        if isinstance(value, str):
            return self.text(value, span)
        return Known(value, span) if isinstance(value, bool | int | float | None) else Unknown("it is no text", span)

    def text(self, text: str, span: Span) -> Value:
        """A text, its templates filled in where that is plain."""
        parts = [part for part in re.split(_TEMPLATE, text, flags=re.DOTALL) if part]
        if not any(re.fullmatch(_TEMPLATE, part, re.DOTALL) for part in parts):
            return Known(text, span)
        pieces: list[str | Unknown] = []
        for part in parts:
            filled = self.filled(part, span) if re.fullmatch(_TEMPLATE, part, re.DOTALL) else Known(part)
            if len(parts) == 1:
                return filled._replace(span=span) if isinstance(filled, Known) else filled
            if isinstance(filled, Known):
                before = pieces.pop() if pieces and isinstance(pieces[-1], str) else ""
                pieces.append(f"{before}{filled.value}")
            else:
                reason = filled if isinstance(filled, Unknown) else Unknown(f"`{part}` is no plain text", span)
                pieces.append(reason)
        match pieces:
            case [str() as whole]:
                return Known(whole, span)
        return Template(tuple(pieces), False, span)

    def filled(self, part: str, span: Span) -> Value:
        if part.startswith("{#"):
            return Known("")
        if part.startswith("{%"):
            return Unknown(f"`{part}` is worked out when Dagster loads the component", span)
        return self.fill(part.removeprefix("{{").removesuffix("}}").strip("- \t\n"), span)

    def span(self, node: Node) -> Span:
        """Where a node stands; a scalar without its quotes' trailing blanks or a block's last line break."""
        start, end = node.start_mark.index, node.end_mark.index
        while end > start and self.source.text[end - 1 : end].isspace():
            end -= 1
        return Span(self.source.path, start, end)


def _fault(source: Source, error: Exception) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = min(mark.index, len(source.text)) if mark is not None else 0
    position = source.position(at)
    line = source.line_starts[position.row - 1]
    end = max(at, line + len(source.line(position.row)))
    return Fault(Span(source.path, at, end), getattr(error, "problem", None) or "it is no YAML that Dagster can read")
