"""Says what a script does with its Pipes context, in words that know no language and no place.

`tests/languages.md` explains them. Nothing is left out but what only one of the languages has: that `get_extra` is a
call and `extras` a member, whether a number was written as 5L, 5.0 or 5, and who raised what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from pipes_lint.contract import Called, Certainty, Closed, Event, ExtraRead, MemberRead, Opened, Session, Way, When
from pipes_lint.protocol import Bound, bind
from pipes_lint.values import Known, Mapping, OneOf, Sequence, Template, Unknown, Value

_ASKED = (Way.GET,)
_REPORTS = {"report_asset_check": "check", "report_asset_materialization": "materialize"}


def told(session: Session) -> list[str]:
    """A session in words, line by line."""
    lines: list[str] = []
    reports: list[tuple[When, str]] = []
    for event in session.events:
        words = _words(event)
        if words is None:
            continue
        line = [words, _certainty(event.when)]
        if isinstance(event, Called) and event.member in _REPORTS:
            others = [name for when, name in reports if event.when.excludes(when)]
            if others:
                line.append("instead of " + ", ".join(dict.fromkeys(others)))
            reports.append((event.when, _report_name(event)))
        lines.append(" ".join(filter(None, line)))
    lines += ["left open"] if session.open_at_end else []
    lines += ["fails"] if session.failing else []
    lines += ["gap"] if session.gaps else []
    return lines


def _certainty(when: When) -> str:
    match when.certainty:
        case Certainty.ALWAYS:
            return ""
        case Certainty.SOMETIMES if when.loops:
            return "repeatedly"
        case certainty:
            return str(certainty.value)


def _words(event: Event) -> str | None:
    match event:
        case Opened():
            return "open"
        case Closed():
            return "close"
        case ExtraRead(way=Way.ALL):
            return "read *"
        case ExtraRead(key=key, way=way):
            return f"{'ask' if way in _ASKED else 'read'} {name(key)}"
        case MemberRead(member="extras" | "log", attribute=None):
            return None
        case MemberRead(member=member, attribute=attribute):
            return f"look {member}.{attribute}" if attribute else f"look {member}"
        case Called(member=member) if member in _REPORTS:
            return " ".join([_report_name(event), *_details(bind(event))])
        case Called(member="get_extra" | "close") | Called(member="extras.get"):
            return None
        case Called(member="report_custom_message"):
            return f"send {_argument(event, 'payload')}"
        case Called(member=member) if member.partition(".")[0] == "log":
            return _logged(event)
        case Called(member=member):
            return f"call {member}"
    return None


def _report_name(event: Called) -> str:
    arguments = bind(event).arguments
    if event.member == "report_asset_check":
        return f"check {name(arguments['check_name'].value) if 'check_name' in arguments else '?'}"
    if "asset_key" in arguments:
        return f"materialize {name(arguments['asset_key'].value)}"
    return "materialize"


def _details(bound: Bound) -> Iterator[str]:
    arguments = {parameter: passed.value for parameter, passed in bound.arguments.items()}
    match arguments.get("passed"):
        case Known(value=bool() as passed):
            yield "passes" if passed else "fails"
    if "severity" in arguments:
        yield name(arguments["severity"]).lower()
    if "check_name" in arguments and "asset_key" in arguments:
        yield f"of {name(arguments['asset_key'])}"
    if "data_version" in arguments:
        yield f"version {shown(arguments['data_version'])}"
    match arguments.get("metadata"):
        case None:
            pass
        case Mapping() as metadata:
            yield f"with {_fields(metadata)}"
        case other:
            yield f"with {shown(other)}"
    if bound.uncertain:
        yield "and more"
    if bound.problem:
        yield f"({bound.problem})"


def _argument(event: Called, parameter: str) -> str:
    passed = bind(event).arguments.get(parameter)
    return shown(passed.value) if passed else ""


def _logged(event: Called) -> str:
    _, _, level = event.member.partition(".")
    texts = [argument.passed.value for argument in event.arguments]
    if not level:
        arguments = bind(event).arguments
        texts = [arguments["message"].value] if "message" in arguments else []
        level = name(arguments["level"].value).lower() if "level" in arguments else "info"
    words = ["log", "" if level == "info" else level, ", ".join(shown(text) for text in texts)]
    return " ".join(filter(None, words))


def name(value: Value) -> str:
    """A value that is a name, without quotes."""
    return shown(value, lambda text: text)


def shown(value: Value, quoted: Callable[[str], str] = '"{}"'.format) -> str:
    """A value, in no language's words."""
    match value:
        case Known(value=str() | PurePosixPath() as text):
            return quoted(str(text))
        case Known(value=bool() | None as plain):
            return str(plain)
        case Known(value=int() | float() as number):
            return str(int(number)) if number == number and number == int(number) else f"{number:.10g}"
        case Template(pieces=pieces):
            return quoted("".join(piece if isinstance(piece, str) else "?" for piece in pieces))
        case Sequence(items=items, complete=complete):
            inner = [shown(item) for item in items]
            return f"[{', '.join(inner if complete else [*inner, '...'])}]"
        case Mapping():
            return f"{{{_fields(value)}}}"
        case OneOf(options=options):
            return " or ".join(sorted(shown(option, quoted) for option in options))
        case Unknown():
            return "?"
    return "?"


def _key(key: object) -> str:
    return str(key)


def _fields(mapping: Mapping) -> str:
    fields = [f"{_key(key)}{'' if slot.always else '?'}: {shown(slot.value)}" for key, slot in mapping.slots.items()]
    return ", ".join(fields if mapping.complete else [*fields, "..."])
