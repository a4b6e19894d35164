"""A name of `dagster_pipes` that it does not have, or that is called on the wrong side."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Misused, Project
from pipes_lint.finding import Edit, Finding, Fix, TakeFrom, error, launched_here, nearest
from pipes_lint.protocol import CLIENTS, EXPORTS
from pipes_lint.remedy.calls import renamed

OF_DAGSTER = frozenset(
    """
    AssetCheckExecutionContext AssetCheckResult AssetCheckSeverity AssetExecutionContext AssetKey Definitions
    MaterializeResult MetadataValue OpExecutionContext PipesBlobStoreMessageReader PipesClient
    PipesClientCompletedInvocation PipesContextInjector PipesEnvContextInjector PipesFileContextInjector
    PipesFileMessageReader PipesMessageReader PipesSession PipesTempFileContextInjector PipesTempFileMessageReader
    asset open_pipes_session
    """.split()
)
"""Names that `dagster` has. From dagster 1.13.28."""


@error
def unknown_import(project: Project) -> Iterator[Finding]:
    for misused in project.misused:
        yield _called(misused) if misused.step else _imported(misused, project)


def _imported(misused: Misused, project: Project) -> Finding:
    name = misused.name
    there = _elsewhere(name)
    meant = None if there else nearest(name, [each for each in EXPORTS if each[0] == name[0] or each[0].islower()])
    guilty = [each for each in project.contracts if each.session and misused.span.path in each.session.files]
    return Finding(
        misused.span,
        f"`dagster_pipes` has no `{name}`" + (f", which comes from `{there}`" if there else ""),
        f"ImportError: cannot import name '{name}' from 'dagster_pipes'",
        launched_here(guilty),
        fix=_fix(project, misused, there, meant),
        help=f"import it from `{there}`" if there else f"did you mean `{meant}`?" if meant else None,
    )


def _fix(project: Project, misused: Misused, there: str | None, meant: str | None) -> Fix | None:
    """The package that has the name; or the near name, where it is imported and wherever it is read."""
    node = project.code.import_at(misused.span)
    if node is None:
        return renamed(project, misused.span, misused.name, meant) if meant and not there else None
    if there:
        launches = any(each.launch.span.path == misused.span.path for each in project.contracts)
        return Fix(f"import `{misused.name}` from `{there}`", (TakeFrom(misused.span, there),), safe=launches)
    if meant is None or node.alias:
        return None
    path = misused.span.path
    names = [misused.span, *(each.span for each in project.code.reads(path, misused.name))]
    return Fix(f"replace `{misused.name}` by `{meant}`", tuple(Edit(span, meant) for span in names), safe=False)


def _elsewhere(name: str) -> str | None:
    """The package that has the name."""
    if name in CLIENTS:
        return CLIENTS[name].package
    return "dagster" if name in OF_DAGSTER else None


def _called(misused: Misused) -> Finding:
    if misused.error:
        return Finding(
            misused.span,
            f"`{misused.name}` is called in the body of {misused.step}, but it is the launched script's",
            f"the step fails here: TypeError: {misused.error}",
            help="use `open_pipes_session` of `dagster` here",
        )
    return Finding(
        misused.span,
        f"`{misused.name}` is called in the body of {misused.step}, which is no launched script",
        "this gives a context that does nothing: all that is reported to it is lost, while the run stays green",
        help="call it in the script that a client launches; here, yield a `MaterializeResult` or use `context.log`",
    )
