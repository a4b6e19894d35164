"""Writes the commands of generated launches: one script, named in many ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from generated_plans import Plan
from generated_text import Draft


class Module(Protocol):
    """The module of definitions that is being written."""

    draft: Draft
    above: list[str]
    settings: list[str]

    def dg(self, name: str) -> str: ...

    def std(self, statement: str) -> None: ...


@dataclass
class Command:
    """A launch's command, being written."""

    defs: Module
    plan: Plan
    body: list[str] = field(default_factory=list)
    """The lines that the function begins with."""

    @property
    def draft(self) -> Draft:
        return self.defs.draft

    def script(self) -> str:
        """The script's path, as an expression."""
        draft, defs, path = self.draft, self.defs, self.plan.path
        *folders, last = path.split("/")
        where = "/".join(folders)

        def name(text: str) -> str:
            return draft.place("script", text, script=self.plan.path)

        def joined(start: str, with_str: bool) -> str:
            parts = "".join(f' / "{folder}"' for folder in folders)
            value = f'{start}{parts} / "{name(last)}"'
            return f"str({value})" if with_str else f"({value})"

        match draft.pick("literal", "relative", "path", "os", "constant", "settings", "resolved", "with_name", "f"):
            case "literal":
                return f'"{name(path)}"'
            case "relative":
                return f'{defs.dg("file_relative_path")}(__file__, "{name(path)}")'
            case "path":
                defs.std("from pathlib import Path")
                return joined("Path(__file__).parent", draft.maybe())
            case "os":
                defs.std("import os")
                words = "".join(f'"{folder}", ' for folder in folders)
                return f'os.path.join(os.path.dirname(__file__), {words}"{name(last)}")'
            case "constant":
                constant = f"{self.plan.name.upper()}_SCRIPT"
                defs.std("from pathlib import Path")
                parts = "".join(f' / "{folder}"' for folder in folders)
                defs.above.append(f'{constant} = Path(__file__).resolve().parent{parts} / "{name(last)}"')
                return draft.pick(f"str({constant})", constant, f"{constant}.as_posix()")
            case "settings":
                constant = f"{self.plan.name.upper()}_SCRIPT"
                parts = "".join(f' / "{folder}"' for folder in folders)
                defs.settings.append(f'{constant} = Path(__file__).parent{parts} / "{name(last)}"')
                return f"str(settings.{constant})"
            case "resolved":
                defs.std("import os")
                defs.std("from pathlib import Path")
                words = ", ".join(f'"{each}"' for each in [*folders, name(last)])
                return f"os.fspath(Path(__file__).absolute().parent.joinpath({words}))"
            case "with_name":
                defs.std("from pathlib import Path")
                if folders:
                    return (
                        f'str(Path(__file__).with_name("{folders[0]}")'
                        + "".join(f' / "{each}"' for each in [*folders[1:], name(last)])
                        + ")"
                    )
                return f'str(Path(__file__).with_name("{name(last)}"))'
            case _:
                defs.std("import os")
                folder = f"/{where}" if where else ""
                return f'f"{{os.path.dirname(os.path.abspath(__file__))}}{folder}/{name(last)}"'

    def command(self) -> str:
        """The command, as an expression; what it needs stands in the body or above."""
        draft, defs = self.draft, self.defs
        word = "Rscript" if self.plan.language == "r" else "python"
        text = f'"{word} {self.plan.path}"'
        shell = draft.maybe(0.06)
        if shell:
            word = draft.place("interpreter", "Rscript" if self.plan.language == "r" else "python", quoted=False)
            path = draft.place("script", self.plan.path, script=self.plan.path)
            defs.std("import shlex")
            return draft.place("command", f'shlex.split("{word} {path}")', one=text)
        script = self.script()
        interpreter = self.interpreter()
        option = draft.pick("", "", '"--vanilla", ') if self.plan.language == "r" else draft.pick("", "", '"-u", ')
        listed = draft.mark(f"command:{self.plan.number}")
        further = draft.place("command-item", "", call_at=f"command:{self.plan.number} launch:{self.plan.number}")
        match draft.pick("list", "list", "local", "helper", "split", "tuple", "append"):
            case "list":
                return draft.place("command", f"{listed}[{interpreter}, {option}{script}{further}]", one=text)
            case "tuple":
                return draft.place("command", f"{listed}({interpreter}, {option}{script}{further})", one=text)
            case "local":
                self.body.append(f"cmd = {listed}[{interpreter}, {option}{script}{further}]")
                return "cmd"
            case "split":
                self.body.append(f"script = {script}")
                self.body.append(f"command = {listed}[{interpreter}, {option}script{further}]")
                return "command"
            case "append":
                self.body.append(f"parts = {listed}[{interpreter}]")
                self.body.append(f"parts.append({script})")
                # What is told a script may be why it does, on some paths, what does not fit: nothing is said of that.
                told = "" if self.plan.number in draft.early else '"--quiet"'
                self.body.append(f"parts += [{told}{further if told else ''}]")
                return "parts"
            case _:
                helper = draft.fresh("command")
                defs.above.append(f"\n\ndef {helper}(path):\n    return {listed}[{interpreter}, {option}path{further}]")
                return f"{helper}({script})"

    def interpreter(self) -> str:
        draft = self.draft
        if self.plan.language == "r":
            word = draft.place("interpreter", '"Rscript"', quoted=True)
            if draft.maybe(0.3):
                self.defs.std("import shutil")
                return f"shutil.which({word})"
            return word
        if draft.maybe(0.35):
            self.defs.std("import sys")
            return draft.place("interpreter", "sys.executable", quoted=True)
        word = draft.place("interpreter", draft.pick('"python"', '"python3"'), quoted=True)
        if draft.maybe(0.2):
            self.defs.std("import shutil")
            return f"shutil.which({word})"
        return word
