"""A call whose arguments do not fit what is called."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipes_lint.contract import Called, Contract, Launch, Misopened, Project, RawArgument
from pipes_lint.finding import Finding, Fix, error, listing, nearest, per_site, stops
from pipes_lint.protocol import (
    CLIENTS,
    FUNCTIONS,
    LOG_LEVEL_OF,
    LOG_OPTIONS,
    MADE,
    Bound,
    Signature,
    bind,
    bind_arguments,
    caught,
    members,
)
from pipes_lint.remedy.calls import with_default


@error
def invalid_arguments(project: Project) -> Iterator[Finding]:
    broken = {each.span.path for each in project.unreadable}  # half an argument there is none to be counted
    for finding in _all(project):
        if finding.span.path not in broken:
            yield finding


def _all(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, partial(_judge, project))
    yield from per_site(project, Called, partial(_judge_log, project))
    yield from per_site(project, Misopened, _judge_opening)
    for launch in {contract.launch.span: contract.launch for contract in project.contracts}.values():
        yield from _judge_launch(launch)
    yield from dict.fromkeys(found for contract in project.contracts for found in _judge_making(contract.launch))


def _judge(project: Project, contract: Contract | None, called: Called) -> Iterator[Finding]:
    bound = bind(called)
    member = members(called.dialect).get(called.member)
    if bound.problem is None or member is None or member.signature is None:
        return
    if caught(called.when.guards, "error" if called.dialect == "r" else "TypeError"):
        return
    if called.dialect == "r":
        message = f"`{called.member}()` is called wrongly: {bound.problem}"
        label = "the script stops here"
    else:
        message = bound.problem.replace(f"{member.signature.name}()", f"`{member.signature.name}()`", 1)
        label = stops("TypeError")
    help_ = _help(called, member.signature, bound)
    yield Finding(bound.span or called.span, message, label, help=help_, fix=_fix(project, called))


def _judge_log(project: Project, contract: Contract | None, called: Called) -> Iterator[Finding]:
    """A logger's method: what it does not take it refuses, unless its message is on too low a level to be logged."""
    method = called.member.removeprefix("log.")
    if called.dialect == "r" or method == called.member or method not in (*LOG_LEVEL_OF, "log"):
        return
    if caught(called.when.guards, "TypeError") or _may_be_silent(project, contract):
        return
    for argument in called.arguments:
        if argument.name and argument.name not in (*LOG_OPTIONS, "msg", "level" if method == "log" else "msg"):
            yield Finding(
                argument.span,
                f"`log.{method}()` takes no argument `{argument.name}`",
                stops(f"TypeError: Logger._log() got an unexpected keyword argument '{argument.name}'"),
                help="write it into the message: a logger of Python's takes no fields",
            )
            return


def _may_be_silent(project: Project, contract: Contract | None) -> bool:
    sessions = [session for each, session in project.sessions if each is contract]
    return any(event.member == "log.setLevel" for each in sessions for event in each.calls("log.setLevel"))


def _judge_opening(contract: Contract | None, opened: Misopened) -> Iterator[Finding]:
    if not caught(opened.when.guards, "error" if opened.dialect == "r" else "TypeError"):
        label = stops(opened.error) if opened.error else "the script stops here"
        yield Finding(opened.span, f"`{opened.name}` {opened.problem}", label=label, help=opened.help)


def _judge_making(launch: Launch) -> Iterator[Finding]:
    """How the client was made that is asked to launch."""
    name = launch.spawn.function if launch.spawn else ""
    if launch.made is None or name not in MADE:
        return
    bound = bind_arguments(MADE[name], launch.made, "python")
    if bound.problem and bound.span:
        help_ = _near(MADE[name], launch.made, bound)
        guilty = next((each.name for each in launch.made if each.span == bound.span), None)
        if any(guilty == parameter.name for parameter in CLIENTS[name].run.parameters):
            help_ = f"pass `{guilty}` to `run()`"
        message = bound.problem.replace(f"{MADE[name].name}()", f"`{name}()`", 1)
        yield Finding(bound.span, message, label="TypeError: the client cannot be made", help=help_)


def _judge_launch(launch: Launch) -> Iterator[Finding]:
    if launch.client == "open_pipes_session":
        signature = FUNCTIONS["dagster.open_pipes_session"]
    elif launch.client in CLIENTS and CLIENTS[launch.client].strict:
        signature = CLIENTS[launch.client].run
    else:
        return
    bound = bind_arguments(signature, launch.arguments, "python")
    if bound.problem and not caught(launch.when.guards, "TypeError"):
        yield Finding(
            bound.span or launch.span,
            bound.problem.replace(f"{signature.name}()", f"`{signature.name}()`", 1),
            label="the step fails here: TypeError",
            help=_near(signature, launch.arguments, bound),
        )


def _help(called: Called, signature: Signature, bound: Bound) -> str | None:
    if called.member == "get_extra" and len(called.arguments) == 2:
        if called.dialect == "r":
            return "for a default, write `ctx$extras[[key]]` and ask whether it is NULL"
        return "for a default, write `context.extras.get(key, default)`"
    return _near(signature, called.arguments, bound)


def _fix(project: Project, called: Called) -> Fix | None:
    return with_default(project, called) if called.member == "get_extra" else None


def _near(signature: Signature, arguments: tuple[RawArgument, ...], bound: Bound) -> str | None:
    names = [each.name for each in signature.parameters]
    guilty = next((each.name for each in arguments if each.span == bound.span and each.name), None)
    if guilty is None or guilty in names:
        return None
    near = nearest(guilty, names)
    return f"did you mean `{near}`?" if near else f"it takes {listing(names)}"
