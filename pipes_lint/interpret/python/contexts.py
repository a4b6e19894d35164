"""What `with` enters in Python: `contextlib`, and what of the library opens and closes nothing of ours."""

from __future__ import annotations

from collections.abc import Callable

from ...source import Span
from ...values import Bound, Instance, Partial, Reference, Sequence, Value
from ..classes import STANDS_FOR, class_member
from ..guard import enter
from ..machine import CALLS, CONTEXTS, MEMBERS, METHODS, NONE, Args, Ended, Frame, Machine, library
from ..members import member
from ..plain import computed


@library("contextlib.contextmanager", "contextlib.asynccontextmanager")
def context_manager(machine: Machine, args: Args) -> Value:
    return (
        Instance("contextlib.generatorfunction", {"function": args.positional[0]})
        if args.positional
        else computed(args.span)
    )


def _started(machine: Machine, made: Instance, args: Args) -> Value:
    call = Partial(made.fields["function"], args.positional, tuple(args.named.items()))
    return Instance("contextlib.generator", {"call": call})


CALLS["contextlib.generatorfunction"] = _started


# --- as decorators ----------------------------------------------------------------------------------------------------


def _decorated(machine: Machine, context: Value, args: Args) -> Value:
    """A function that runs inside a context manager whenever it is called."""
    if len(args.items) != 1 or not args.positional:
        return computed(args.span)
    return Instance("contextlib.decorated", {"context": context, "function": args.positional[0]})


def _call_inside(machine: Machine, made: Instance, args: Args) -> Value:
    function = made.fields["function"]
    return enter(machine, made.fields["context"], args.span, args.frame, lambda entered: machine.call(function, args))


def _of_decorated(machine: Machine, made: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    return member(machine, made.fields["function"], name, span, frame)


CALLS["contextlib.generator"] = _decorated
CALLS["contextlib.decorated"] = _call_inside
MEMBERS["contextlib.decorated"] = _of_decorated
STANDS_FOR.add("contextlib.decorated")


def _of_base(machine: Machine, bound: Bound, args: Args) -> Value | None:
    """What `ContextDecorator` gives its subclasses."""
    instance = bound.receiver.fields.get("self", NONE) if isinstance(bound.receiver, Instance) else NONE
    return _decorated(machine, instance, args) if bound.name == "__call__" else None


METHODS["contextlib.ContextDecorator"] = METHODS["contextlib.AsyncContextDecorator"] = _of_base


@library("contextlib.suppress")
def suppress(machine: Machine, args: Args) -> Value:
    return Instance("contextlib.suppress", {"exceptions": Sequence(args.positional, "tuple")})


@library("contextlib.nullcontext")
def null_context(machine: Machine, args: Args) -> Value:
    return Instance("contextlib.nullcontext", {"enter_result": args.get("enter_result", 0) or NONE})


def _nothing() -> None:
    return None


CONTEXTS["contextlib.nullcontext"] = lambda machine, made, span: (made.fields["enter_result"], _nothing)


@library("contextlib.closing", "contextlib.aclosing")
def closing(machine: Machine, args: Args) -> Value:
    return Instance("contextlib.closing", {"thing": args.get("thing", 0) or computed(args.span)})


def _enter_closing(machine: Machine, made: Instance, span: Span) -> tuple[Value, Callable[[], None]]:
    thing = made.fields["thing"]
    frame = next(iter(machine.frames.values()))

    def leave() -> None:
        machine.invoke(member(machine, thing, "close", span, frame), [], span, frame)

    return thing, leave


CONTEXTS["contextlib.closing"] = _enter_closing


@library("contextlib.redirect_stdout", "contextlib.redirect_stderr", "warnings.catch_warnings", "contextlib.chdir")
def harmless_context(machine: Machine, args: Args) -> Value:
    return null_context(machine, Args((), args.span, args.callee_span, args.frame))


@library("tempfile.TemporaryDirectory")
def temporary_directory(machine: Machine, args: Args) -> Value:
    return Instance("contextlib.nullcontext", {"enter_result": Instance("str"), "name": Instance("str")})


# --- several at once --------------------------------------------------------------------------------------------------


@library("contextlib.ExitStack", "contextlib.AsyncExitStack")
def exit_stack(machine: Machine, args: Args) -> Value:
    return Instance("contextlib.ExitStack", {}, machine.store.ident())


Leave = Callable[[], object]


def _leaves(machine: Machine, stack: Instance) -> list[Leave]:
    stacks: dict[int, list[Leave]] = machine.roles.setdefault("exit stacks", {})
    return stacks.setdefault(stack.ident, [])


def _of_stack(machine: Machine, bound: Bound, args: Args) -> Value | None:
    stack = bound.receiver
    if not isinstance(stack, Instance):
        return None
    leaves = _leaves(machine, stack)
    match bound.name, args.positional:
        case ("enter_context" | "enter_async_context", (context, *_)):
            return _entered(machine, context, args, leaves)
        case ("push", (Instance(type=kind) as context, *_)) if kind in CONTEXTS:
            leaves.append(CONTEXTS[kind](machine, context, args.span)[1])
            return context
        case ("push", (Reference() as context, *_)) if class_member(machine, context, "__exit__") is not None:
            leaving = class_member(machine, context, "__exit__") or NONE
            leaves.append(lambda: machine.invoke(leaving, [NONE, NONE, NONE], args.span, args.frame))
            return context
        case ("callback" | "push" | "push_async_callback", (function, *rest)):
            leaves.append(lambda: machine.invoke(function, list(rest), args.span, args.frame, **args.named))
            return function
        case ("close", _):
            _leave_all(machine, stack)
            return NONE
        case ("pop_all", _):
            return stack
    return computed(args.span)


METHODS["contextlib.ExitStack"] = _of_stack


def _entered(machine: Machine, context: Value, args: Args, leaves: list[Leave]) -> Value:
    """Enters a context manager whose end comes with the stack's."""
    match context:
        case Instance(type=kind) if kind in CONTEXTS:
            value, leave = CONTEXTS[kind](machine, context, args.span)
            leaves.append(leave)
            return value
        case Reference():
            entering, leaving = class_member(machine, context, "__enter__"), class_member(machine, context, "__exit__")
            if entering is not None and leaving is not None:
                value = machine.invoke(entering, [], args.span, args.frame)
                leaves.append(lambda: machine.invoke(leaving, [NONE, NONE, NONE], args.span, args.frame))
                return value
        case Instance(type="contextlib.generator"):
            return machine.gap("an `ExitStack` enters a context manager of this project's here", args.span)
    return enter(machine, context, args.span, args.frame, lambda value: value)


def _leave_all(machine: Machine, stack: Instance) -> None:
    leaves = _leaves(machine, stack)
    while leaves:
        try:
            leaves.pop()()
        except Ended:
            leaves.clear()
            raise


CONTEXTS["contextlib.ExitStack"] = lambda machine, stack, span: (stack, lambda: _leave_all(machine, stack))
