"""Writes a generated project's script in Python."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from generated_plans import LABELS, Plan, tell
from generated_python_values import FRAMES, HELPERS, NEEDS, VALUES
from generated_text import Draft


@dataclass
class Script:
    """A script being written."""

    draft: Draft
    plan: Plan
    imported: set[str] = field(default_factory=set)
    """What is imported from `dagster_pipes`."""
    above: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """The lines of the job itself."""
    files: dict[str, str] = field(default_factory=dict)
    begun: int = 0
    """How many places there were when the present report was begun."""
    ctx: str = "context"
    frames: bool = False
    fails: bool = False
    """Whether there is something that may fail."""
    imports: bool = False
    """Whether there is something imported that JSON does not take."""
    needed: set[str] = field(default_factory=set)
    last: str = ""
    """What stands after the session's end."""

    @property
    def silent(self) -> bool:
        """Whether the script may fail, and nobody would notice if it were kept from being seen."""
        return self.fails and not self.plan.demands

    # --- values ---

    def value(self, type_: str) -> str:
        draft = self.draft
        choices = VALUES[type_] + (FRAMES.get(type_, ()) if self.frames else ())
        own = tuple(key for key, of in self.plan.extras.items() if of == type_ and key in self.read)
        chosen = draft.pick(*choices, *own)
        helper = HELPERS.get(chosen)
        if helper and helper not in self.above:
            self.above.append(helper)
        if draft.maybe(0.15):
            name = draft.fresh("value")
            self.lines.append(f"{name} = {chosen}")
            return name
        return chosen

    def metadata(self) -> str:
        draft = self.draft
        entries = []
        for label in draft.random.sample(LABELS, draft.pick(1, 1, 2, 3)):
            typed = draft.maybe(0.5)
            type_ = draft.pick(*VALUES) if typed else draft.pick("int", "float", "text", "bool", "null")
            raw = draft.place("raw", self.value(type_), type=type_, typed=typed, language="python", frames=self.frames)
            if typed:
                named = draft.place("type", f'"{type_}"', type=type_, language="python")
                pair = [f'"raw_value": {raw}', f'"type": {named}']
                raw = "{" + ", ".join(draft.random.sample(pair, 2)) + "}"
            elif draft.maybe(0.1):
                raw = '{"raw_value": ' + raw + ', "type": "__infer__"}'
            about = {"typed": typed, "language": "python", "frames": self.frames, "imports": self.imports}
            entries.append(f'"{label}": {draft.place("entry", raw, **about)}')
        literal = "{" + ", ".join(entries) + "}"
        match draft.pick("literal", "literal", "local", "built", "helper"):
            case "local":
                name = draft.fresh("metadata")
                self.lines.append(f"{name} = {literal}")
                return name
            case "built":
                name = draft.fresh("metadata")
                self.lines.append(f"{name} = {{}}")
                self.lines += [f"{name}[{entry.replace(': ', '] = ', 1)}" for entry in entries]
                return name
            case "helper" if not self.frames:
                name = draft.fresh("describe")
                self.lines.append(f"def {name}():\n    return {literal}")
                return f"{name}()"
        return literal

    # --- what the job does ---

    read: set[str] = field(default_factory=set)

    def reads(self) -> None:
        draft, ctx, keys = self.draft, self.ctx, list(self.plan.extras)
        if len(keys) > 1 and draft.maybe(0.2):
            names = ", ".join(self.key(key, "loop") for key in keys)
            self.lines.append(f"options = {{key: {ctx}.get_extra(key) for key in ({names})}}")
            return
        for key in keys:
            self.read.add(key)
            match draft.pick("get", "get", "subscript", "held", "optional", "guarded", "asked", "wrapped"):
                case "get":
                    more = draft.place("get-more", "", ctx=ctx, language="python")
                    read = f"{ctx}.get_extra({self.key(key, 'get')}{more})"
                    self.lines.append(f"{key} = {draft.place('read', read, key=key, ctx=ctx, language='python')}")
                case "subscript":
                    read = f"{ctx}.extras[{self.key(key, 'subscript')}]"
                    self.lines.append(f"{key} = {draft.place('read', read, key=key, ctx=ctx, language='python')}")
                case "held":
                    self.lines.append(f"extras = {ctx}.extras")
                    self.lines.append(f"{key} = extras[{self.key(key, 'subscript')}]")
                case "optional":
                    self.lines.append(f'{key} = {ctx}.extras.get("{key}")')
                    self.read.discard(key)
                case "guarded":
                    self.imported.add("DagsterPipesError")
                    read = f'    {key} = {ctx}.get_extra("{key}")'
                    self.lines.append(f"try:\n{read}\nexcept DagsterPipesError:\n    {key} = None")
                    self.read.discard(key)
                case "asked":
                    self.lines.append(f'if "{key}" in {ctx}.extras:\n    {key} = {ctx}.extras["{key}"]')
                    self.read.discard(key)
                case _:
                    helper = draft.fresh("extra")
                    mark = draft.mark(f"inside:{self.plan.number}:{key}")
                    self.lines.append(f"def {helper}(key):\n    return {mark}{ctx}.get_extra(key)")
                    self.lines.append(f"{key} = {helper}({self.key(key, 'wrapped')})")

    def key(self, key: str, way: str) -> str:
        """A key that is read, written as a text."""
        mark = self.draft.mark(f"read:{self.plan.number}:{key}")
        at = f"inside:{self.plan.number}:{key}"
        return mark + self.draft.place("key", f'"{key}"', key=key, way=way, call_at=at, language="python")

    def logs(self) -> None:
        draft, ctx = self.draft, self.ctx
        level = draft.pick("info", "debug", "warning", "error")
        text = draft.pick(
            '"begun"', 'f"{total} rows"', '"%d rows", total', '"rows: %s", names', '"done: " + str(total)'
        )
        call = f"{ctx}.log.{draft.place('log-level', level)}({draft.place('log-message', text, language='python')})"
        self.lines.append(draft.place("log", call, ctx=ctx, language="python"))

    def asks(self) -> None:
        draft, ctx, plan = self.draft, self.ctx, self.plan
        known = ["run_id", "job_name", "retry_number", "is_asset_step", "is_partition_step"]
        if plan.alone:
            known += ["asset_key", "code_version", "provenance"]
        if plan.kind in ("asset", "multi"):
            known += ["asset_keys"]
        if plan.partitions:
            known += ["partition_key", "partition_key_range"]
        if plan.partitions == "daily":
            known += ['partition_time_window["start"]']
        member = draft.place(
            "member", draft.pick(*known), kind=plan.kind, partitions=plan.partitions, language="python"
        )
        self.lines.append(draft.pick(f"print({ctx}.{member})", f"found = {ctx}.{member}"))
        if not plan.partitions and plan.kind in ("asset", "multi") and draft.maybe(0.2):
            self.lines.append(f"if {ctx}.is_partition_step:\n    print({ctx}.partition_key)")

    def custom(self) -> None:
        payload = self.draft.place(
            "payload", self.draft.pick('{"rows": total}', "names", '"ready"', "None"), imports=self.imports
        )
        mark = self.draft.mark(f"custom:{self.plan.number}")
        self.lines.append(f"{mark}{self.ctx}.report_custom_message({payload})")

    def check(self, name: str, key: str) -> None:
        self.begun = len(self.draft.places)
        draft = self.draft
        named = self.check_name(name)
        passed = draft.place("passed", self.value("bool"), language="python", frames=self.frames)
        arguments = [draft.pick(named, f"check_name={named}")]
        positional = not arguments[0].startswith("check_name=")
        arguments.append(passed if positional and draft.maybe() else f"passed={passed}")
        if draft.maybe(0.4):
            severity = draft.place("severity", draft.pick('"WARN"', '"ERROR"'), language="python")
            third = positional and not arguments[1].startswith("passed=") and draft.maybe()
            arguments.append(severity if third else f"severity={severity}")
        if draft.maybe(0.4):
            arguments.append(f"metadata={draft.place('metadata', self.metadata(), language='python')}")
        if not self.plan.alone or draft.maybe(0.2):
            arguments.append(self.asset(key))
        self.finish("report_asset_check", arguments, f"check:{name}")

    def check_name(self, name: str) -> str:
        place = self.draft.place("check-name", f'"{name}"', language="python")
        return self.draft.mark(f"reported:{self.plan.number}:{name}") + place

    def asset(self, key: str) -> str:
        draft = self.draft
        written = draft.place("asset-key", f'"{key}"', language="python", kind=self.plan.kind)
        return f"asset_key={written}"

    def finish(self, member: str, arguments: list[str], what: str) -> None:
        """A report, called in one of many ways."""
        draft, plan = self.draft, self.plan
        further = draft.place("report-argument", "", first="" if arguments else " ", member=member, language="python")
        named = draft.place("report", member, ctx=self.ctx, language="python")
        alone = [each for each in arguments if not each.startswith("asset_key=")]
        call = f"{draft.mark(f'{what}:{plan.number}')}{self.ctx}.{named}({', '.join(arguments)}{further})"
        about = {"what": what, "number": plan.number, "ctx": self.ctx, "language": "python", "kind": plan.kind}
        about["bare"] = f"{self.ctx}.{member}({', '.join(alone)})"
        about["implicit"] = plan.implicit
        draft.call(self.begun, f"{what}:{plan.number}")
        about["name"] = what.partition(":")[2]
        text = draft.place("report-call", call, **about) + draft.place("after-report", "", call=call, **about)
        match draft.pick("plain", "plain", "plain", "function", "branch", "once", "try"):
            case "function":
                name = draft.fresh("report")
                self.lines.append(f"def {name}():\n" + textwrap.indent(text, "    "))
                self.lines.append(f"{name}()")
            case "branch":
                self.lines.append(f"if total > 0:\n{textwrap.indent(text, '    ')}\nelse:\n    raise ValueError(total)")
            case "once":
                name = draft.fresh("turn")
                self.lines.append(f"for {name} in range(1):\n" + textwrap.indent(text, "    "))
            case "try":
                handler = "except ZeroDivisionError:\n    raise"
                self.lines.append(f"try:\n{textwrap.indent(text, '    ')}\n{handler}")
            case _:
                self.lines.append(text)

    def materialize(self, key: str) -> None:
        self.begun = len(self.draft.places)
        draft = self.draft
        arguments = []
        if draft.maybe(0.85):
            metadata = draft.place("metadata", self.metadata(), language="python")
            arguments.append(draft.pick(metadata, f"metadata={metadata}"))
        if draft.maybe(0.25):
            version = draft.place("data-version", draft.pick('"v1"', "str(total)", 'f"v{total}"'), language="python")
            arguments.append(f"data_version={version}")
        if not self.plan.alone or draft.maybe(0.25):
            arguments.append(self.asset(key))
        self.finish("report_asset_materialization", arguments, f"asset:{key}")

    def checks_in_loop(self) -> None:
        self.begun = len(self.draft.places)
        draft, plan = self.draft, self.plan
        pairs = ", ".join(
            f"({self.check_name(name)}, "
            f"{draft.place('passed', self.value('bool'), language='python', frames=self.frames)})"
            for name, _ in plan.checks
        )
        asset = f', asset_key="{plan.checks[0][1]}"' if not plan.alone else ""
        draft.call(self.begun, f"loop:{plan.number}")
        mark = draft.mark(f"loop:{plan.number}")
        looped = f"for name, ok in [{pairs}]:\n    {mark}{self.ctx}.report_asset_check(name, passed=ok{asset})"
        self.lines.append(looped)

    def job(self) -> None:
        """All that the script does in its session."""
        draft, plan = self.draft, self.plan
        self.frames = draft.maybe(0.3)
        self.imports = draft.maybe(0.3)
        self.lines += ["rows = [4, 8, 15]", 'names = ["a", "b"]', "total = sum(rows)"]
        if self.frames:
            self.lines += [
                'frame = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, 1.5, 2.5]})',
                "array = np.array([1, 2, 4])",
            ]
        self.fails = draft.maybe(0.4)
        if self.fails:
            self.lines.append('with open("defs.py") as file:\n    size = len(file.read())')
        self.reads()
        tell(self)
        self.lines.append('print("done")' + draft.place("here", "", ctx=self.ctx, language="python", plan=plan))

    # --- how the session is held ---

    def write(self) -> dict[str, str]:
        draft = self.draft
        self.ctx = draft.pick("context", "context", "pipes", "ctx")
        style = draft.pick(
            "with", "with", "main", "handed", "get", "finally", "class", "manager", "stack", "closing", "module"
        )
        if style == "get":
            self.imported.add("PipesContext")
        self.job()
        text = "\n".join(self.lines)
        ctx, opened = self.ctx, "open_dagster_pipes"
        self.imported.add(opened)
        deep = textwrap.indent(text, "    ")
        opening = f"{opened}()"
        after = draft.place("after-session", "", ctx=ctx, language="python", style=style)
        after = f"\n{after}"
        block = (
            draft.place(
                "session",
                f"with {opening} as {ctx}:\n{deep}",
                language="python",
                fails=self.fails and not self.plan.demands,
            )
            + after
        )
        main = 'if __name__ == "__main__":\n    {}'
        match style:
            case "with":
                rest = block
            case "main":
                block = draft.mark(f"never:{self.plan.number}") + block
                ran = draft.place("main", main.format("main()"), number=self.plan.number, demands=self.plan.demands)
                rest = f"def main() -> None:\n{textwrap.indent(block, '    ')}\n\n\n{ran}"
            case "handed":
                start = (
                    draft.place(
                        "session",
                        f"with {opening} as {ctx}:\n    run({ctx})",
                        language="python",
                        fails=self.fails and not self.plan.demands,
                    )
                    + after
                )
                rest = f"def run({ctx}):\n{deep}\n\n\n{start}"
            case "get":
                start = draft.place(
                    "session", f"with {opening}:\n    main()", language="python", get=True, number=self.plan.number
                )
                run = textwrap.indent(start, "    ")
                got = f"{ctx} = {draft.mark(f'get:{self.plan.number}')}PipesContext.get()"
                rest = f'def main():\n    {got}\n{deep}\n\n\nif __name__ == "__main__":\n{run}'
            case "finally":
                closing = draft.place("finally", f"{ctx}.close()", ctx=ctx, number=self.plan.number)
                opening = draft.mark(f"opening:{self.plan.number}") + opening
                rest = f"{ctx} = {opening}\ntry:\n{deep}\nfinally:\n    {closing}{after}"
            case "class":
                held = f"class Job:\n    def __init__(self, {ctx}):\n        self.{ctx} = {ctx}\n\n    def run(self):\n"
                held += f"        {ctx} = self.{ctx}\n{textwrap.indent(deep, '    ')}"
                rest = f"{held}\n\n\nwith {opening} as {ctx}:\n    Job({ctx}).run(){after}"
            case "manager":
                self.above.append(
                    f"@contextmanager\ndef session():\n    with {opening} as opened:\n        yield opened"
                )
                rest = f"with session() as {ctx}:\n{deep}{after}"
            case "stack":
                rest = f"with ExitStack() as stack:\n    {ctx} = stack.enter_context({opening})\n{deep}{after}"
            case "closing":
                rest = f"with closing({opening}) as {ctx}:\n{deep}{after}"
            case _:
                module = f"{self.plan.name}_job"
                self.files[f"{self.plan.folder}{module}.py"] = self.module(f"def work({ctx}):\n{deep}")
                self.above = []
                start = f"with {opening} as {ctx}:\n    work({ctx})"
                rest = f"from {module} import work\n\n{draft.place('session', start, language='python')}{after}"
        self.files[self.plan.path] = self.module(rest)
        return self.files

    def module(self, rest: str) -> str:
        """A file with all that it needs above it."""
        body = "\n\n\n".join([*self.above, rest])
        if self.imports:
            self.needed |= {"from datetime import datetime", "from decimal import Decimal", "from pathlib import Path"}
        lines = sorted(self.needed | {line for needle, line in NEEDS.items() if needle in body})
        for name, package in (("contextmanager", "contextlib"), ("ExitStack", "contextlib"), ("closing", "contextlib")):
            if f"{name}(" in body or f"@{name}" in body:
                lines.append(f"from {package} import {name}")
        names = sorted(name for name in self.imported if name in body)
        if names:
            lines.append(f"from dagster_pipes import {self.draft.place('import', ', '.join(names), names=names)}")
        end = self.draft.place("end", "", language="python")
        return "\n".join(lines) + f"\n\n{body}{end}\n"
