"""The Python front end: what each piece of syntax becomes, and where it stands."""

from __future__ import annotations

import ast
import pickle
import warnings
from collections.abc import Iterator

import pytest

from pipes_lint import ir
from pipes_lint.frontends.python import lower
from pipes_lint.source import Source, Span


def statements(text: str) -> tuple[ir.Node, ...]:
    return lower(Source("a.py", text)).body.body


def only(text: str) -> ir.Node:
    (node,) = statements(text)
    return node


def written(text: str, span: Span) -> str:
    return Source("a.py", text).slice(span)


def nodes(root: object) -> Iterator[object]:
    """Every node in a tree, the outer before the inner, from the left."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if hasattr(node, "_fields") and not isinstance(node, Span):
            yield node
        if isinstance(node, tuple) and not isinstance(node, Span):
            waiting.extend(reversed(node))


def shape(node: object) -> object:
    """A node without its places, as nested tuples: quick to write in a test."""
    match node:
        case ir.Name(_, name):
            return name
        case ir.Literal(_, value):
            return ("=", value)
        case ir.Operation(_, operator, operands):
            return (operator, *map(shape, operands))
        case tuple() if hasattr(node, "_fields"):
            return (type(node).__name__, *(shape(one) for one in node if not isinstance(one, Span)))
        case tuple():
            return [shape(part) for part in node]
        case _:
            return node


# --- Places ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["", "# é\n", "x = '😀'\r\n", "\tif y: 'a\u0301'\n", "s = '''\n😀\r\n'''\n"])
def test_spans_count_characters(before: str) -> None:
    text = before + 'r = é.get("ключ", *a, k=[1], **b)\n'
    node = statements(text)[-1]
    assert isinstance(node, ir.Assign)
    call = node.value
    assert isinstance(call, ir.Call)
    assert isinstance(call.function, ir.Member)
    assert written(text, node.span) == text[len(before) : -1]
    assert written(text, call.span) == 'é.get("ключ", *a, k=[1], **b)'
    assert written(text, call.function.span) == "é.get"
    assert written(text, call.function.name_span) == "get"
    assert [written(text, argument.span) for argument in call.arguments] == ['"ключ"', "*a", "k=[1]", "**b"]
    assert [argument.spread for argument in call.arguments] == ["", "*", "", "**"]
    named = call.arguments[2]
    assert named.name == "k"
    assert named.name_span is not None
    assert written(text, named.name_span) == "k"
    assert written(text, named.value.span) == "[1]"


def test_a_definition_begins_with_its_decorators() -> None:
    text = "@asset(name='x')\n@other\nasync def f(a, b: int = 2) -> None:\n    return a  # so\n\n# after\n"
    node = only(text)
    assert isinstance(node, ir.Assign)
    function = node.value
    assert isinstance(function, ir.Function)
    assert function.is_async
    assert function.name == "f"
    assert written(text, function.name_span) == "f"
    assert written(text, function.span) == text[: text.index("  # so")]
    assert [written(text, one.span) for one in function.decorators] == ["asset(name='x')", "other"]
    assert [written(text, one.span) for one in function.parameters] == ["a", "b: int = 2"]
    assert written(text, node.target.span) == "f"
    assert shape(function.returns) == ("=", None)


def test_parentheses_leave_what_they_hold() -> None:
    text = "x = ((a))\n"
    node = only(text)
    assert isinstance(node, ir.Assign)
    assert node.value is not None
    assert written(text, node.value.span) == "a"


# --- Expressions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b - c", ("-", ("+", "a", "b"), "c")),
        ("a ** b ** c", ("**", "a", ("**", "b", "c"))),
        ("-a ** b", ("-", ("**", "a", "b"))),
        ("a and b and c or d", ("or", ("and", "a", "b", "c"), "d")),
        ("not a", ("not", "a")),
        ("a < b <= c", ("and", ("<", "a", "b"), ("<=", "b", "c"))),
        ("a not in b", ("not-in", "a", "b")),
        ("a is not b", ("is-not", "a", "b")),
        ("a if t else b", ("Branch", "t", "a", "b")),
        ("(a := b)", ("Assign", "a", "b", False, None)),
        ("a.b", ("Member", "a", "b")),
        ("a[b]", ("Item", "a", "b", ir.Access.SUBSCRIPT)),
        ("a[b, c:]", ("Item", "a", ("Collection", "tuple", ["b", ("Slice", "c", None, None)]), ir.Access.SUBSCRIPT)),
        ("a[::b]", ("Item", "a", ("Slice", None, None, "b"), ir.Access.SUBSCRIPT)),
        ("[a, *b]", ("Collection", "list", ["a", ("Spread", "b")])),
        ("[*a.b(c), d]", ("Collection", "list", [("Spread", shape(only("a.b(c)"))), "d"])),
        ("a,", ("Collection", "tuple", ["a"])),
        ("()", ("Collection", "tuple", [])),
        ("{a}", ("Collection", "set", ["a"])),
        ("{a: b, **c}", ("Record", [("Entry", "a", "b"), ("Entry", None, "c")])),
        ("await a", ("Await", "a")),
        ("...", ("=", ...)),
        (
            "[a for a, b in c if d if e for f in g]",
            (
                "Comprehension",
                "list",
                None,
                "a",
                [
                    ("Clause", ("Collection", "tuple", ["a", "b"]), "c", ["d", "e"]),
                    ("Clause", "f", "g", []),
                ],
            ),
        ),
        ("{a: b for a in c}", ("Comprehension", "dict", "a", "b", [("Clause", "a", "c", [])])),
    ],
)
def test_expressions(text: str, expected: object) -> None:
    assert shape(only(text)) == expected


def test_a_lambda_is_a_function_that_returns_its_body() -> None:
    node = only("lambda a, *b, c=1, **d: a")
    assert isinstance(node, ir.Function)
    assert node.implicit_return
    assert [(one.name, one.kind) for one in node.parameters] == [
        ("a", "plain"),
        ("b", "*"),
        ("c", "keyword"),
        ("d", "**"),
    ]


def test_kinds_of_parameters() -> None:
    node = only("def f[T: int](a, b=1, /, c: int = 2, *, d, **e: str): pass")
    assert isinstance(node, ir.Assign)
    assert isinstance(node.value, ir.Function)
    kinds = [(one.name, one.kind, shape(one.default), shape(one.annotation)) for one in node.value.parameters]
    assert kinds == [
        ("a", "positional", None, None),
        ("b", "positional", ("=", 1), None),
        ("c", "plain", ("=", 2), "int"),
        ("d", "keyword", None, None),
        ("e", "**", None, "str"),
    ]


# --- Statements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = b = c", [("Assign", "b", ("Assign", "a", "c", False, None), False, None)]),
        ("a: b = c", [("Assign", "a", "c", False, "b")]),
        ("a: b[c]", [("Assign", "a", None, False, ("Item", "b", "c", ir.Access.SUBSCRIPT))]),
        ("(a), [b, *c] = d", [shape(only("(a), [b, *c] = d"))]),
        ("a //= b", [("Augment", "//", "a", "b")]),
        ("del a, b.c", [("Delete", ["a", ("Member", "b", "c")])]),
        ("global a, b", [("Declare", ["a", "b"], "global")]),
        ("import a.b, c as d", [("Import", "a.b", None), ("Import", "c", "d")]),
        ("from ..a.b import (c as d, e)", [("ImportFrom", 2, "a.b", "c", "d"), ("ImportFrom", 2, "a.b", "e", None)]),
        ("from . import *", [("ImportFrom", 1, "", "*", None)]),
        ("from __future__ import annotations", [("ImportFrom", 0, "__future__", "annotations", None)]),
        ("return", [("Return", None)]),
        ("return a, b", [("Return", ("Collection", "tuple", ["a", "b"]))]),
        ("raise a from b", [("Raise", "a")]),
        ("assert a, b", [("Assert", "a")]),
        ("yield", [("Yield", None, False)]),
        ("yield from a", [("Yield", "a", True)]),
        ("pass; a; break", ["a", ("Break",)]),
        ("type(a).b = c", [("Assign", ("Member", shape(only("type(a)")), "b"), "c", False, None)]),
        ("type A[B] = c", [("Assign", "A", ("Opaque", "a type alias", []), False, None)]),
        ("print >> a, b", [("Collection", "tuple", [(">>", "print", "a"), "b"])]),
    ],
)
def test_simple_statements(text: str, expected: object) -> None:
    assert shape(statements(text)) == expected


def test_elif_is_a_branch_in_the_place_of_else() -> None:
    assert shape(only("if a: b\nelif c: d\nelse: e\n")) == (
        "Branch",
        "a",
        ("Block", ["b"]),
        ("Branch", "c", ("Block", ["d"]), ("Block", ["e"])),
    )


def test_loops() -> None:
    assert shape(only("async for a, b in c, d:\n  e\nelse:\n  f\n")) == (
        "Loop",
        ("Collection", "tuple", ["a", "b"]),
        ("Collection", "tuple", ["c", "d"]),
        ("Block", ["e"]),
        ("Block", ["f"]),
    )
    assert shape(only("while a: continue")) == ("While", "a", ("Block", [("Continue",)]), None)


def test_try() -> None:
    text = "try: a\nexcept B as c: d\nexcept (E, F): g\nexcept H, I: j\nexcept: k\nelse: m\nfinally: n\n"
    node = only(text)
    assert isinstance(node, ir.Try)
    handlers = [(shape(one.types), one.name, shape(one.body)) for one in node.handlers]
    assert handlers == [
        ("B", "c", ("Block", ["d"])),
        (("Collection", "tuple", ["E", "F"]), None, ("Block", ["g"])),
        (("Collection", "tuple", ["H", "I"]), None, ("Block", ["j"])),
        (None, None, ("Block", ["k"])),
    ]
    assert shape((node.body, node.otherwise, node.finally_)) == [("Block", ["a"]), ("Block", ["m"]), ("Block", ["n"])]
    groups = only("try: a\nexcept* B as c: d\n")
    assert isinstance(groups, ir.Try)
    assert [(shape(one.types), one.name) for one in groups.handlers] == [("B", "c")]


@pytest.mark.parametrize(
    ("head", "items"),
    [
        ("with a as b, c:", [("WithItem", "a", "b"), ("WithItem", "c", None)]),
        ("with (a as b, c as (d, e),):", [("WithItem", "a", "b"), ("WithItem", "c", shape(only("(d, e)")))]),
        ("with (a as b):", [("WithItem", "a", "b")]),
        ("with (a, b):", [("WithItem", "a", None), ("WithItem", "b", None)]),
        ("async with a() as b.c:", [("WithItem", shape(only("a()")), ("Member", "b", "c"))]),
    ],
)
def test_with(head: str, items: object) -> None:
    assert shape(only(f"{head}\n    x\n")) == ("With", items, ("Block", ["x"]))


def made(kind: str, *parts: object, keys: list[object] | None = None, star: int | None = None) -> object:
    """The shape of a pattern, as `shape` writes it."""
    return ("Shape", kind, list(parts), keys or [], star)


def any_(name: str | None) -> object:
    return ("AnyPattern", name)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("_", ("AnyPattern", None)),
        ("name", ("AnyPattern", "name")),
        ("(name)", ("AnyPattern", "name")),
        ("'a' | \"b\" | 'c' 'd'", ("ValuePattern", [("=", "a"), ("=", "b"), ("=", "cd")])),
        ("-1", ("ValuePattern", [("-", ("=", 1))])),
        ("-1 | 2.5", ("ValuePattern", [("-", ("=", 1)), ("=", 2.5)])),
        ("1 - 2j", ("ValuePattern", [("-", ("=", 1), ("=", 2j))])),
        ("None | True", ("ValuePattern", [("=", None), ("=", True)])),
        ("a.b.c", ("ValuePattern", [("Member", ("Member", "a", "b"), "c")])),
        ("1 | _", ("AnyPattern", None)),
        ("1 as x", ("OpaquePattern", ["x"], made("all", ("ValuePattern", [("=", 1)]), ("AnyPattern", "x")))),
        ("str()", ("OpaquePattern", [], made("class", keys=["str"]))),
        ("A(b=c)", ("OpaquePattern", ["c"], made("class", any_("c"), keys=["A", "b"]))),
        (
            "z.A(b, c=d.e, f=g)",
            (
                "OpaquePattern",
                ["b", "g"],
                made(
                    "class",
                    any_("b"),
                    ("ValuePattern", [("Member", "d", "e")]),
                    any_("g"),
                    keys=["z.A", "c", "f"],
                ),
            ),
        ),
        ("A(b=-1)", ("OpaquePattern", [], None)),
        ("[a, *b, _]", ("OpaquePattern", ["a", "b"], made("items", *map(any_, ("a", "b", None)), star=1))),
        ("a, *_", ("OpaquePattern", ["a"], made("items", any_("a"), any_(None), star=1))),
        (
            "{'k': v, **rest}",
            ("OpaquePattern", ["v", "rest"], made("keys", any_("v"), any_("rest"), keys=["k"], star=1)),
        ),
    ],
)
def test_patterns(pattern: str, expected: object) -> None:
    node = only(f"match s:\n    case {pattern} if g:\n        x\n")
    assert isinstance(node, ir.Match)
    assert shape(node.subject) == "s"
    (case,) = node.cases
    assert shape(case.pattern) == expected
    assert shape((case.guard, case.body)) == ["g", ("Block", ["x"])]


def test_a_class() -> None:
    node = only("@d\nclass A[T](B, metaclass=C):\n    x = 1\n")
    assert isinstance(node, ir.Assign)
    assert isinstance(node.value, ir.Class)
    assert [(one.name, shape(one.value)) for one in node.value.bases] == [(None, "B"), ("metaclass", "C")]
    assert shape(node.value.decorators) == ["d"]


@pytest.mark.parametrize(
    ("body", "generator"),
    [
        ("yield", True),
        ("x = yield 1", True),
        ("for a in b:\n        yield from a", True),
        ("return 1", False),
        ("def g(): yield", False),
        ("x = lambda: (yield)", False),
        ("def g(a=(yield)): pass", True),
    ],
)
def test_a_generator_yields_itself(body: str, generator: bool) -> None:
    node = only(f"def f():\n    {body}\n")
    assert isinstance(node, ir.Assign)
    assert isinstance(node.value, ir.Function)
    assert node.value.generator is generator


# --- Constants, as CPython reads them -------------------------------------------------------------------------------

CONSTANTS = [
    *("0", "1_000", "0xFf", "0o17", "0b1_0", "00", "1.5", "1e3", ".5", "1_0.0_1e-2", "2j", "1.5J", "10**2 and 1"),
    *("''", '"a"', "'''a'b'''", '"""a\n"b\n"""', "r'\\n'", "R'\\''", "u'a'", "b'a\\xff\\0'", "Rb'\\x'", "b'\\u1234'"),
    r"'\a\b\f\n\r\t\v\\\'\"'",
    r"'\0\18\377\400\x41\u00e9\U0001F600\N{EM DASH}\N{bullet}'",
    r"'\q\ \é\中\😀'",
    "'a\\\nb'",
    "'a\\\r\nb'",
    "'''a\r\nb\rc'''",
    "'a' 'b' \"c\"",
    "('a'  # so\n 'b')",
    "b'a' rb'\\\\x'",
    "'é' '😀'",
    "'{}' '{{'",
]


@pytest.mark.parametrize("text", CONSTANTS)
def test_constants_are_worth_what_cpython_says(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = ast.literal_eval(text) if "and" not in text else None
    node = only(text)
    if expected is not None:
        assert isinstance(node, ir.Literal), node
        assert repr(node.value) == repr(expected)


def test_a_string_spans_all_that_is_joined() -> None:
    text = "f('a' # one\n  'b')"
    node = only(text)
    assert isinstance(node, ir.Call)
    assert written(text, node.arguments[0].span) == "'a' # one\n  'b'"


@pytest.mark.parametrize("text", [r"'\x4'", r"'\u12'", r"'\N{no such character}'", r"'\U00110000'", "b'é'", "'a' b'b'"])
def test_a_string_that_cpython_refuses_is_not_known(text: str) -> None:
    assert isinstance(only(text), ir.Opaque)


FORMATTED = [
    "f''",
    "f'a{b}c'",
    "f'{a!r}{b!s}{c!a}'",
    "f'{a:>10}'",
    "f'{a!r:{b}.{c!s:d}}'",
    "f'{a:%H:%M}'",
    "f'{a:}'",
    "f'{{{a}}}}}{{'",
    "f'{a=}'",
    "f'{ a = }'",
    "f'{a=!s}'",
    "f'{a=:5}'",
    "f'{a + b = !a:x}'",
    r"f'\n{a}\N{EM DASH}\x41{{'",
    r"rf'\n{a}\N'",
    "f'''x\n{\na}\n'''",
    "'a' f'{b}' 'c'",
    "f'a' 'b'",
    "f'{a[0]}{b.c(d)}{e, f}{lambda_}'",
    "f'{(lambda: 1)}{a if b else c}{ {1: 2} }'",
    "f'é{a}😀{b}'",
]


@pytest.mark.parametrize("text", FORMATTED)
def test_f_strings_are_put_together_as_cpython_does(text: str) -> None:
    expected = ast.parse(text, mode="eval").body
    assert isinstance(expected, ast.JoinedStr)
    node = only(text)
    assert isinstance(node, ir.Text)
    assert _pieces(node) == _pieces_of_cpython(expected)
    for part in node.parts:
        if isinstance(part, ir.Interpolation):
            assert written(text, part.span)[0] == "{"
            assert written(text, part.span)[-1] == "}"


def _joined(pieces: list[object]) -> list[object]:
    joined: list[object] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return joined


def _pieces(node: ir.Node | None) -> list[object] | None:
    match node:
        case ir.Text(_, parts):
            found: list[object] = []
            for part in parts:
                if isinstance(part, ir.Literal):
                    found.append(part.value)
                else:
                    found.append((type(part.value).__name__ == "Name", part.conversion, _pieces(part.spec)))
            return _joined(found)
        case ir.Literal(_, value):
            return _joined([value])
        case _:
            return None


def _pieces_of_cpython(node: ast.expr | None) -> list[object] | None:
    if not isinstance(node, ast.JoinedStr):
        return None
    found: list[object] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            found.append(part.value)
        elif isinstance(part, ast.FormattedValue):
            conversion = chr(part.conversion) if part.conversion >= 0 else ""
            found.append((isinstance(part.value, ast.Name), conversion, _pieces_of_cpython(part.format_spec)))
    return _joined(found)


def test_f_strings_within_f_strings() -> None:
    text = """f"a{f"b{c["d"]}" + 'e'}" """
    names = [node.name for node in nodes(only(text)) if isinstance(node, ir.Name)]
    assert names == ["c"]
    assert not lower(Source("a.py", text)).faults


def test_a_template_string_is_no_string() -> None:
    node = only("t'a{b.c}'")
    assert isinstance(node, ir.Opaque)
    assert shape(node.parts) == [("Member", "b", "c")]


def test_names_are_compared_as_python_does() -> None:
    assert shape(only("ﬁ.ﬁ")) == ("Member", "fi", "fi")


# --- Broken, half-typed, enormous -----------------------------------------------------------------------------------

AROUND = "import a\n\ndef f(x):\n    {}\n    return x\n\ndef g():\n    return h()\n"


@pytest.mark.parametrize(
    "line",
    [
        "x.",
        "y =",
        "if x",
        "if x:",
        "f(a b)",
        "for x in",
        "x = (1",
        "d = {'a': 1,",
        "'open",
        "x ! y",
        "return +",
        "lambda",
        "y = (lambda",
        "class",
        "@",
    ],
)
def test_the_rest_of_a_half_typed_file_is_there(line: str) -> None:
    module = lower(Source("a.py", AROUND.format(line)))
    found = [node.name for node in nodes(module) if isinstance(node, ir.Function)]
    called = [shape(node.function) for node in nodes(module) if isinstance(node, ir.Call)]
    assert isinstance(module.body.body[0], ir.Import)
    assert "g" in found or "h" in called
    if line != "if x:":
        assert module.faults


def test_what_is_broken_is_not_known_and_the_rest_is() -> None:
    text = "a = 1\nf(b, c d, e)\ng = 2\n"
    module = lower(Source("a.py", text))
    first, call, last = module.body.body
    assert shape(first) == ("Assign", "a", ("=", 1), False, None)
    assert shape(last) == ("Assign", "g", ("=", 2), False, None)
    assert isinstance(call, ir.Call)
    assert any(isinstance(argument.value, ir.Opaque) for argument in call.arguments)
    (fault,) = module.faults
    assert Source("a.py", text).position(fault.span.start).row == 2


@pytest.mark.parametrize("text", ["x =\nf()\n", "x.\ny.z()\n", "x +\ny\n"])
def test_a_statement_does_not_run_on_to_the_next_line(text: str) -> None:
    module = lower(Source("a.py", text))
    assert isinstance(module.body.body[0], ir.Opaque)
    (fault,) = module.faults
    assert written(text, fault.span) == text[: text.index("\n")]


@pytest.mark.parametrize("text", ["x = (a +\n  b)", "f(\n)[\n0]", "x = a + \\\n  b", "x = '''\n'''", "x = [\n# c\n]"])
def test_a_statement_may_run_on_in_brackets(text: str) -> None:
    module = lower(Source("a.py", text))
    assert not module.faults
    assert not any(isinstance(node, ir.Opaque) for node in nodes(module))


def test_a_line_in_brackets_may_stand_further_left_than_its_block() -> None:
    text = "def f():\n    (a.  # é (\nb)\n    x = (c +\n  '''\n'''\\\n)\n"
    module = lower(Source("a.py", text))
    assert not module.faults
    (member,) = (node for node in nodes(module) if isinstance(node, ir.Member))
    assert written(text, member.span) == "a.  # é (\nb"


def test_python_2_is_a_fault() -> None:
    module = lower(Source("a.py", "print 'a' % b\nexec 'c' in d\ny = 010\n"))
    assert len(module.faults) == 3
    assert all(isinstance(node, ir.Opaque | ir.Assign) for node in module.body.body)


MANY = 5000


@pytest.mark.parametrize(
    "text",
    [
        "(" * MANY + ")" * MANY,
        "[" * MANY + "]" * MANY,
        "f(" * MANY + ")" * MANY,
        "f(" * MANY,
        "not " * MANY + "x",
        "lambda: " * MANY + "x",
        "a if b else " * MANY + "c",
        " + ".join("a" * MANY),
        " ** ".join("a" * MANY),
        " and ".join("a" * MANY),
        "a" + ".b(c)" * MANY,
        "type" + "(x)" * MANY + ".y = 1",
        "[*a" + ".b(c)" * MANY + "]",
        "a = " * MANY + "b",
        "x: " + "list[" * MANY + "]" * MANY,
        "if a: pass\n" + "elif b: c()\n" * MANY,
        "".join(" " * depth + "def f():\n" for depth in range(150)),
        "match x:\n  case " + "[" * MANY + "]" * MANY + ": pass",
        "x = 1\0\ny = 2\0",
        "\0",
        "",
    ],
    ids=lambda text: text[:12],
)
def test_nothing_is_too_deep(text: str) -> None:
    module = lower(Source("a.py", text))
    assert pickle.loads(pickle.dumps(module)).body.span == module.body.span


def test_a_long_chain_keeps_what_runs_in_it() -> None:
    module = lower(Source("a.py", "a" + ".b(c)" * 1000))
    assert sum(1 for node in nodes(module) if isinstance(node, ir.Name) and node.name == "c") == 1000


def test_little_room_on_the_stack() -> None:
    def descend(depth: int) -> ir.Module:
        return descend(depth - 1) if depth else lower(Source("a.py", "f(" * 100 + ")" * 100 + "\nx"))

    for depth in (880, 900, 920):
        try:
            assert shape(descend(depth).body.body[-1]) == "x"
        except RecursionError:  # no room even to begin
            break
