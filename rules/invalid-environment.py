"""An environment that the system does not take, or in which the script does not find its session."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Opened, Passed, Project
from pipes_lint.finding import Edit, Finding, Fix, error, launched_here
from pipes_lint.protocol import bootstraps, caught, class_name, lacks_bootstrap, no_text, shown, starts_locally
from pipes_lint.remedy.texts import wrapped
from pipes_lint.source import Span
from pipes_lint.values import Known, Mapping, Sequence, Slot, Value, options

_FAILS = "the step fails: TypeError: expected str, bytes or os.PathLike object, not"
_NO_LOAD = "the code location does not load: CheckError: Expected value of type <class 'str'>. Got a value of type"


@error
def invalid_environment(project: Project) -> Iterator[Finding]:
    found: dict[tuple[Span, str], tuple[Finding, list[Contract]]] = {}
    for contract in project.contracts:
        for finding in _judge(project, contract):
            found.setdefault((finding.span, finding.message), (finding, []))[1].append(contract)
    for finding, contracts in found.values():
        notes = (note for note in launched_here(contracts) if not _covers(note.span, finding.span))
        yield finding._replace(notes=tuple(notes))


def _judge(project: Project, contract: Contract) -> Iterator[Finding]:
    launch = contract.launch
    if not starts_locally(launch):
        return
    if launch.env is not None and not caught(launch.when.guards, "TypeError"):
        judged = [list(_values(project, contract, each, launch.env.span)) for each in options(launch.env.value)]
        yield from judged[0] if all(judged) else ()
    if isinstance(launch.made_with, Mapping):
        yield from _made_with(project, contract, launch.made_with)
    if _is_lost(contract):
        yield _lost(contract, launch.env)


# --- what is no text ------------------------------------------------------------------------------------------------


def _values(project: Project, contract: Contract, environment: Value, span: Span) -> Iterator[Finding]:
    match environment:
        case Mapping(slots=slots):
            for key, slot in slots.items():
                name = no_text(slot.value)
                if name is not None:
                    yield _no_text(project, contract, str(key), slot, name, slot.written or span, _FAILS)
                elif not isinstance(key, str | bytes):
                    yield Finding(
                        slot.span or span,
                        f"variable `{key}` in the environment that {contract.step} passes has no text for a name",
                        label=f"{_FAILS} {type(key).__name__}",
                        help="write it in quotes",
                    )
        case Sequence() | Known(value=str()):
            name = class_name(environment)
            client = contract.launch.spawn and contract.launch.spawn.function == "PipesSubprocessClient"
            yield Finding(
                span,
                f"environment that {contract.step} passes is a `{name}`",
                label=f"the step fails: '{name}' object {'is not a mapping' if client else 'has no attribute items'}",
                help='write a dictionary: `{"NAME": "value"}`',
            )


def _made_with(project: Project, contract: Contract, environment: Mapping) -> Iterator[Finding]:
    """The client looks at what it is made with, and takes texts only."""
    for key, slot in environment.slots.items():
        name = no_text(slot.value)
        if name is None and class_name(slot.value) in ("bytes", "pathlib.PosixPath"):
            name = class_name(slot.value)
        if name is not None:
            span = slot.written or environment.span or contract.launch.span
            yield _no_text(project, contract, str(key), slot, name, span, _NO_LOAD)


def _no_text(project: Project, contract: Contract, key: str, slot: Slot, name: str, span: Span, label: str) -> Finding:
    text = shown(slot.value, "python")
    fix = None
    match slot.value:
        case Known(value=bool()):
            pass
        case Known(value=int() | float() as number) if project.code.is_literal(span, number):
            fix = Fix("write it as a text", (Edit(span, f'"{number}"'),), True)
        case _ if slot.written == span and name in ("int", "float", "pathlib.PosixPath"):
            fix = wrapped(span, "str", safe=True)
    what = f"{text}, which is no text" if text != "this" else f"a value of type `{name}`"
    return Finding(
        span,
        f"variable `{key}` in the environment of {contract.step} is {what}",
        label=f"{label} {name}",
        help="leave it out, or pass a text" if slot.value == Known(None) else "write `str(…)` around it",
        fix=fix,
    )


# --- what the script needs ------------------------------------------------------------------------------------------


def _is_lost(contract: Contract) -> bool:
    """Whether the script certainly looks for its session in its environment, and does not find it there."""
    launch = contract.launch
    if launch.maker != "open_pipes_session" or launch.spawn is None or contract.session is None:
        return False
    opened = [event for event in contract.session.events if isinstance(event, Opened)]
    if not opened or not bootstraps(launch.carried, opened[0]):
        return False
    asked = set(launch.spawn.asked)
    if asked <= {"get_bootstrap_cli_arguments"}:
        return True
    return asked == {"get_bootstrap_env_vars"} and launch.env is not None and lacks_bootstrap(launch.env.value)


def _lost(contract: Contract, env: Passed | None) -> Finding:
    spawn = contract.launch.spawn
    script = contract.script.path if contract.script else "the script"
    assert spawn is not None
    return Finding(
        env.span if env else spawn.span or contract.launch.span,
        f"`{script}` cannot find its session: {contract.step} does not pass it the session's variables",
        label="all that the script reports is lost: it opens no session, and goes on without",
        help="pass `{**os.environ, **session.get_bootstrap_env_vars()}` as `env`",
    )


def _covers(outer: Span, inner: Span) -> bool:
    return outer.path == inner.path and outer.start <= inner.start and inner.end <= outer.end
