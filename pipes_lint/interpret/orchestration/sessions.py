"""`open_pipes_session`: its block, and the commands that run inside it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from ...contract import Passed
from ...launching import Spawn
from ...source import Span
from ...values import Bound, Instance, Known, Mapping, Reference, Sequence, Template, Unknown, Value
from ..calls import HANDED, stranger
from ..machine import CONTEXTS, LIBRARY, MEMBERS, METHODS, Args, Frame, Machine, library
from ..settle import settle
from ..started import Started
from .launches import SESSION, launch


@library("dagster.open_pipes_session")
def open_pipes_session(machine: Machine, args: Args) -> Value:
    return launch(machine, "open_pipes_session", {}, args)


def _entered(machine: Machine, session: Instance, span: Span):  # type: ignore[no-untyped-def]
    blocks = machine.roles.setdefault("blocks", [])
    blocks.append(session.ident)

    def leave() -> None:
        if session.ident in blocks:
            blocks.remove(session.ident)
        machine.store.write(("session", session.ident, "left"), Known(True))

    return session, leave


CONTEXTS[SESSION] = _entered


def _open(machine: Machine) -> Started | None:
    """The innermost session whose block is being run."""
    blocks = machine.roles.get("blocks")
    return machine.roles["started"].get(blocks[-1]) if blocks else None


# --- commands -------------------------------------------------------------------------------------------------------

_STARTERS: Final = {
    "subprocess.run": "args",
    "subprocess.Popen": "args",
    "subprocess.call": "args",
    "subprocess.check_call": "args",
    "subprocess.check_output": "args",
    "subprocess.getoutput": "cmd",
    "subprocess.getstatusoutput": "cmd",
    "os.system": "command",
    "asyncio.create_subprocess_shell": "cmd",
    "pexpect.run": "command",
    "pexpect.spawn": "command",
}
"""What starts a process, and the parameter (the first) that is its command."""
_BY_WORDS: Final = ("asyncio.create_subprocess_exec", "sh.Command")
"""What starts a process whose words are its arguments."""


def _starter(name: str, parameter: str | None) -> None:
    before = LIBRARY.get(name)

    def start(machine: Machine, args: Args) -> Value:
        session = _open(machine)
        if session is not None:
            _note(machine, session, name, parameter, args)
        return before(machine, args) if before else stranger(machine, args, f"`{name}`", mutating=False)

    LIBRARY[name] = start


def _note(machine: Machine, session: Started, name: str, parameter: str | None, args: Args) -> None:
    places = {arg.name: Passed(settle(machine, arg.value), arg.where) for arg in args.items if arg.name}
    if parameter is None:
        words = [arg for arg in args.items if arg.name is None]
        known = tuple(settle(machine, arg.value) for arg in words if not arg.loose)
        command: Value | None = Sequence(known, "list", not any(arg.loose for arg in words))
        where = words[0].where if words else args.span
    else:
        given = args.get(parameter, 0)
        command = settle(machine, given) if given is not None else None
        where = next((arg.where for arg in args.items if arg.name in (None, parameter)), args.span)
    if command is not None:
        session.commands.append((Passed(command, where), places.get("env"), places.get("cwd")))
        shell = places.get("shell")
        session.spawns.append(Spawn("" if args.loose else name, shell.value if shell else None, args.span))


def _handed(machine: Machine, args: Args) -> None:
    """Notes a call inside a session's block that goes where nothing can be seen: it may start the process."""
    session = _open(machine)
    if session is not None and args.items:
        given = enumerate(args.items)
        session.handed.append(
            {arg.name or str(place): Passed(settle(machine, arg.value), arg.where) for place, arg in given}
        )


def _shared(machine: Machine, args: Args) -> None:
    """Notes that a session is handed to code that cannot be seen, which may ask it for all that a process needs."""
    started: dict[int, Started] = machine.roles.get("started", {})
    for value in [arg.value for arg in args.items] if started else ():
        while isinstance(value, Bound):
            value = value.receiver
        if isinstance(value, Reference | Sequence | Mapping):
            value = _session_in(settle(machine, value)) or value
        if isinstance(value, Instance) and value.type == SESSION and value.ident in started:
            asked = started[value.ident].asked
            if isinstance(asked, list):
                asked.append("anything")


def _session_in(value: Value) -> Instance | None:
    match value:
        case Instance(type=kind) if kind == SESSION:
            return value
        case Sequence(items=items):
            return next(filter(None, map(_session_in, items)), None)
        case Mapping(slots=slots):
            return next(filter(None, (_session_in(slot.value) for slot in slots.values())), None)
    return None


def _copied(machine: Machine, args: Args) -> None:
    """Notes that a script of the project's is taken elsewhere under another name: `upload(local, remote)`."""
    if "session" in machine.roles or len(args.items) < 2:
        return
    here: list[str] = []
    there: list[Value] = []
    for arg in args.items:
        match machine.content(arg.value):
            case Known(value=str() | PurePosixPath() as plain) as value if str(plain).endswith(_SCRIPTS):
                inside = machine.world.relative(str(plain)) if str(plain).startswith("/") else None
                if inside and machine.world.exists(inside):
                    here.append(inside)
                else:
                    there.append(value)
            case Template(pieces=(*_, str() as end)) as value if end.endswith(_SCRIPTS):
                there.append(value)
    if len(here) == 1:
        machine.world.copied += [(here[0], each) for each in there]


_SCRIPTS: Final = (".py", ".R", ".r", ".sh", ".jl", ".ipynb")


def hook_commands() -> None:
    """Sees the commands that run inside an `open_pipes_session` block; called once, when all libraries are known."""
    for name, parameter in _STARTERS.items():
        _starter(name, parameter)
    for name in _BY_WORDS:
        _starter(name, None)
    HANDED.append(_handed)
    HANDED.append(_shared)
    HANDED.append(_copied)


# --- Docker's own library -------------------------------------------------------------------------------------------

_DOCKER: Final = "docker.DockerClient"


@library("docker.from_env", "docker.DockerClient", "docker.client.from_env")
def docker(machine: Machine, args: Args) -> Value:
    return Instance(_DOCKER, {}, machine.store.ident(), args.span)


def _of_docker(machine: Machine, client: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    if name == "containers":
        return Instance("docker.containers", {}, client.ident, span)
    return Unknown(f"`{name}` is Docker's", span, foreign=True)


def _run_container(machine: Machine, bound: Bound, args: Args) -> Value | None:
    """`containers.run(image, command, environment=…)`. From docker 7.1, `models/containers.py`."""
    session = _open(machine)
    command = args.get("command", 1)
    if session is not None and bound.name in ("run", "create") and command is not None:
        places = [arg for arg in args.items if arg.name is None]
        arg = args.arg("command") or places[1]
        environment = args.arg("environment")
        env = Passed(settle(machine, environment.value), environment.where) if environment else None
        session.commands.append((Passed(settle(machine, command), arg.where), env, None))
        session.spawns.append(Spawn("docker", None, args.span))
    return Unknown("Docker gives it", args.span, foreign=True)


MEMBERS[_DOCKER] = _of_docker
METHODS["docker.containers"] = _run_container
