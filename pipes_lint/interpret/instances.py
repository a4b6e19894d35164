"""Instances of the project's classes: `__init__` is run, or the fields are set that a dataclass or a model declares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .. import ir
from ..values import (
    Bound,
    ClassObject,
    Closure,
    Instance,
    Key,
    Known,
    Mapping,
    OneOf,
    Reference,
    Slot,
    Unknown,
    Value,
)
from .calls import as_mapping
from .classes import BARE, METACLASS, class_member, in_class, is_enum, library_base, order
from .iterate import elements
from .machine import METHODS, NONE, Args, Machine, applies, library
from .making_classes import class_being_made
from .plain import computed

FILLED: Final[dict[str, Callable[[str, Machine, Reference, Args], None]]] = {}
"""What fills an instance with what its library's base class is made of, by that base."""


@applies(ClassObject)
def instantiate(machine: Machine, class_: ClassObject, args: Args) -> Value:
    """Makes an instance, as its metaclass says if it has one of its own."""
    if is_enum(class_):
        return _enum_member(machine, class_, args)
    owner, found = in_class(machine, machine.store.read((class_.frame, METACLASS)) or NONE, "__call__")
    if isinstance(found, Closure):
        return machine.call(found._replace(receiver=class_, owner=owner), args)
    return _new(machine, class_, args)


def _new(machine: Machine, class_: ClassObject, args: Args) -> Value:
    owner, found = in_class(machine, class_, "__new__")
    if isinstance(found, Instance) and found.type == "staticmethod":
        found = found.fields["function"]
    if not isinstance(found, Closure):
        return _initialized(machine, class_, _empty(machine, class_, args), args)
    made = machine.call(found._replace(receiver=class_, owner=owner), args)

    def one(option: Value) -> Value:
        content = machine.content(option)
        own = isinstance(content, Instance) and content.type == "object" and class_ in order(content.fields["class"])
        return _initialized(machine, class_, option, args) if own and isinstance(option, Reference) else option

    return machine.any_of(made.options, one) if isinstance(made, OneOf) else one(made)


@library("builtins.object.__new__")
def bare(machine: Machine, args: Args) -> Value:
    """An instance of a class of which nothing has run yet."""
    asked = [each for each in args.positional if isinstance(each, ClassObject)]
    return _empty(machine, asked[-1], args) if asked else computed(args.span)


def _empty(machine: Machine, class_: ClassObject, args: Args) -> Reference:
    instance = machine.allocate(Instance("object", {"class": class_}))
    base = library_base(machine, class_)
    if base in FILLED:
        FILLED[base](base, machine, instance, args._replace(items=()))
    return instance


@library("builtins.object.__setattr__")
def set_plainly(machine: Machine, args: Args) -> Value:
    """Sets an attribute, whatever the class says of that."""
    match args.positional:
        case (Reference(ident=ident), Known(value=str() as name), value):
            machine.store.write((ident, ".", name), value)
    return NONE


def _of_type(machine: Machine, bound: Bound, args: Args) -> Value | None:
    """`super().__new__(…)` and the like in a metaclass."""
    receiver = bound.receiver.fields.get("self", NONE) if isinstance(bound.receiver, Instance) else NONE
    match bound.name:
        case "__new__":
            return class_being_made(machine)
        case "__init__":
            return NONE
        case "__call__" if isinstance(receiver, ClassObject):
            return _new(machine, receiver, args)
    return None


METHODS["builtins.type"] = METHODS["abc.ABCMeta"] = _of_type


def _initialized(machine: Machine, class_: ClassObject, instance: Reference, args: Args) -> Value:
    """Runs `__init__`, or takes the declared attributes as a dataclass or a model does."""
    last = class_member(machine, instance, "__del__")
    if isinstance(last, Closure):  # it goes when the program does, if not before
        machine.roles.setdefault("at_exit", []).append(last)
    initializer = class_member(machine, instance, "__init__")
    if isinstance(initializer, Closure):
        machine.call(initializer, args)
        return instance
    base = library_base(machine, class_)
    if base in FILLED:
        FILLED[base](base, machine, instance, args)
        return instance
    if base == "typing.TypedDict":
        return _typed_dict(machine, args)
    places = [arg for arg in args.items if arg.name is None and not arg.loose]
    names = args.named
    by_name = _by_name_only(class_)
    given_on: list[Value] = []
    for name, default in declared(machine, class_).items() if _has_fields(class_, base) else ():
        told = default.fields if isinstance(default, Instance) and default.type == "field" else {}
        made_later = told.get("init") == Known(False)
        if made_later and not {"default", "default_factory", "factory"} & set(told):
            continue
        value = None if made_later else names.pop(name, None)
        if value is None and places and not made_later and name not in by_name:
            value = places.pop(0).value
        if value is None:
            value = default
        if value is None:
            value = Unknown(f"no call that can be seen passes `{name}`", args.span)
        elif value is default:
            value = _made_by_factory(machine, value, args)
        if "InitVar" in _heads(class_, name):
            given_on.append(value)
            continue
        machine.store.write((instance.ident, ".", name), value)
    for name, value in names.items():
        if base is not None:
            machine.store.write((instance.ident, ".", name), value)
    after = class_member(machine, instance, "__post_init__")
    if isinstance(after, Closure):
        machine.invoke(after, given_on, args.span, args.frame)
    return instance


def _enum_member(machine: Machine, class_: ClassObject, args: Args) -> Value:
    """`Region("emea")`: the member of that value."""
    wanted = args.positional[0] if args.positional else NONE
    for made in elements(machine, class_, args.span)[0]:
        if wanted in (made, made.fields.get("value") if isinstance(made, Instance) else None):
            return made
    return Unknown(f"which member of `{class_.code.name}` it is, is not known", args.span, foreign=True)


def _has_fields(class_: ClassObject, base: str | None) -> bool:
    """Whether instances get the attributes that a class declares: those of a dataclass, of a library's model."""
    if class_.code.decorators or base not in (None, *BARE):
        return True
    return any(_has_fields(each, None) for each in class_.bases if isinstance(each, ClassObject))


def _typed_dict(machine: Machine, args: Args) -> Value:
    made = as_mapping(machine, args.positional[0], args.span) if args.positional else Mapping({})
    slots: dict[Key, Slot] = {arg.name: Slot(arg.value, span=arg.where) for arg in args.items if arg.name}
    stop = Unknown("more is handed on than can be seen", args.span) if args.loose else made.stop
    return machine.allocate(Mapping({**made.slots, **slots}, stop, span=args.span))


def _made_by_factory(machine: Machine, default: Value, args: Args) -> Value:
    """A dataclass's `field(default_factory=…)`, a model's `Field(default=…)`."""
    match default:
        case Instance(type="field", fields={"default_factory": factory} | {"factory": factory}):
            return machine.invoke(factory, [], args.span, args.frame)
        case Instance(type="field", fields={"default": Instance(type="field") as made}):
            return _made_by_factory(machine, made, args)
        case Instance(type="field", fields={"default": value}):
            return value
        case Instance(type="field"):
            return Unknown("it has no default", args.span)
    return default


def declared(machine: Machine, class_: Value) -> dict[str, Value | None]:
    """The attributes that a class and its bases declare with an annotation, in order, with their defaults."""
    if not isinstance(class_, ClassObject):
        return {}
    found: dict[str, Value | None] = {}
    for base in reversed(class_.bases):
        found.update(declared(machine, base))
    for name, annotation, assigned in _annotated(class_):
        if _head(annotation) not in ("ClassVar", "KW_ONLY"):
            found[name] = machine.store.read((class_.frame, name)) if assigned else None
    return found


def _annotated(class_: ClassObject) -> list[tuple[str, ir.Node, bool]]:
    """What a class's body declares with an annotation: the name, the annotation, and whether it is set at once."""
    body = class_.code.body
    found = []
    for node in body.body if isinstance(body, ir.Block) else (body,):
        match node:
            case ir.Assign(target=ir.Name(name=name), annotation=annotation, value=value) if annotation is not None:
                found.append((name, annotation, value is not None))
    return found


def _head(annotation: ir.Node) -> str:
    """`ClassVar` of `typing.ClassVar[str]`."""
    match annotation:
        case ir.Name(name=name) | ir.Member(name=name):
            return name
        case ir.Item(object=ir.Name(name=name) | ir.Member(name=name)):
            return name
        case ir.Literal(value=str() as text):
            return text.partition("[")[0].rpartition(".")[2]
    return ""


def _heads(class_: ClassObject, name: str) -> set[str]:
    own = {_head(annotation) for each, annotation, _ in _annotated(class_) if each == name}
    return own.union(*(_heads(base, name) for base in class_.bases if isinstance(base, ClassObject)))


def _by_name_only(class_: ClassObject) -> set[str]:
    """The fields of a dataclass that stand behind `_: KW_ONLY`."""
    found: set[str] = set().union(*(_by_name_only(base) for base in class_.bases if isinstance(base, ClassObject)))
    heads = [(_head(annotation), name) for name, annotation, _ in _annotated(class_)]
    for index, (head, _) in enumerate(heads):
        if head == "KW_ONLY":
            found.update(name for _, name in heads[index + 1 :])
    return found
