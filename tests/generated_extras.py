"""Writes the extras of generated launches: one mapping, made in many ways."""

from __future__ import annotations

from dataclasses import dataclass, field

from generated_commands import Module
from generated_plans import Plan
from generated_text import Draft

TEXT_OF = {"int": ("3", "100", "25"), "float": ("0.5", "2.25"), "text": ('"north"', '"crm"', "'a b'")}
TEXTS = {**TEXT_OF, "bool": ("True", "False"), "json": ('["a", "b"]', '{"a": 1}', '("x", "y")')}


@dataclass
class Extras:
    """A launch's extras, being written."""

    defs: Module
    plan: Plan
    body: list[str] = field(default_factory=list)
    """The lines that the function begins with."""

    @property
    def draft(self) -> Draft:
        return self.defs.draft

    def entry(self, key: str, form: str = '"{}": {}') -> str:
        draft = self.draft
        type_ = self.plan.extras[key]
        value = draft.place("extra-value", draft.pick(*TEXTS[type_]), key=key, type=type_)
        named = draft.place("extra-key", key, key=key, number=self.plan.number) if form.startswith('"') else key
        return form.format(named, value)

    def extras(self) -> str | None:
        """The extras, as an expression; None when nothing is passed."""
        draft, defs, keys = self.draft, self.defs, list(self.plan.extras)
        if not keys:
            return draft.pick(None, None, "{}", "None")
        first, rest = keys[: len(keys) // 2], keys[len(keys) // 2 :]

        def literal(some: list[str]) -> str:
            """A dictionary; each entry can be taken out of it with what parts it from the next."""
            entries = [draft.place("extra", f"{self.entry(key)}, ", key=key, number=self.plan.number) for key in some]
            return "{" + "".join(entries) + draft.place("extra-more", "") + "}"

        upper = f"{self.plan.name.upper()}_EXTRAS"
        match draft.pick(
            "literal",
            "literal",
            "local",
            "dict",
            "merge",
            "bar",
            "loop",
            "helper",
            "later",
            "update",
            "constant",
            "settings",
            "setdefault",
            "pairs",
        ):
            case "literal":
                return literal(keys)
            case "local":
                self.body.append(f"extras = {literal(keys)}")
                return "extras"
            case "dict":
                entries = [
                    draft.place("extra", self.entry(key, "{}={}") + ", ", key=key, number=self.plan.number)
                    for key in keys
                ]
                return f"dict({''.join(entries)})"
            case "merge":
                self.body.append(f"base = {literal(first)}")
                return "{**base, " + literal(rest).removeprefix("{")
            case "bar":
                self.body.append(f"given = {literal(first)}")
                return f"given | {literal(rest)}"
            case "loop":
                pairs = "".join(
                    draft.place("extra", self.entry(key, '("{}", {}), '), key=key, number=self.plan.number)
                    for key in keys
                )
                return f"{{key: value for key, value in [{pairs}]}}"
            case "pairs":
                pairs = "".join(
                    draft.place("extra", self.entry(key, '("{}", {}), '), key=key, number=self.plan.number)
                    for key in keys
                )
                return f"dict([{pairs}])"
            case "helper":
                helper = draft.fresh("extras")
                above = f"\n\ndef {helper}():\n    made = {literal(first)}\n"
                above += "".join(f"    {self.later('made', key)}\n" for key in rest) + "    return made"
                defs.above.append(above)
                return f"{helper}()"
            case "later":
                self.body.append(f"extras = {literal(first)}")
                self.body += [self.later("extras", key) for key in rest]
                return "extras"
            case "setdefault":
                self.body.append(f"extras = {literal(first)}")
                for key in rest:
                    type_ = self.plan.extras[key]
                    value = draft.place("extra-value", draft.pick(*TEXTS[type_]), key=key, type=type_)
                    self.body.append(f'extras.setdefault("{key}", {value})')
                return "extras"
            case "update":
                self.body.append("extras = {}")
                self.body.append(f"extras.update({literal(keys)})")
                return draft.pick("extras", "dict(extras)", "extras.copy()")
            case "constant":
                defs.above.append(f"{upper} = {literal(keys)}")
                return upper
            case _:
                defs.settings.append(f"{upper} = {literal(keys)}")
                return f"settings.{upper}"

    def later(self, mapping: str, key: str) -> str:
        type_ = self.plan.extras[key]
        value = self.draft.place("extra-value", self.draft.pick(*TEXTS[type_]), key=key, type=type_)
        named = self.draft.place("extra-key", key, key=key, number=self.plan.number)
        return f'{mapping}["{named}"] = {value}'
