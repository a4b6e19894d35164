"""Makes programs, in Python and in R, for the laws that the interpreter keeps: small ones that do a bit of everything.

All variables of a program are there from its first line on: numbers `i0`…, texts `s0`…, truths `b0`…, lists `l0`…,
dictionaries (R: named lists) `d0`…. It asks strangers what nobody can know: `ask()` for a truth, `many()` for some
numbers, `stop()`, which says yes sooner or later, and `may_fail()`, which fails or does not. `note("n7")` is an event,
each with a name of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

KEYS = ("a", "b", "c")
WORDS = ("", "x", "yz", "a_b", "Q")
VARIABLES = tuple(f"{kind}{number}" for kind in "isbld" for number in range(2))
DEEPEST = 3


class Writer:
    """A program being written. What is common to both languages; a subclass has their words."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.notes = 0
        self.names = 0
        self.loops = 0
        """How many loops stand around the present line (in the same function)."""
        self.inside = False
        """Whether this is a function's body."""

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def one(self, kind: str) -> str:
        return f"{kind}{self.random.randrange(2)}"

    def fresh(self, letter: str) -> str:
        self.names += 1
        return f"{letter}_{self.names}"

    def number(self) -> int:
        return self.random.randrange(6)

    def note(self) -> str:
        self.notes += 1
        return f"n{self.notes}"

    def maybe(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def any_of(self, *writers: Callable[[int, str], None]) -> Callable[[int, str], None]:
        return self.random.choice(writers)


class Python(Writer):
    def text(self, size: int = 7) -> str:
        """A program as a function `main`, which gives the last values of all variables."""
        self.lines = ["def main():"]
        self.lines += ["    i0, i1, s0, s1, b0, b1 = 1, 2, 'x', 'y', True, False"]
        self.lines += ["    l0, l1, d0, d1 = [1, 2], [3], {'a': 1}, {'b': 2}"]
        self.lines += ["    class Box:", "        held = 1", "    box, other = Box(), Box()"]
        self.block(size, "    ", 0)
        self.lines += ["    return {" + ", ".join(f"'{name}': {name}" for name in VARIABLES) + ", 'box': box.held}"]
        return "\n".join(self.lines) + "\n"

    def block(self, size: int, indent: str, depth: int) -> None:
        for _ in range(self.random.randint(1, size)):
            self.statement(indent, depth)

    def statement(self, indent: str, depth: int) -> None:
        simple = (self.assign, self.assign, self.change, self.change, self.mark, self.box)
        deep = (self.branch, self.branch, self.loop, self.call, self.try_, self.match, self.comprehend)
        self.random.choice(simple if depth >= DEEPEST else (*simple, *deep))(indent, depth)

    def put(self, indent: str, line: str) -> None:
        self.lines.append(indent + line)

    def mark(self, indent: str, depth: int) -> None:
        self.put(indent, f"note('{self.note()}')")

    # --- expressions ---

    def int_(self) -> str:
        i, n = self.one("i"), self.number()
        return self.pick(
            str(n),
            i,
            f"{i} + {n}",
            f"{self.one('i')} - {i}",
            f"({i} * {n}) % 97",
            f"{i} // {n + 1}",
            f"{i} % {n + 1}",
            f"len({self.one('l')})",
            f"len({self.one('s')})",
            f"sum({self.one('l')})",
            f"{self.one('d')}.get('{self.pick(*KEYS)}', {n})",
            f"max({i}, {n})",
            f"min({self.one('l')}, default={n})",
            f"({n} if {self.bool_()} else {i})",
            f"int({self.one('b')})",
            f"abs({i} - {n})",
            f"-{i}",
            f"{self.one('l')}.count({n})",
            f"next(iter({self.one('l')}), {n})",
            "box.held",
        )

    def str_(self) -> str:
        s, t, i = self.one("s"), self.one("s"), self.one("i")
        return self.pick(
            repr(self.pick(*WORDS)),
            s,
            f"{s}[-6:] + {t}[:6]",
            f"f'{{{s}[:9]}}_{{{i}}}'",
            f"'%s-%d' % ({s}[:9], {i})",
            f"{s}.upper()",
            f"'{{}}.{{}}'.format({s}[:9], {i})",
            f"'_'.join([{s}[:9], str({i})])",
            f"{s}.replace('x', 'zz')[:9]",
            f"{s}[1:]",
            f"{s}[::-1]",
            f"str({i})",
            f"{s}.strip('x')",
            f"({s} if {self.bool_()} else {t})",
            f"{s} or 'none'",
            f"{s}.partition('_')[0]",
            f"f'{{{i}:03d}}'",
            f"','.join(sorted({self.one('d')}))",
            f"str({self.one('b')})",
            f"{s}.title()",
            f"repr({s})[:9]",
            f"f'{{{s}!r:>5}}'[:9]",
        )

    def bool_(self) -> str:
        i, n = self.one("i"), self.number()
        return self.pick(
            "True",
            "False",
            self.one("b"),
            f"{i} > {n}",
            f"{i} == {self.one('i')}",
            f"{self.one('s')} != {self.one('s')}",
            f"'{self.pick(*KEYS)}' in {self.one('d')}",
            f"{n} in {self.one('l')}",
            f"not {self.one('b')}",
            f"bool({self.one('l')})",
            f"({self.one('b')} and {i} < {n})",
            f"({self.one('b')} or {i} >= {n})",
            f"{self.one('s')}.startswith('x')",
            "ask()",
            "ask()",
            f"0 < {i} <= {n}",
            f"all(n > 0 for n in {self.one('l')})",
            f"any({self.one('l')})",
            f"{self.one('l')} == {self.one('l')}",
            f"{self.one('l')} is {self.one('l')}",
            f"isinstance({i}, str)",
            f"{self.one('s')} < {self.one('s')}",
        )

    def list_(self) -> str:
        a, n = self.one("l"), self.number()
        return self.pick(
            f"[{self.int_()}, {self.int_()}]",
            "[]",
            f"{a}[:5] + [{n}]",
            f"list({a})",
            a,
            f"{a}[::-1]",
            f"sorted({a})",
            f"{a}[1:]",
            f"[*{a}[:4], {n}]",
            f"list(range({n}))",
            f"[{n}] * 2",
            f"[n + 1 for n in {a}]",
            f"[n for n in {a} if n > {n}]",
            f"list({self.one('d')}.values())",
            f"list(map(lambda n: n * 2 % 97, {a}))",
            f"[n for n, m in zip({a}, {self.one('l')})]",
            f"list(many())[:{n}]",
            f"[n for n in {a} if ask()]",
            f"[i for i, n in enumerate({a})]",
            f"{a}.copy()",
            f"list(dict.fromkeys({a}))",
            f"list(filter(None, {a}))",
            f"({a} if ask() else [{n}])",
        )

    def dict_(self) -> str:
        d, k, n = self.one("d"), self.pick(*KEYS), self.number()
        return self.pick(
            f"{{'{k}': {self.int_()}}}",
            "{}",
            f"{{**{d}, '{k}': {n}}}",
            f"{d} | {{'{k}': {n}}}",
            d,
            f"dict({d})",
            f"dict({k}={n})",
            f"{d}.copy()",
            f"{{k: v + 1 for k, v in {d}.items()}}",
            f"{{k: v for k, v in {d}.items() if v > {n}}}",
            f"dict(zip(['a', 'b'], {self.one('l')}))",
            f"{{k: {n} for k in 'ab' if ask()}}",
            f"({d} if ask() else {{'{k}': {n}}})",
            f"dict.fromkeys('ab', {n})",
            f"{{'{k}': {n}, **{d}}}",
        )

    # --- statements ---

    def assign(self, indent: str, depth: int) -> None:
        kind = self.pick(*"isbld")
        made = {"i": self.int_, "s": self.str_, "b": self.bool_, "l": self.list_, "d": self.dict_}[kind]()
        if self.maybe(0.1):
            self.put(indent, f"{self.one('i')}, *{self.one('l')} = [{self.int_()}, {self.int_()}, {self.number()}]")
        elif self.maybe(0.1):
            self.put(indent, "i0, i1 = i1, i0")
        else:
            self.put(indent, f"{self.one(kind)} = {made}")

    def change(self, indent: str, depth: int) -> None:
        a, d, k, n = self.one("l"), self.one("d"), self.pick(*KEYS), self.number()
        self.put(
            indent,
            self.pick(
                f"{self.one('i')} += {n}",
                f"{self.one('s')} += '{self.pick('x', 'y')}'",
                f"{a}.append({self.int_()})",
                f"{a} += [{n}]",
                f"{a}.extend([{n}, 1])",
                f"{a}.insert(0, {n})",
                f"{a}.reverse()",
                f"{a}.sort()",
                f"{a}.clear()",
                f"{a}[:1] = [{n}]",
                f"{d}['{k}'] = {self.int_()}",
                f"{d}.update({{'{k}': {n}}})",
                f"{d}.update({k}={n})",
                f"{d}.setdefault('{k}', {n})",
                f"{d}.pop('{k}', None)",
                f"{d} |= {{'{k}': {n}}}",
                f"{d}[{self.one('s')}[:2]] = {n}",
                f"{d}.clear()",
                f"{self.one('l')} = {a}",
                f"{self.one('d')} = {d}",
                f"del {a}[1:]",
                f"mystery({a})",
                f"mystery({d})",
                f"{self.one('i')} = mystery()",
                f"{a} and {a}.pop()",
                f"if {a}: {a}[0] = {n}",
                f"{self.one('i')} = len(t := {a}) + len(t)",
            ),
        )

    def box(self, indent: str, depth: int) -> None:
        self.put(
            indent,
            self.pick(
                f"box.held = {self.int_()}",
                f"other.held = {self.int_()}",
                "other = box",
                "box, other = other, box",
                "box = Box()",
                f"{self.one('i')} = other.held",
                "other = box if ask() else other",
            ),
        )

    def branch(self, indent: str, depth: int) -> None:
        self.put(indent, f"if {self.bool_()}:")
        self.block(3, indent + "    ", depth + 1)
        if self.maybe(0.2):
            self.put(indent, f"elif {self.bool_()}:")
            self.block(2, indent + "    ", depth + 1)
        if self.maybe():
            self.put(indent, "else:")
            self.block(2, indent + "    ", depth + 1)

    def loop(self, indent: str, depth: int) -> None:
        inner = indent + "    "
        kind = self.pick("for", "for", "for", "count", "ask", "forever")
        n = self.fresh("n")
        if kind == "for":
            source = self.pick(
                "[1, 2, 3]",
                f"range({self.number()})",
                f"list({self.one('l')})",
                f"list({self.one('d')}.values())",
                "many()",
                "'ab'",
            )
            self.put(indent, f"for {n} in {source}:")
            if source != "'ab'" and self.maybe():
                self.put(inner, f"{self.one('i')} = {n}")
        elif kind == "count":
            self.put(indent, f"{n} = 0")
            self.put(indent, f"while {n} < {self.number()}:")
            self.put(inner, f"{n} += 1")
        else:
            self.put(indent, "while ask():" if kind == "ask" else "while True:")
        self.loops += 1
        if kind == "forever":
            self.put(inner, "if stop():")
            self.put(inner + "    ", "break")
        self.block(3, inner, depth + 1)
        if self.maybe(0.3):
            self.put(inner, f"if {self.bool_()}:")
            self.put(inner + "    ", "break" if kind == "forever" else self.pick("break", "continue"))
            self.block(2, inner, depth + 1)
        self.loops -= 1
        if kind != "forever" and self.maybe(0.3):
            self.put(indent, "else:")
            self.block(2, inner, depth + 1)

    def call(self, indent: str, depth: int) -> None:
        inner, name = indent + "    ", self.fresh("f")
        n, items = self.fresh("n"), self.fresh("items")
        self.put(indent, f"def {name}({n}, {items}, more={self.int_()}, *rest, **named):")
        outer = [each for each in VARIABLES if self.maybe(0.4)]
        own = [each for each in VARIABLES if each not in outer]
        if outer:
            self.put(inner, f"nonlocal {', '.join(outer)}")
        # Names of its own are set before they may be read.
        values = {"i": "1", "s": "'s'", "b": "True", "l": "[5]", "d": "{'c': 5}"}
        for each in own:
            self.put(inner, f"{each} = {values[each[0]]}")
        self.put(inner, "box, other = outer_box")
        loops, self.loops, inside, self.inside = self.loops, 0, self.inside, True
        self.block(3, inner, depth + 1)
        if self.maybe(0.4):
            self.put(inner, f"if {self.bool_()}:")
            self.put(inner + "    ", f"return {self.int_()}")
            self.block(2, inner, depth + 1)
        self.put(inner, f"{items}.append({n} + more)")
        self.put(inner, f"return {self.pick(self.int_(), n, 'len(rest) + len(named)', 'sum(rest)')}")
        self.loops, self.inside = loops, inside
        # The box is handed in under a name of its own, since a function that sets `box` has one of its own.
        at = next(index for index, line in enumerate(self.lines) if line.strip().startswith(f"def {name}("))
        self.lines.insert(at, f"{indent}outer_box = (box, other)")
        for _ in range(self.random.randint(1, 2)):
            extra = self.pick(
                "",
                f", {self.number()}",
                ", 1, 2, 3",
                f", more={self.number()}",
                ", more=1, key=2",
                f", *{self.one('l')}[:3]",
                ", **{'key': 1}",
            )
            self.put(indent, f"{self.one('i')} = {name}({self.int_()}, {self.one('l')}{extra})")

    def try_(self, indent: str, depth: int) -> None:
        inner = indent + "    "
        self.put(indent, "try:")
        self.block(2, inner, depth + 1)
        self.put(
            inner,
            self.pick(
                "may_fail()",
                "raise ValueError('no')",
                "pass",
                f"{self.one('l')}[0]",
                f"{self.one('d')}['a']",
                "int('x')",
            ),
        )
        self.block(2, inner, depth + 1)
        handled = self.maybe(0.8)
        if handled:
            self.put(
                indent,
                self.pick(
                    "except Exception:", "except Exception as error:", "except (ValueError, LookupError, RuntimeError):"
                ),
            )
            self.block(2, inner, depth + 1)
            if self.maybe(0.15):
                self.put(inner, "raise")
            if self.maybe(0.3):
                self.put(indent, "else:")
                self.block(2, inner, depth + 1)
        if not handled or self.maybe(0.3):
            self.put(indent, "finally:")
            self.block(2, inner, depth + 1)

    def match(self, indent: str, depth: int) -> None:
        inner = indent + "        "
        self.put(indent, f"match {self.pick(self.one('i'), self.one('s'), self.one('b'))}:")
        for pattern in self.random.sample(("1", "2 | 3", "'x'", "0", "True", "str()"), 2):
            self.put(indent, f"    case {pattern}{self.pick('', '', ' if ask()')}:")
            self.block(2, inner, depth + 1)
        if self.maybe():
            self.put(indent, "    case _:")
            self.block(2, inner, depth + 1)

    def comprehend(self, indent: str, depth: int) -> None:
        name, a = self.fresh("c"), self.one("l")
        self.put(indent, f"def {name}(n):")
        self.put(indent, f"    note('{self.note()}')")
        self.put(indent, f"    return n + {self.number()}")
        self.put(
            indent,
            self.pick(
                f"{a} = [{name}(n) for n in {self.one('l')}][:6]",
                f"{a} = list(map({name}, {self.one('l')}[:6]))",
                f"{self.one('i')} = sum({name}(n) for n in {a}[:6])",
                f"{self.one('d')} = {{k: {name}(v) for k, v in {self.one('d')}.items()}}",
                f"{a} = [{name}(n) for n in {a}[:6] if n % 2 == 0]",
                f"{self.one('i')} = {name}(1) if ask() else 2",
            ),
        )


class R(Writer):
    """A program in R. It has the same variables, but no boxes; what it is given in lists are copies."""

    def text(self, size: int = 7) -> str:
        """A program as a function `main`, which gives the last values of all variables, in a list."""
        self.lines = ["main <- function() {"]
        self.lines += ["  i0 <- 1; i1 <- 2; s0 <- 'x'; s1 <- 'y'; b0 <- TRUE; b1 <- FALSE"]
        self.lines += ["  l0 <- c(1, 2); l1 <- c(3); d0 <- list(a = 1); d1 <- list(b = 2)"]
        self.block(size, "  ", 0)
        self.lines += ["  list(" + ", ".join(f"{name} = {name}" for name in VARIABLES) + ")", "}"]
        return "\n".join(self.lines) + "\n"

    def block(self, size: int, indent: str, depth: int) -> None:
        for _ in range(self.random.randint(1, size)):
            self.statement(indent, depth)

    def statement(self, indent: str, depth: int) -> None:
        simple = (self.assign, self.assign, self.change, self.change, self.mark)
        deep = (self.branch, self.branch, self.loop, self.call, self.try_, self.switch, self.apply)
        self.random.choice(simple if depth >= DEEPEST else (*simple, *deep))(indent, depth)

    def put(self, indent: str, line: str) -> None:
        self.lines.append(indent + line)

    def mark(self, indent: str, depth: int) -> None:
        self.put(indent, f"note('{self.note()}')")

    # --- expressions ---

    def int_(self) -> str:
        i, n, a, d = self.one("i"), self.number(), self.one("l"), self.one("d")
        return self.pick(
            str(n),
            f"{n}L",
            i,
            f"{i} + {n}",
            f"{self.one('i')} - {i}",
            f"({i} * {n}) %% 97",
            f"{i} %/% {n + 1}",
            f"{i} %% {n + 1}L",
            f"length({a})",
            f"nchar({self.one('s')})",
            f"sum({a})",
            f"max({i}, {n})",
            f"max({a}, {n})",
            f"(if ({self.bool_()}) {n} else {i})",
            f"abs({i} - {n})",
            f"-{i}",
            f"length({d})",
            f"as.numeric({self.one('b')})",
            f"as.integer({i})",
            f"ifelse({self.one('b')}, {n}, {i})",
            f"round({i} / 4, 1)",
            f"{d}[['{self.pick(*KEYS)}']] %||% {n}",
            f"sum({a} > {n})",
            f"Reduce(`+`, {a}, 0)",
            f"min({n}, {i}, 4)",
            f"head(c({a}, {n}), 1)",
        )

    def str_(self) -> str:
        s, t, i = self.one("s"), self.one("s"), self.one("i")
        return self.pick(
            f"'{self.pick(*WORDS)}'",
            s,
            f"paste0(substr({s}, 1, 6), {t}, '')",
            f"paste0(substr({s}, 1, 9), '_', {i})",
            f"sprintf('%s-%s', substr({s}, 1, 9), {t})",
            f"toupper({s})",
            f"paste(substr({s}, 1, 9), 'z', sep = '.')",
            f"paste(c(substr({s}, 1, 9), 'q'), collapse = '_')",
            f"gsub('x', 'zz', substr({s}, 1, 9))",
            f"substr({s}, 2, 9)",
            f"as.character({i})",
            f"trimws({s})",
            f"(if ({self.bool_()}) {s} else {t})",
            f"sub('_.*', '', {s})",
            f"sprintf('%03d', as.integer({i}))",
            f"paste(sort(names({self.one('d')})), collapse = ',')",
            f"as.character({self.one('b')})",
            f"tolower({s})",
            f"paste0('a', {self.one('l')}, collapse = '')",
            f"format({i})",
            f"sprintf('%.1f', {i})",
            "strsplit('a_b_c', '_')[[1]][2]",
            f"toString({self.one('l')})",
            f"switch(substr({s}, 1, 1), x = 'X', y = 'Y', 'other')",
        )

    def bool_(self) -> str:
        i, n, a, d = self.one("i"), self.number(), self.one("l"), self.one("d")
        return self.pick(
            "TRUE",
            "FALSE",
            self.one("b"),
            f"{i} > {n}",
            f"{i} == {self.one('i')}",
            f"{self.one('s')} != {self.one('s')}",
            f"'{self.pick(*KEYS)}' %in% names({d})",
            f"{n} %in% {a}",
            f"!{self.one('b')}",
            f"length({a}) > 0",
            f"({self.one('b')} && {i} < {n})",
            f"({self.one('b')} || {i} >= {n})",
            f"startsWith({self.one('s')}, 'x')",
            "ask()",
            "ask()",
            f"all({a} > 0)",
            f"any({a} > {n})",
            f"is.null({d}${self.pick(*KEYS)})",
            f"identical({a}, {self.one('l')})",
            f"nzchar({self.one('s')})",
            f"isTRUE({self.one('b')})",
            f"is.character({i})",
            f"is.numeric({i})",
            f"xor({self.one('b')}, {self.one('b')})",
            f"grepl('x', {self.one('s')})",
        )

    def list_(self) -> str:
        a, n = self.one("l"), self.number()
        return self.pick(
            f"c({self.int_()}, {self.int_()})",
            f"c({a}, {n})",
            f"c({n}, {a})",
            a,
            f"rev({a})",
            f"sort({a})",
            f"{a}[-1]",
            f"head({a}, 2)",
            f"tail({a}, 2)",
            f"seq_len({n})",
            f"{n}:3",
            f"rep({n}, 2)",
            f"{a} + 1",
            f"{a}[{a} > {n}]",
            f"unlist({self.one('d')})",
            f"sapply({a}, function(n) n + 1)",
            f"unique({a})",
            f"vapply({a}, function(n) n * 2, numeric(1))",
            f"Filter(function(n) n > 1, {a})",
            f"seq_along({a})",
            f"append({a}, {n})",
            f"(if (ask()) {a} else c({n}))",
            f"{a} * c(1, 2)",
            f"setdiff({a}, {n})",
            f"cumsum({a})",
            "many()",
            f"{a}[c(1, 2)]",
        )

    def dict_(self) -> str:
        d, k, n = self.one("d"), self.pick(*KEYS), self.number()
        return self.pick(
            f"list({k} = {self.int_()})",
            "list()",
            f"modifyList({d}, list({k} = {n}))",
            f"c({d}, list({k} = {n}))",
            d,
            f"setNames(list({n}, 1), c('a', 'b'))",
            f"lapply({d}, function(v) v)",
            f"{d}[names({d}) != '{k}']",
            f"(if (ask()) {d} else list({k} = {n}))",
            f"as.list(c({k} = {n}))",
            f"{d}[setdiff(names({d}), '{k}')]",
            f"list({k} = '{n}', b = {n})",
            f"Filter(function(v) v > 1, list(a = {n}, c = 2))",
        )

    # --- statements ---

    def assign(self, indent: str, depth: int) -> None:
        kind = self.pick(*"isbld")
        made = {"i": self.int_, "s": self.str_, "b": self.bool_, "l": self.list_, "d": self.dict_}[kind]()
        self.put(
            indent,
            self.pick(f"{self.one(kind)} <- {made}", f"{self.one(kind)} = {made}", f"{made} -> {self.one(kind)}"),
        )

    def change(self, indent: str, depth: int) -> None:
        a, d, k, n = self.one("l"), self.one("d"), self.pick(*KEYS), self.number()
        self.put(
            indent,
            self.pick(
                f"{a}[1] <- {n}",
                f"{a}[[1]] <- {n}",
                f"{a} <- c({a}, {n})",
                f"{d}${k} <- {self.int_()}",
                f"{d}[['{k}']] <- {n}",
                f"{d}['{k}'] <- {n}",
                f"{d}${k} <- NULL",
                f"{d}[['{k}']] <- NULL",
                f"{self.one('l')} <- {a}",
                f"{self.one('d')} <- {d}",
                f"mystery({a})",
                f"mystery({d})",
                f"{self.one('i')} <- mystery()",
                f"{d}[[paste0('{k}', '')]] <- {self.one('i')}",
                f"{a}[length({a}) + 1] <- {n}",
                f"names({d}) <- rep('{k}', length({d}))[seq_along({d})]",
                f"{self.one('i')} <- {self.one('i')} + {n}",
                f"{self.one('s')} <- paste0(substr({self.one('s')}, 1, 9), 'y')",
            ),
        )

    def branch(self, indent: str, depth: int) -> None:
        self.put(indent, f"if ({self.bool_()}) {{")
        self.block(3, indent + "  ", depth + 1)
        if self.maybe(0.2):
            self.put(indent, f"}} else if ({self.bool_()}) {{")
            self.block(2, indent + "  ", depth + 1)
        if self.maybe():
            self.put(indent, "} else {")
            self.block(2, indent + "  ", depth + 1)
        self.put(indent, "}")

    def loop(self, indent: str, depth: int) -> None:
        inner = indent + "  "
        kind = self.pick("for", "for", "for", "count", "ask", "forever")
        n = self.fresh("n")
        if kind == "for":
            source = self.pick(
                "c(1, 2, 3)",
                f"seq_len({self.number()})",
                self.one("l"),
                "1:2",
                "many()",
                "c('a', 'b')",
                f"seq_along({self.one('l')})",
            )
            self.put(indent, f"for ({n} in {source}) {{")
            if source != "c('a', 'b')" and self.maybe():
                self.put(inner, f"{self.one('i')} <- {n}")
        elif kind == "count":
            self.put(indent, f"{n} <- 0")
            self.put(indent, f"while ({n} < {self.number()}) {{")
            self.put(inner, f"{n} <- {n} + 1")
        else:
            self.put(indent, "while (ask()) {" if kind == "ask" else "repeat {")
        if kind == "forever":
            self.put(inner, "if (stop_now()) break")
        self.block(3, inner, depth + 1)
        if self.maybe(0.3):
            self.put(inner, f"if ({self.bool_()}) {'break' if kind == 'forever' else self.pick('break', 'next')}")
            self.block(2, inner, depth + 1)
        self.put(indent, "}")

    def call(self, indent: str, depth: int) -> None:
        inner, name = indent + "  ", self.fresh("f")
        n = self.fresh("n")
        self.put(indent, f"{name} <- function({n}, more = {self.pick(str(self.number()), n)}, ...) {{")
        self.put(inner, f"force({n})")
        if self.maybe(0.3):
            self.put(inner, f"on.exit({self.one('i')} <<- {self.number()})")
        self.block(3, inner, depth + 1)
        if self.maybe(0.4):
            self.put(inner, f"if ({self.bool_()}) return({self.int_()})")
            self.block(2, inner, depth + 1)
        if self.maybe():
            self.put(inner, f"{self.one('i')} <<- {self.number()}")
        self.put(inner, self.pick(self.int_(), f"{n} + more", "length(list(...))"))
        self.put(indent, "}")
        for _ in range(self.random.randint(1, 2)):
            extra = self.pick(
                "",
                f", {self.number()}",
                f", more = {self.number()}",
                ", 1, 2, 3",
                ", more = 1, key = 2",
                f", m = {self.number()}",
            )
            self.put(indent, f"{self.one('i')} <- {name}({self.int_()}{extra})")

    def try_(self, indent: str, depth: int) -> None:
        inner = indent + "    "
        self.put(indent, f"{self.one('i')} <- tryCatch({{")
        self.block(2, inner, depth + 1)
        self.put(inner, self.pick("may_fail()", "stop('no')", "NULL", "as.integer(3)"))
        self.block(2, inner, depth + 1)
        self.put(inner, self.int_())
        self.put(indent, "}, error = function(e) {")
        self.block(2, inner, depth + 1)
        self.put(inner, self.int_())
        if self.maybe(0.3):
            self.put(indent, "}, finally = {")
            self.block(2, inner, depth + 1)
        self.put(indent, "})")

    def switch(self, indent: str, depth: int) -> None:
        inner = indent + "    "
        self.put(indent, f"switch({self.one('s')},")
        for word in self.random.sample(("x", "y", "yz", "Q"), 2):
            self.put(indent, f"  {word} = {{")
            self.block(2, inner, depth + 1)
            self.put(indent, "  },")
        self.put(indent, "  {")
        self.block(2, inner, depth + 1)
        self.put(indent, "  })")

    def apply(self, indent: str, depth: int) -> None:
        name, a = self.fresh("c"), self.one("l")
        self.put(indent, f"{name} <- function(n) {{ note('{self.note()}'); n + {self.number()} }}")
        self.put(
            indent,
            self.pick(
                f"{a} <- sapply(c(1, 2), {name})",
                f"{self.one('d')} <- lapply({self.one('d')}, {name})",
                f"{a} <- unlist(lapply(c(3, 4), {name}))",
                f"{a} <- mapply(function(x, y) {name}(x), c(1, 2), c(3, 4))",
                f"invisible(Map({name}, c(1, 2)))",
                f"{self.one('i')} <- Reduce(function(x, y) {name}(x), c(1, 2))",
                f"{self.one('i')} <- do.call({name}, list(4))",
                f"{self.one('i')} <- (if (ask()) {name}(1) else 2)",
            ),
        )
