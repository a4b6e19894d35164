"""Writes the orchestration side of a generated project: its `defs.py`, and a module of settings where one is wanted."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from generated_commands import Command
from generated_extras import Extras
from generated_plans import Plan
from generated_text import Draft

CLIENT = "PipesSubprocessClient"


@dataclass
class Definitions:
    """A module of definitions being written."""

    draft: Draft
    dotted: bool
    """`dg.asset`, in place of `from dagster import asset`."""
    client: str = "pipes_subprocess_client"
    """The client's name among the resources, and so the functions' parameter."""
    asked: bool = False
    """Whether a definition asks for the client."""
    names: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    above: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)

    def dg(self, name: str) -> str:
        """A name of Dagster's, as this module writes it."""
        if self.dotted:
            return f"dg.{name}"
        self.names.add(name)
        return name

    def std(self, statement: str) -> None:
        self.imports.add(statement)

    def files(self) -> dict[str, str]:
        draft = self.draft
        arguments = []
        if self.made:
            arguments.append(f"assets=[{', '.join(self.made)}]")
        if self.checks:
            arguments.append(f"asset_checks=[{', '.join(self.checks)}]")
        if self.jobs:
            arguments.append(f"jobs=[{', '.join(self.jobs)}]")
        key = draft.place("resource-key", f'"{self.client}"', name=self.client)
        made = draft.place("resource", f"{self.dg(CLIENT)}()")
        resources = f"resources={{{key}: {made}}}" if draft.maybe(0.7) else f"resources=dict({self.client}={made})"
        if "dict(" in resources:
            resources = f"resources=dict({draft.place('resource-name', self.client, name=self.client)}={made})"
        arguments.append(resources)
        defs = f"defs = {self.dg('Definitions')}(\n" + "".join(f"    {each},\n" for each in arguments) + ")"
        named = "import dagster as dg" if self.dotted else f"from dagster import {', '.join(sorted(self.names))}"
        imports = "\n".join([*sorted(self.imports), "", named])
        if self.settings:
            imports += "\n\nimport settings" if "settings." in "".join(self.definitions) else ""
        parts = [imports, *([("\n".join(self.above))] if self.above else []), *self.definitions, defs]
        comment = draft.place("comment", "")
        files = {"defs.py": "\n\n\n".join(parts).lstrip("\n") + f"{comment}\n"}
        if self.settings:
            files["settings.py"] = "\n".join(["from pathlib import Path", "", *self.settings]) + "\n"
        return files

    def add(self, plan: Plan) -> None:
        """One more definition, which launches one script."""
        Launch(self, plan).write()


@dataclass
class Launch:
    defs: Definitions
    plan: Plan
    body: list[str] = field(default_factory=list)
    """The function's first lines."""

    @property
    def draft(self) -> Draft:
        return self.defs.draft

    def command(self) -> str:
        return Command(self.defs, self.plan, self.body).command()

    def extras(self) -> str | None:
        return Extras(self.defs, self.plan, self.body).extras()

    # --- the definition ---

    def key(self, key: str) -> str:
        """An asset's key, as an expression."""
        parts = key.split("/")
        listed = "[" + ", ".join(f'"{part}"' for part in parts) + "]"
        if len(parts) == 1:
            return self.draft.pick(f'"{key}"', f'"{key}"', f"{self.defs.dg('AssetKey')}({listed})")
        return self.draft.pick(listed, f"{self.defs.dg('AssetKey')}({listed})")

    def specs(self) -> str | None:
        """The check specs, as an expression."""
        draft, defs, plan = self.draft, self.defs, self.plan
        spec = defs.dg("AssetCheckSpec")
        if not plan.checks or plan.kind == "check":
            return None
        assets = {key for _, key in plan.checks}
        if len(assets) == 1 and draft.maybe(0.35):
            (asset,) = assets
            names = ", ".join(
                draft.mark(f"spec:{plan.number}:{name}:name")
                + f'"{draft.place("spec-name", name, number=plan.number, check=name)}"'
                for name, _ in plan.checks
            )
            if draft.maybe():
                constant = f"{plan.name.upper()}_CHECKS"
                defs.above.append(f"{constant} = ({names},)" if len(plan.checks) == 1 else f"{constant} = ({names})")
                names = constant
            else:
                names = f"[{names}]"
            made = f"{spec}(name=name, asset={self.key(asset)})"
            return f"[{draft.mark(f'specs:{plan.number}')}{made} for name in {names}]"
        made = ""
        for name, asset in plan.checks:
            place = draft.place("spec-asset", self.key(asset), checks=plan.checks)
            first = draft.pick(
                f'"{draft.place("spec-name", name, number=plan.number, check=name)}"',
                f'name="{draft.place("spec-name", name, number=plan.number, check=name)}"',
            )
            made += f"\n        {draft.mark(f'spec:{plan.number}:{name}')}{spec}({first}, asset={place}),"
        return f"[{made}{draft.place('specs', '', number=plan.number, asset=plan.keys[0], spec=spec)}\n    ]"

    def decorator(self) -> str:
        draft, defs, plan = self.draft, self.defs, self.plan
        arguments = []
        if plan.kind == "check":
            asset = f'asset="{plan.keys[0]}"'
            return f"@{defs.dg('asset_check')}({asset})"
        if plan.kind == "op":
            return f"@{defs.dg('op')}"
        if plan.kind == "multi":
            if draft.maybe(0.6):
                specs = ", ".join(f"{defs.dg('AssetSpec')}({self.key(key)})" for key in plan.keys)
                arguments.append(f"{draft.mark(f'declared:{plan.number}')}specs=[{specs}]")
            else:
                out = defs.dg("AssetOut")
                outs = []
                for key in plan.keys:
                    *prefix, last = key.split("/")
                    outs.append(f'"{last}": {out}({f"key_prefix={prefix}" if prefix else ""})'.replace("'", '"'))
                arguments.append(f"outs={{{', '.join(outs)}}}")
        else:
            *prefix, last = plan.keys[0].split("/")
            if prefix:
                parts = [f'key_prefix="{prefix[0]}"', f'key_prefix=["{prefix[0]}"]', f"key={self.key(plan.keys[0])}"]
                arguments.append(draft.mark(f"declared:{plan.number}") + draft.pick(*parts))
            elif last != self.function:
                arguments.append(f'{draft.mark(f"declared:{plan.number}")}name="{last}"')
        if plan.partitions:
            arguments.append(f"partitions_def={self.partitions()}")
        specs_ = self.specs()
        if specs_:
            arguments.append(f"check_specs={specs_}")
        if draft.maybe(0.2) and plan.kind == "asset":
            arguments.append(draft.pick('group_name="warehouse"', 'description="nightly"', 'kinds={"python"}'))
        name = defs.dg("multi_asset" if plan.kind == "multi" else "asset")
        if not arguments:
            return draft.pick(f"@{name}", f"@{name}()")
        return f"@{name}({', '.join(arguments)})"

    def partitions(self) -> str:
        draft, defs = self.draft, self.defs
        if self.plan.partitions == "daily":
            made = f'{defs.dg("DailyPartitionsDefinition")}(start_date="2024-01-01")'
        else:
            made = f'{defs.dg("StaticPartitionsDefinition")}(["north", "south"])'
        if draft.maybe(0.4):
            constant = f"{self.plan.name.upper()}_PARTITIONS"
            defs.above.append(f"{constant} = {made}")
            return constant
        return made

    @property
    def function(self) -> str:
        return self.plan.checks[0][0] if self.plan.kind == "check" else self.plan.name

    def call(self, client: str) -> str:
        """The launch itself."""
        draft, plan = self.draft, self.plan
        context = "context"
        if plan.kind == "check":
            context = draft.place("run-context", "context.op_execution_context")
        command = self.command()
        arguments = [f"command={command}", f"context={context}"]
        extras = self.extras()
        if extras is not None:
            arguments.append(f"extras={extras}")
        elif draft.maybe():
            arguments.append(draft.place("no-extras", "extras={}"))
        if draft.maybe(0.2) and plan.number not in draft.early:
            name = draft.pick("MODE", "LEVEL")
            value = draft.place("env-value", draft.pick('"fast"', '"1"'))
            arguments.append(f'env={{"{name}": {value}}}')
        arguments = draft.random.sample(arguments, len(arguments))
        further = draft.place("run-argument", "", call_at=f"launch:{plan.number}")
        client = draft.mark(f"launch:{plan.number}") + client
        if draft.maybe():
            return f"{client}.run({', '.join(arguments)}{further})"
        lines = "".join(f"    {each},\n" for each in arguments[:-1])
        return f"{client}.run(\n{lines}    {arguments[-1]}{further},\n)"

    def results(self, call: str) -> list[str]:
        """The lines that launch and hand on what the script reports."""
        draft, plan = self.draft, self.plan
        if plan.kind == "op":
            return draft.pick([call], [f"done = {call}", "context.log.info(str(done))"])
        lines = []
        if plan.custom or draft.maybe(0.4):
            held = draft.pick("completed", "invocation", "done")
            lines.append(f"{held} = {call}")
            call = held
        if plan.custom:
            read = f"for message in {held}.get_custom_messages():\n    context.log.info(str(message))"
            lines.append(draft.place("custom", read, number=plan.number))
        one, launch = plan.kind == "asset", f"launch:{plan.number}"
        argument = "" if plan.implicit else "implicit_materializations=False"
        if plan.kind == "check":
            way = draft.pick("get_asset_check_result", "get_asset_check_result", "get_results")
            mark = draft.mark(f"single:{plan.number}") if way == "get_asset_check_result" else ""
            lines.append(draft.place("return", "return ", call_at=f"launch:{plan.number}") + f"{call}.{mark}{way}()")
            return lines
        method = draft.pick("get_materialize_result", "get_results") if one else "get_results"
        if method == "get_materialize_result":
            argument = argument.replace("materializations", "materialization")
        place = draft.mark(f"result:{plan.number}") + draft.place("result", method, kind=plan.kind)
        results = f"{call}.{place}({argument})"
        if method == "get_materialize_result":
            lines.append(draft.place("return", "return ", call_at=launch) + results)
            return lines
        # What is made of the results may hold others too, as far as the linter knows: it says nothing then.
        last = "return" if plan.demands or plan.language == "python" else "tuple"
        match draft.pick("return", "from", "held", "each", last):
            case "return":
                lines.append(draft.place("return", "return ", call_at=launch) + results)
            case "from":
                lines.append(draft.place("return", "yield from ", call_at=launch) + results)
            case "held":
                lines += [f"results = {results}", draft.place("return-held", "return results", call_at=launch)]
            case "each":
                lines.append(
                    f"for result in {results}:\n    {draft.place('return-each', 'yield result', call_at=launch)}"
                )
            case _:
                lines.append(f"return {draft.place('return-tuple', 'tuple')}({results})")
        return lines

    def by_hand(self) -> list[str]:
        """A session of the asset's own, and a process that it starts itself."""
        draft, defs, plan = self.draft, self.defs, self.plan
        defs.std("import os")
        defs.std("import subprocess")
        command, extras = self.command(), self.extras()
        arguments = ["context=context", f"context_injector={defs.dg('PipesTempFileContextInjector')}()"]
        arguments.append(f"message_reader={defs.dg('PipesTempFileMessageReader')}()")
        if extras is not None:
            arguments.append(f"extras={extras}")
        variables = draft.place("bootstrap", "**session.get_bootstrap_env_vars()", number=plan.number)
        env = f"{draft.mark(f'env:{plan.number}')}{{**os.environ, {variables}}}"
        begin = draft.mark(f"launch:{plan.number}")
        start = begin + draft.pick(
            f"subprocess.run({command}, env={env}, check=True)", f"subprocess.check_call({command}, env={env})"
        )
        opening = f"{defs.dg('open_pipes_session')}({', '.join(arguments)})"
        lines = f"{draft.mark(f'opened:{plan.number}')}with {opening} as session:\n    {start}"
        argument = "" if plan.implicit else "implicit_materializations=False"
        results = f"session.{draft.mark(f'result:{plan.number}')}get_results({argument})"
        last = draft.pick("yield from ", "return ")
        return [lines, draft.place("return", last, call_at=f"opened:{plan.number}") + results]

    def write(self) -> None:
        draft, defs, plan = self.draft, self.defs, self.plan
        contexts = {"check": "AssetCheckExecutionContext", "op": "OpExecutionContext"}
        context = f"context: {defs.dg(contexts.get(plan.kind, 'AssetExecutionContext'))}"
        if not defs.dotted or draft.maybe(0.3):
            context = "context" if plan.kind != "check" else context
        by_hand = (
            plan.kind in ("asset", "multi") and not plan.custom and plan.number not in draft.early and draft.maybe(0.1)
        )
        factory = plan.kind == "asset" and draft.maybe(0.1)
        decorator = self.decorator()
        if factory:
            self.defs.std("from typing import Any")
        parameter, client = f", {defs.client}: {defs.dg(CLIENT)}", defs.client
        if by_hand:
            parameter = ""
        elif draft.maybe(0.1):
            injector = defs.dg("PipesEnvContextInjector")
            parameter, client = (
                "",
                draft.place(
                    "client", f"{defs.dg(CLIENT)}()", language=plan.language, injector=injector, number=plan.number
                ),
            )
        last = self.by_hand() if by_hand else self.results(self.call(client))
        body = "\n".join(self.body + last)
        refused = plan.kind in ("asset", "multi") and "yield" not in body
        returns = draft.place("returns", "", refused=refused)
        if parameter and not defs.asked and plan.kind != "op":
            defs.asked = True
            parameter = parameter.replace(", ", f", {draft.mark('client')}", 1)
        function = f"{decorator}\ndef {self.function}({context}{parameter}){returns}:\n{textwrap.indent(body, '    ')}"
        if plan.kind == "op":
            job = f"{plan.name}_job"
            function += f"\n\n\n@{defs.dg('job')}\ndef {job}():\n    {plan.name}()"
            defs.jobs.append(job)
        elif plan.kind == "check":
            defs.checks.append(self.function)
        elif factory:
            make = f"make_{plan.name}"
            function = f"def {make}():\n" + textwrap.indent(function, "    ") + f"\n\n    return {plan.name}"
            function += f"\n\n\n{plan.name}_asset = {make}()"
            defs.made.append(f"{plan.name}_asset")
        else:
            defs.made.append(plan.name)
        defs.definitions.append(function)
