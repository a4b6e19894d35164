"""Loads a grammar out of the package that carries it."""

from __future__ import annotations

from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Parser


def grammar(package: str, folder: str, module: str) -> Parser:
    """A parser, from the one extension module that is needed.

    To import the package itself would cost more than to parse a file: one loads other grammars too, the other the
    machinery for its query files.
    """
    from tree_sitter import Language, Parser

    name = ".".join(part for part in (package, folder, module) if part)
    found = PathFinder.find_spec(package)
    places = found.submodule_search_locations if found else None
    spec = PathFinder.find_spec(name, [f"{place}/{folder}" if folder else place for place in places or ()])
    if spec is None or spec.loader is None:
        raise ImportError(f"the grammar {name} is missing: a dependency of pipes-lint is not installed", name=name)
    binding = spec.loader.create_module(spec)
    if binding is None:
        raise ImportError(f"the grammar {name} is no extension module", name=name)
    spec.loader.exec_module(binding)
    return Parser(Language(binding.language()))
