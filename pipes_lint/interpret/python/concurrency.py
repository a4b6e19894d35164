"""Python's threads, executors and coroutines: what is started runs, once, where it is started."""

from __future__ import annotations

from ...values import Bound, Instance, Known, Mapping, Partial, Sequence, Value, join
from ..calls import as_mapping
from ..classes import class_member
from ..machine import METHODS, NONE, Args, Machine, library
from ..plain import BOOL, computed, in_order, listed
from ..truth import truth
from .iteration import mapped


def _apart(machine: Machine, call: Partial, args: Args) -> Value:
    """Calls a function in another thread: what it raises does not end the program."""
    return machine.meet(machine.region(lambda: machine.invoke(call, [], args.span, args.frame), "raise", "exit"))


@library("threading.Thread")
def thread(machine: Machine, args: Args) -> Value:
    target = args.get("target", 1) or NONE
    values, complete = in_order(machine, args.get("args", 3) or Sequence((), "tuple"), args.span)
    named = as_mapping(machine, args.get("kwargs", 4) or NONE, args.span)
    if not complete or not named.complete or args.loose:
        machine.gap("what a thread is started with is not known", args.span)
    return _thread(target, values, named, args.get("daemon") or Known(False))


@library("threading.Timer")
def timer(machine: Machine, args: Args) -> Value:
    values, _ = in_order(machine, args.get("args", 2) or Sequence((), "tuple"), args.span)
    named = as_mapping(machine, args.get("kwargs", 3) or NONE, args.span)
    return _thread(args.get("function", 1) or NONE, values, named, Known(True))


def _thread(target: Value, values: tuple[Value, ...], named: Mapping, daemon: Value) -> Value:
    words = tuple((key, slot.value) for key, slot in named.slots.items() if isinstance(key, str))
    return Instance("threading.Thread", {"call": Partial(target, values, words), "daemon": daemon})


def _of_thread(machine: Machine, bound: Bound, args: Args) -> Value | None:
    thread_ = machine.content(bound.receiver)
    if not isinstance(thread_, Instance):
        return None
    if bound.name in ("start", "run"):
        call = thread_.fields.get("call")
        own = class_member(machine, thread_.fields.get("self", NONE), "run")
        if own is not None:
            call = Partial(own, (), ())
        if isinstance(call, Partial) and call.function != NONE:
            if truth(machine, thread_.fields.get("daemon", Known(False))) is False:
                _apart(machine, call, args)
            else:
                machine.perhaps(lambda: _apart(machine, call, args))
        return NONE
    return BOOL if bound.name == "is_alive" else NONE if bound.name == "join" else computed(args.span)


METHODS["threading.Thread"] = _of_thread

# --- executors --------------------------------------------------------------------------------------------------------


@library("concurrent.futures.ThreadPoolExecutor", "concurrent.futures.thread.ThreadPoolExecutor")
def executor(machine: Machine, args: Args) -> Value:
    return Instance("concurrent.futures.ThreadPoolExecutor")


@library("multiprocessing.pool.ThreadPool", "multiprocessing.dummy.Pool")
def thread_pool(machine: Machine, args: Args) -> Value:
    return Instance("multiprocessing.pool.ThreadPool")


def _of_executor(machine: Machine, bound: Bound, args: Args) -> Value | None:
    match bound.name:
        case "submit" | "apply_async" if args.positional:
            if bound.name == "apply_async":
                values, _ = in_order(machine, args.get("args", 1) or Sequence((), "tuple"), args.span)
                call = Partial(args.positional[0], values, ())
            else:
                call = Partial(args.positional[0], args.positional[1:], tuple(args.named.items()))
            return Instance("concurrent.futures.Future", {"held": _apart(machine, call, args)})
        case "map" | "imap" if len(args.positional) > 1:
            return listed(machine, *mapped(machine, args.positional[0], args.positional[1:], args))
        case "shutdown" | "close" | "join" | "terminate":
            return NONE
    return None


METHODS["concurrent.futures.ThreadPoolExecutor"] = _of_executor
METHODS["multiprocessing.pool.ThreadPool"] = _of_executor


def _of_future(machine: Machine, bound: Bound, args: Args) -> Value | None:
    future = machine.content(bound.receiver)
    if not isinstance(future, Instance):
        return None
    match bound.name:
        case "result" | "get":
            return future.fields["held"]
        case "add_done_callback" if args.positional:
            return machine.invoke(args.positional[0], [future], args.span, args.frame)
        case "exception":
            return computed(args.span)
        case "done" | "cancelled" | "running" | "cancel":
            return BOOL
    return computed(args.span)


METHODS["concurrent.futures.Future"] = _of_future


@library("concurrent.futures.as_completed", "asyncio.as_completed")
def as_completed(machine: Machine, args: Args) -> Value:
    """The futures, in whatever order."""
    items, complete = in_order(machine, args.positional[0], args.span) if args.positional else ((), False)
    if not items or not complete:
        return listed(machine, (), complete)
    return listed(machine, (join(items),) * len(items))


@library("concurrent.futures.wait", "asyncio.wait")
def wait(machine: Machine, args: Args) -> Value:
    items, _ = in_order(machine, args.positional[0], args.span) if args.positional else ((), False)
    return Sequence((listed(machine, items, complete=False), listed(machine, (), complete=False)), "tuple")


# --- coroutines: they run where they are called, and waiting for one gives its value ----------------------------------


@library(
    "asyncio.run",
    "asyncio.create_task",
    "asyncio.ensure_future",
    "asyncio.shield",
    "asyncio.wait_for",
    "anyio.run",
    "nest_asyncio.apply",
)
def awaited(machine: Machine, args: Args) -> Value:
    return args.positional[0] if args.positional else NONE


@library("asyncio.gather")
def gathered(machine: Machine, args: Args) -> Value:
    return listed(machine, args.positional, not args.loose)


@library("asyncio.sleep", "asyncio.set_event_loop_policy", "asyncio.set_event_loop")
def nothing(machine: Machine, args: Args) -> Value:
    return NONE


@library("asyncio.to_thread")
def to_thread(machine: Machine, args: Args) -> Value:
    if not args.positional:
        return NONE
    call = Partial(args.positional[0], args.positional[1:], tuple(args.named.items()))
    return machine.invoke(call, [], args.span, args.frame)


@library("asyncio.get_event_loop", "asyncio.new_event_loop", "asyncio.get_running_loop")
def event_loop(machine: Machine, args: Args) -> Value:
    return Instance("asyncio.AbstractEventLoop")


def _of_loop(machine: Machine, bound: Bound, args: Args) -> Value | None:
    match bound.name, args.positional:
        case ("run_until_complete" | "create_task", (value, *_)):
            return value
        case ("run_in_executor", (_, function, *rest)):
            return machine.invoke(function, list(rest), args.span, args.frame)
        case ("call_soon" | "call_soon_threadsafe", (function, *rest)):
            return machine.invoke(function, list(rest), args.span, args.frame)
    return computed(args.span)


METHODS["asyncio.AbstractEventLoop"] = _of_loop
