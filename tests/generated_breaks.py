"""What can be put into a place of a generated project, so that it is broken."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from generated_text import HERE, plain
from generated_wrong_values import NUMPY, WRONG, WRONG_IN_FRAMES, WRONG_IN_R

About = dict[str, Any]
Break = Callable[[Random, str, About], str | None]


def misspelt(random: Random, text: str) -> str:
    """A name with two letters changed over, or one doubled, but not the last: R's `$` completes names."""
    at = random.choice([each for each in range(1, len(text) - 1) if text[each - 1 : each + 1].isalnum()])
    if text[at] != text[at + 1 : at + 2] and text[at + 1 : at + 2].isalnum() and random.random() < 0.5:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at] + text[at:]


def word(random: Random, text: str, about: About) -> str:
    """The text in quotes, misspelt."""
    return text[0] + misspelt(random, text[1:-1]) + text[-1]


def bare(random: Random, text: str, about: About) -> str:
    return misspelt(random, text)


def one_of(*choices: str, language: str = "", **wanted: Any) -> Break:
    """One of some texts, where the place is as wanted."""

    def broken(random: Random, text: str, about: About) -> str | None:
        if language and about.get("language") != language:
            return None
        if any(about.get(name) != value for name, value in wanted.items()):
            return None
        other = [each for each in choices if each != text]
        return random.choice(other).format(text=text, **about).replace("«", "{").replace("»", "}")

    return broken


def mismatched(random: Random, text: str, about: About) -> str | None:
    """A value that its metadata type refuses."""
    table = WRONG_IN_R if about["language"] == "r" else WRONG
    if not about["typed"] or about["type"] not in table:
        return None
    choices = table[about["type"]]
    if about.get("frames"):
        choices += WRONG_IN_FRAMES.get(about["type"], ())
    return random.choice(choices)


def not_bool(random: Random, text: str, about: About) -> str:
    if about["language"] == "r":
        return random.choice(
            ("NA", "1L", '"TRUE"', "sum(rows)", "NULL", "c(TRUE, TRUE)", "rows > 3", 'ifelse(total > 1, "yes", "no")')
        )
    choices: tuple[str, ...] = ("1", '"yes"', "None", "len(rows)", "rows", "total", "total and 1")
    return random.choice(choices + NUMPY * 2 if about["frames"] else choices)


def malformed(random: Random, text: str, about: About) -> str | None:
    """An entry that is no metadata value."""
    if about["language"] == "r":
        return None
    choices = ['{"value": 3, "type": "int"}', '{"a": 1}', '{"raw_value": 3}', "{1, 2}", 'b"x"', "dict(rows=total)"]
    choices += ['{"raw_value": 3, "type": "int", "label": "n"}']
    if about["imports"]:
        choices += ["datetime.now()", 'Path("/data")', 'Decimal("1.5")', "datetime(2024, 1, 1)", 'Path("a") / "b"']
    if about["frames"]:
        choices += ['frame["a"].max()', "array.max()", "np.int64(3)", "array", 'frame["a"].isna().sum()', "frame"]
    return random.choice(choices)


def not_metadata(random: Random, text: str, about: About) -> str:
    return random.choice(('["rows", 3]', '"rows"', "[1]", "(1, 2)", "3"))


def not_metadata_in_r(random: Random, text: str, about: About) -> str | None:
    start = "metadata = " if text.startswith("metadata =") else ""
    return start + random.choice(('list("rows", 3)', '"rows"', "list(3)", "c(1, 2)"))


def no_metadata_in_r(random: Random, text: str, about: About) -> str:
    start = "metadata = " if text.startswith("metadata =") else ""
    return start + random.choice(("list()", "NULL"))


def removed(random: Random, text: str, about: About) -> str:
    return ""


def unreported(what: str, **wanted: Any) -> Break:
    def broken(random: Random, text: str, about: About) -> str | None:
        if not about["what"].startswith(what) or any(about[name] != value for name, value in wanted.items()):
            return None
        return 'cat("skipped\\n")' if about["language"] == "r" else 'print("skipped")'

    return broken


def within(language: str, broken: Break) -> Break:
    """The same, in scripts of one language only."""

    def broken_there(random: Random, text: str, about: About) -> str | None:
        return broken(random, text, about) if about["language"] == language else None

    return broken_there


def by_way(broken: Break, *ways: str) -> Break:
    """The same, where an extra is read in one of these ways."""

    def broken_there(random: Random, text: str, about: About) -> str | None:
        return broken(random, text, about) if about["way"] in ways else None

    return broken_there


def twice(what: str, **wanted: Any) -> Break:
    """The same report once more."""

    def broken(random: Random, text: str, about: About) -> str | None:
        if not about["what"].startswith(what) or any(about[name] != value for name, value in wanted.items()):
            return None
        return f"\n{HERE}{plain(about['call'])}"

    return broken


def keyless(random: Random, text: str, about: About) -> str | None:
    return None if about["kind"] == "asset" else about["bare"]


def partition_read(random: Random, text: str, about: About) -> str | None:
    if about["partitions"] or about["kind"] not in ("asset", "multi"):
        return None
    return random.choice(
        ("partition_key", "partition_time_window" if about["language"] == "r" else "partition_key_range")
    )


def window_read(random: Random, text: str, about: About) -> str | None:
    if about["language"] == "r":
        return None
    ways = {"static": 'partition_time_window["start"]', "daily": "partition_time_window.start"}
    return ways.get(about["partitions"])


def window_read_in_r(random: Random, text: str, about: About) -> str | None:
    return "partition_time_window$start" if about["language"] == "r" and about["partitions"] == "static" else None


def property_read(random: Random, text: str, about: About) -> str | None:
    if about["kind"] == "asset" or about["kind"] == "multi" and random.random() < 0.3:
        return None
    return random.choice(("asset_key", "asset_key" if about["language"] == "r" else "code_version"))


def after(random: Random, text: str, about: About) -> str | None:
    """Something more, once the session is closed."""
    ctx = about["ctx"]
    if about["language"] == "r":
        return f'\n{ctx}$log("all done")' if about["style"] == "catch" else None
    if about["style"] in ("with", "main", "handed", "manager", "stack", "closing", "finally", "module"):
        return f'\n{ctx}.log.info("all done")'
    return None


def again(random: Random, text: str, about: About) -> str | None:
    """A second session."""
    if about["language"] == "r":
        return (
            '\ndagsterpipes::with_dagster_pipes(function(other) other$log("again"))'
            if about["style"] != "once"
            else None
        )
    return '\nwith open_dagster_pipes() as other:\n    other.log.info("again")'


def swallowed(random: Random, text: str, about: About) -> str | None:
    if not about.get("fails"):
        return None
    if about["language"] == "r":
        return f"tryCatch({text}, {HERE}error = function(e) message(conditionMessage(e)))"
    deep = text.replace("\n", "\n    ")
    return f"try:\n    {deep}\n{HERE}except Exception as error:\n    print(error)"


def unopened(random: Random, text: str, about: About) -> str | None:
    return None if not about.get("get") else "main()"


def unimported(random: Random, text: str, about: About) -> str:
    return text.replace("open_dagster_pipes", "open_pipes") if "open_dagster_pipes" in text else text + ", PipesClient"


def interpreter(random: Random, text: str, about: About) -> str:
    name = "python" if "Rscript" in text else "Rscript"
    return f'"{name}"' if about["quoted"] else name


def resource(random: Random, text: str, about: About) -> str:
    return text.replace(about["name"], random.choice(("client", "pipes_client", about["name"] + "s")))


def extra_of_check(random: Random, text: str, about: About) -> str:
    return f'\n        {HERE}{about["spec"]}("all_good", asset={_key(about["asset"])}),'


def _key(key: str) -> str:
    return str(key.split("/")).replace("'", '"')


def report_from_op(random: Random, text: str, about: About) -> str | None:
    if about["plan"].kind != "op":
        return None
    if about["language"] == "r":
        return f'\n{about["ctx"]}$report_asset_materialization(list(rows = 3), asset_key = "orders")'
    return f'\n{about["ctx"]}.report_asset_materialization({{"rows": 3}}, asset_key="orders")'


def environment_injector(random: Random, text: str, about: About) -> str | None:
    return text.replace("()", f"(context_injector={about['injector']}())") if about["language"] == "r" else None


def undeclared(random: Random, text: str, about: About) -> str | None:
    """A check that nobody declares, in a project where none is reported otherwise."""
    plan, ctx = about["plan"], about["ctx"]
    if plan.kind == "op":
        return None
    if about["language"] == "r":
        return (
            f'\n{ctx}$report_asset_check("never_heard_of", TRUE, asset_key = "{plan.keys[0]}", metadata = list(n = 3))'
        )
    return f'\n{ctx}.report_asset_check("never_heard_of", True, asset_key="{plan.keys[0]}")'


def custom_unread(random: Random, text: str, about: About) -> str | None:
    return None if about["plan"].custom or about["plan"].kind == "op" else _CUSTOM[about["language"]].format(**about)


_CUSTOM = {"r": "\n{ctx}$report_custom_message(list(rows = 3))", "python": '\n{ctx}.report_custom_message("done")'}


def line(python: str = "", r: str = "") -> Break:
    """A further line at the end of the job; `CTX` is the context."""

    def broken(random: Random, text: str, about: About) -> str | None:
        lines = r if about["language"] == "r" else python
        return f"\n{random.choice(lines.split(' | '))}".replace("CTX", about["ctx"]) if lines else None

    return broken


def positional(python: str, r: str, member: str) -> Break:
    def broken(random: Random, text: str, about: About) -> str | None:
        if about["kind"] != "asset" or not about["what"].startswith(member):
            return None
        name = about["what"].partition(":")[2]
        template = r if about["language"] == "r" else python
        if not template:
            return None
        return template.replace("CTX", about["ctx"]).replace("NAME", name)

    return broken
