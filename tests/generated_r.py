"""Writes a generated project's script in R."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from generated_plans import LABELS, Plan, tell
from generated_text import Draft

VALUES: dict[str, tuple[str, ...]] = {
    "int": (
        "length(rows)",
        "3L",
        "3",
        "nrow(frame)",
        "as.integer(1.5)",
        "total",
        "max(rows)",
        "rows[1]",
        "TRUE",
        "1e5",
    ),
    "float": ("0.5", "2.25", "mean(c(1, 2))", "total / 4", "round(0.1234, 2)", "NULL"),
    "text": (
        '"x"',
        'paste0(total, " rows")',
        "as.character(total)",
        'sprintf("%d rows", total)',
        "names_[1]",
        'paste(names_, collapse = ", ")',
        "toupper(names_[[2]])",
        'format(Sys.time(), "%Y")',
    ),
    "bool": (
        "TRUE",
        "total > 0",
        "!is.null(rows)",
        'is.element("x", names_)',
        "all(rows > 0)",
        "is.numeric(total)",
        "nrow(frame) == 3",
        "isTRUE(total > 1)",
        "!anyNA(rows)",
    ),
    "json": ("rows", "list(a = 1)", 'list(1, "b")', "c(1, 2)", "frame", "names_", "as.list(rows)"),
    "timestamp": ("1700000000.5", "as.numeric(Sys.time())", "1700000000"),
    "url": ('"https://example.org"', 'paste0("https://example.org/", total)'),
    "path": ('"/data/x.parquet"', 'file.path("/data", "x.csv")'),
    "notebook": ('"/data/x.ipynb"',),
    "md": ('"# Rows"', 'sprintf("*%d* rows", total)'),
    "null": ("NULL", "3"),
}


@dataclass
class Script:
    """A script being written."""

    draft: Draft
    plan: Plan
    above: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """The lines of the job itself."""
    files: dict[str, str] = field(default_factory=dict)
    begun: int = 0
    """How many places there were when the present report was begun."""
    ctx: str = "ctx"
    dotted: str = ""
    """`dagsterpipes::`, where the package is not attached."""
    read: set[str] = field(default_factory=set)
    fails: bool = False
    """Whether there is something that may fail."""

    @property
    def silent(self) -> bool:
        """Whether the script may fail, and nobody would notice if it were kept from being seen."""
        return self.fails and not self.plan.demands

    # --- values ---

    def value(self, type_: str) -> str:
        draft = self.draft
        own = tuple(key for key, of in self.plan.extras.items() if of == type_ and key in self.read)
        if type_ == "float":
            own = ()  # a number that is whole loses its fraction
        chosen = draft.pick(*VALUES[type_], *own)
        if draft.maybe(0.15) and chosen != "NULL":
            name = draft.fresh("value")
            self.lines.append(f"{name} <- {chosen}")
            return name
        return chosen

    def metadata(self) -> str:
        draft = self.draft
        entries = []
        for label in draft.random.sample(LABELS, draft.pick(1, 1, 2, 3)):
            typed = draft.maybe(0.45)
            type_ = draft.pick(*VALUES) if typed else draft.pick("int", "float", "text", "bool", "json")
            value = self.value(type_)
            if value == "NULL" and not typed:
                value = "0.5"
            raw = draft.place("raw", value, type=type_, typed=typed, language="r")
            if typed:
                named = draft.place("type", f'"{type_}"', type=type_, language="r")
                raw = draft.pick(
                    f"{self.dotted}pipes_metadata_value({raw}, {named})",
                    f"{self.dotted}pipes_metadata_value({raw}, type = {named})",
                    f"list(raw_value = {raw}, type = {named})"
                    if value != "NULL"
                    else f"{self.dotted}pipes_metadata_value({raw}, {named})",
                )
            entries.append(f"{label} = {draft.place('entry', raw, typed=typed, language='r')}")
        literal = f"list({', '.join(entries)})"
        match draft.pick("literal", "literal", "local", "built", "helper"):
            case "local":
                name = draft.fresh("metadata")
                self.lines.append(f"{name} <- {literal}")
                return name
            case "built" if "NULL" not in literal:
                name = draft.fresh("metadata")
                self.lines.append(f"{name} <- list()")
                for entry in entries:
                    label, _, value = entry.partition(" = ")
                    self.lines.append(draft.pick(f"{name}${label} <- {value}", f'{name}[["{label}"]] <- {value}'))
                return name
            case "helper":
                name = draft.fresh("describe")
                self.lines.append(f"{name} <- function() {literal}")
                return f"{name}()"
        return literal

    # --- what the job does ---

    def reads(self) -> None:
        draft, ctx, keys = self.draft, self.ctx, list(self.plan.extras)
        if len(keys) > 1 and draft.maybe(0.2):
            names = ", ".join(self.key(key, "loop") for key in keys)
            self.lines.append(f"options <- lapply(c({names}), function(key) {ctx}$get_extra(key))")
            return
        for key in keys:
            self.read.add(key)
            about = {"key": key, "ctx": ctx, "language": "r"}
            match draft.pick("get", "get", "dollar", "double", "guarded", "asked", "wrapped", "held"):
                case "get":
                    more = draft.place("get-more", "", ctx=ctx, language="r")
                    read = f"{ctx}$get_extra({self.key(key, 'get')}{more})"
                    self.lines.append(f"{key} <- {draft.place('read', read, **about)}")
                case "dollar":
                    mark = draft.mark(f"read:{self.plan.number}:{key}")
                    self.lines.append(f"{key} <- {mark}{ctx}$extras${draft.place('key-name', key, **about)}")
                case "double":
                    self.lines.append(f"{key} <- {ctx}$extras[[{self.key(key, 'double')}]]")
                case "held":
                    self.lines.append(f"extras <- {ctx}$extras")
                    self.lines.append(f"{key} <- extras[[{self.key(key, 'double')}]]")
                case "guarded":
                    self.lines.append(f'{key} <- tryCatch({ctx}$get_extra("{key}"), error = function(e) NULL)')
                    self.read.discard(key)
                case "asked":
                    self.lines.append(f'{key} <- if ("{key}" %in% names({ctx}$extras)) {ctx}$extras${key} else NULL')
                    self.read.discard(key)
                case _:
                    helper = draft.fresh("extra")
                    mark = draft.mark(f"inside:{self.plan.number}:{key}")
                    self.lines.append(f"{helper} <- function(key) {mark}{ctx}$get_extra(key)")
                    self.lines.append(f"{key} <- {helper}({self.key(key, 'wrapped')})")

    def key(self, key: str, way: str) -> str:
        """A key that is read, written as a text."""
        mark = self.draft.mark(f"read:{self.plan.number}:{key}")
        at = f"inside:{self.plan.number}:{key}"
        return mark + self.draft.place("key", f'"{key}"', key=key, way=way, call_at=at, language="r")

    def logs(self) -> None:
        draft, ctx = self.draft, self.ctx
        message = draft.pick(
            '"begun"', 'paste("rows", total)', 'sprintf("%d rows", total)', 'paste(names_, collapse = " ")'
        )
        text = draft.place("log-message", message, language="r")
        level = draft.place("r-level", draft.pick('"INFO"', '"debug"', '"WARNING"', '"ERROR"'))
        call = draft.pick(f"{ctx}$log({text})", f"{ctx}$log({text}, {level})", f"{ctx}$log({text}, level = {level})")
        self.lines.append(draft.place("log", call, ctx=ctx, language="r"))

    def asks(self) -> None:
        draft, ctx, plan = self.draft, self.ctx, self.plan
        known = ["run_id", "job_name", "retry_number", "is_asset_step", "is_partition_step"]
        if plan.alone:
            known += ["asset_key", "code_version", "provenance"]
        if plan.kind in ("asset", "multi"):
            known += ["asset_keys"]
        if plan.partitions:
            known += ["partition_key"]
        if plan.partitions == "daily":
            known += ["partition_time_window$start"]
        member = draft.place("member", draft.pick(*known), kind=plan.kind, partitions=plan.partitions, language="r")
        self.lines.append(draft.pick(f"print({ctx}${member})", f"found <- {ctx}${member}"))

    def custom(self) -> None:
        payload = self.draft.pick("list(rows = total)", "names_", '"ready"')
        mark = self.draft.mark(f"custom:{self.plan.number}")
        self.lines.append(f"{mark}{self.ctx}$report_custom_message({payload})")

    def check(self, name: str, key: str) -> None:
        self.begun = len(self.draft.places)
        draft = self.draft
        arguments = [self.check_name(name)]
        if draft.maybe(0.2):
            arguments[0] = f"check_name = {arguments[0]}"
        passed = draft.place("passed", self.value("bool"), language="r")
        named = arguments[0].startswith("check_name =") or draft.maybe(0.4)
        arguments.append(f"{draft.pick('passed', 'pass')} = {passed}" if named else passed)
        if not self.plan.alone or draft.maybe(0.2):
            arguments.append(self.asset(key))
        if draft.maybe(0.4):
            severity = draft.pick('"WARN"', '"ERROR"')
            arguments.append(f"severity = {draft.place('severity', severity, language='r')}")
        arguments.append(draft.place("r-metadata", f"metadata = {self.metadata()}", language="r"))
        self.finish("report_asset_check", arguments, f"check:{name}")

    def check_name(self, name: str) -> str:
        place = self.draft.place("check-name", f'"{name}"', language="r")
        return self.draft.mark(f"reported:{self.plan.number}:{name}") + place

    def asset(self, key: str) -> str:
        written = self.draft.place("asset-key", f'"{key}"', language="r", kind=self.plan.kind)
        return f"asset_key = {written}"

    def finish(self, member: str, arguments: list[str], what: str) -> None:
        """A report, called in one of many ways."""
        draft, plan = self.draft, self.plan
        further = draft.place("report-argument", "", first="" if arguments else " ", member=member, language="r")
        named = draft.place("report", member, ctx=self.ctx, language="r")
        alone = [each for each in arguments if not each.startswith("asset_key")]
        call = f"{draft.mark(f'{what}:{plan.number}')}{self.ctx}${named}({', '.join(arguments)}{further})"
        about = {"what": what, "number": plan.number, "ctx": self.ctx, "language": "r", "kind": plan.kind}
        about["bare"] = f"{self.ctx}${member}({', '.join(alone)})"
        about["implicit"] = plan.implicit
        draft.call(self.begun, f"{what}:{plan.number}")
        about["name"] = what.partition(":")[2]
        text = draft.place("report-call", call, **about) + draft.place("after-report", "", call=call, **about)
        match draft.pick("plain", "plain", "plain", "function", "branch", "local", "loop"):
            case "function":
                name = draft.fresh("report")
                self.lines.append(f"{name} <- function() {{\n{textwrap.indent(text, '  ')}\n}}")
                self.lines.append(f"{name}()")
            case "branch":
                self.lines.append(
                    f'if (total > 0) {{\n{textwrap.indent(text, "  ")}\n}} else {{\n  stop("no rows")\n}}'
                )
            case "local":
                self.lines.append(f"local({{\n{textwrap.indent(text, '  ')}\n}})")
            case "loop":
                name = draft.fresh("turn")
                self.lines.append(f"for ({name} in 1:1) {{\n{textwrap.indent(text, '  ')}\n}}")
            case _:
                self.lines.append(text)

    def materialize(self, key: str) -> None:
        self.begun = len(self.draft.places)
        draft = self.draft
        arguments = [draft.place("r-metadata", draft.pick("", "metadata = ") + self.metadata(), language="r")]
        if not self.plan.alone or draft.maybe(0.25):
            arguments.append(self.asset(key))
        if draft.maybe(0.25):
            version = draft.place(
                "data-version", draft.pick('"v1"', "as.character(total)", 'paste0("v", total)'), language="r"
            )
            arguments.append(f"data_version = {version}")
        self.finish("report_asset_materialization", arguments, f"asset:{key}")

    def checks_in_loop(self) -> None:
        self.begun = len(self.draft.places)
        draft, plan = self.draft, self.plan
        names = ", ".join(self.check_name(name) for name, _ in plan.checks)
        asset = f', asset_key = "{plan.checks[0][1]}"' if not plan.alone else ""
        metadata = draft.place("r-metadata", f"metadata = {self.metadata()}", language="r")
        passed = draft.place("passed", self.value("bool"), language="r")
        call = f"{self.ctx}$report_asset_check(name, passed = {passed}{asset}, {metadata})"
        draft.call(self.begun, f"loop:{plan.number}")
        call = draft.mark(f"loop:{plan.number}") + call
        self.lines.append(
            draft.pick(
                f"for (name in c({names})) {{\n  {call}\n}}", f"invisible(lapply(c({names}), function(name) {call}))"
            )
        )

    def job(self) -> None:
        """All that the script does in its session."""
        draft, plan = self.draft, self.plan
        self.lines += ["rows <- c(4L, 8L, 15L)", 'names_ <- c("a", "b")', "total <- sum(rows)"]
        self.lines += ['frame <- data.frame(a = 1:3, b = c("x", "y", "z"))']
        self.fails = draft.maybe(0.4)
        if self.fails:
            self.lines.append('size <- length(readLines("defs.py"))')
        self.reads()
        tell(self)
        here = draft.place("here", "", ctx=self.ctx, language="r", plan=plan)
        self.lines.append(f'cat("done\\n"){here}')

    # --- how the session is held ---

    def write(self) -> dict[str, str]:
        draft = self.draft
        self.ctx = draft.pick("ctx", "ctx", "context", "pipes")
        self.dotted = draft.pick("", "", "dagsterpipes::")
        style = draft.pick("with", "with", "lambda", "named", "catch", "exit", "source", "class", "return", "once")
        if style == "return":
            draft.early.add(self.plan.number)
        self.job()
        ctx, dotted = self.ctx, self.dotted
        text = "\n".join(self.lines)
        deep = textwrap.indent(text, "  ")
        after = draft.place("after-session", "", ctx=ctx, language="r", style=style)

        def within(code: str) -> str:
            session = f"{draft.mark(f'session:{self.plan.number}')}{dotted}with_dagster_pipes({code})"
            return draft.place("session", session, language="r", fails=self.silent) + f"\n{after}"

        match style:
            case "with":
                rest = within(f"function({ctx}) {{\n{deep}\n}}")
            case "lambda":
                rest = within(f"\\({ctx}) {{\n{deep}\n}}")
            case "named":
                rest = f"main <- function({ctx}) {{\n{deep}\n}}\n\n{within('main')}"
            case "return":
                early = f"  if (length({ctx}$job_name) > 1) {{\n    return(invisible(NULL))\n  }}\n"
                rest = within(f"function({ctx}) {{\n{early}{deep}\n}}")
            case "once":
                inner = within(f"function({ctx}) {{\n{deep}\n}}")
                rest = f"run <- function() {{\n{textwrap.indent(inner, '  ')}\n}}\n\nrun()"
            case "catch":
                closing = draft.place("finally", f"{ctx}$close()", ctx=ctx, number=self.plan.number)
                opening = (
                    draft.mark(f"opening:{self.plan.number}")
                    + draft.mark(f"session:{self.plan.number}")
                    + f"{dotted}open_dagster_pipes()"
                )
                rest = f"{ctx} <- {opening}\ntryCatch({{\n{deep}\n}}, finally = {closing})\n{after}"
            case "exit":
                closing = draft.place("finally", f"on.exit({ctx}$close())", ctx=ctx, number=self.plan.number)
                opening = (
                    draft.mark(f"opening:{self.plan.number}")
                    + draft.mark(f"session:{self.plan.number}")
                    + f"{dotted}open_dagster_pipes()"
                )
                rest = f"main <- function() {{\n  {ctx} <- {opening}\n  {closing}\n{deep}\n}}\n\nmain()"
            case "class":
                rest = f'Job <- R6::R6Class("Job", public = list(\n  {ctx} = NULL,\n'
                rest += f"  initialize = function({ctx}) {{\n    self${ctx} <- {ctx}\n  }},\n"
                rest += f"  run = function() {{\n    {ctx} <- self${ctx}\n{textwrap.indent(deep, '  ')}\n  }}\n))\n\n"
                rest += within(f"function({ctx}) {{\n  Job$new({ctx})$run()\n}}")
            case _:
                helper = f"{self.plan.folder}{self.plan.name}_work.R"
                self.files[helper] = f"work <- function({ctx}) {{\n{deep}\n}}\n"
                found = 'dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))'
                rest = f'here <- {found}\nsource(file.path(here, "{self.plan.name}_work.R"))\n\n'
                rest += within(f"function({ctx}) {{\n  work({ctx})\n}}")
        library = (
            ""
            if dotted
            else draft.pick("library(dagsterpipes)\n\n", "suppressPackageStartupMessages(library(dagsterpipes))\n\n")
        )
        end = draft.place("end", "", language="r")
        self.files[self.plan.path] = f"{library}{rest}{end}\n"
        return self.files
