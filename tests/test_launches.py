"""How Dagster's side names a script, passes extras and declares what it makes: every way in which real code does."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from sessions import shown

from pipes_lint.contract import Contract, Fate, Launch
from pipes_lint.files import Files
from pipes_lint.link import link

IMPORTS = """\
import os
import shlex
import shutil
import sys
from pathlib import Path

import dagster as dg
from dagster import AssetCheckSpec, AssetKey, PipesSubprocessClient, asset, file_relative_path
from settings import ask, unknown

"""
SCRIPTS = (
    "jobs/score.py",
    "jobs/etl/score.py",
    "jobs/etl/deep/load.R",
    "jobs/etl/__main__.py",
    "scripts/score.R",
    "scripts/run.sh",
    "pkg/etl/scripts/local.py",
    "pkg/etl/beside.py",
    "pkg/above.py",
    "src/tool/cli.py",
)


def contracts(module: str, path: str = "pkg/etl/defs.py", **files: str) -> list[Contract]:
    """The launches of a module in `pkg/etl`, in a project with some scripts."""
    overlay = dict.fromkeys(SCRIPTS, "from dagster_pipes import open_dagster_pipes\n")
    overlay |= {f"pkg/etl/{name}.py": textwrap.dedent(text) for name, text in files.items()}
    overlay[path] = IMPORTS + textwrap.dedent(module)
    return list(link(Files(Path("/home/me/project"), overlay=overlay)).contracts)


def launch(module: str, **files: str) -> Launch:
    (contract,) = contracts(module, **files)
    return contract.launch


def started(command: str, before: str = "", more: str = "") -> str | None:
    """What a command starts, in an asset of `pkg/etl/defs.py`; None if that is not known. It must not be missing."""
    module = (
        f"{textwrap.dedent(before)}\n@asset\ndef scores(context, pipes: PipesSubprocessClient):\n"
        f"    return pipes.run(context=context, command={command}{more}).get_results()\n"
    )
    target = launch(module).target
    assert not target.tried, target.tried
    return target.path


def passed(extras: str, before: str = "", inside: str = "pass") -> str:
    """The extras that a launch passes, in words."""
    module = (
        f"{textwrap.dedent(before)}\n@asset\ndef scores(context, pipes: PipesSubprocessClient):\n"
        f"{textwrap.indent(textwrap.dedent(inside), '    ')}\n"
        f"    return pipes.run(context=context, command=['python', 'beside.py'], extras={extras}).get_results()\n"
    )
    return shown(launch(module).extras)


# --- the script's name ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ('["python", "beside.py"]', "pkg/etl/beside.py"),
        ('["python", "scripts/local.py"]', "pkg/etl/scripts/local.py"),
        ('["python", "./scripts/local.py"]', "pkg/etl/scripts/local.py"),
        ('["python", "above.py"]', "pkg/above.py"),
        ('["python", "../above.py"]', "pkg/above.py"),
        ('["python", "pkg/above.py"]', "pkg/above.py"),
        ('("Rscript", "scripts/score.R")', "scripts/score.R"),
        ('["python", file_relative_path(__file__, "beside.py")]', "pkg/etl/beside.py"),
        ('["python", dg.file_relative_path(__file__, "../../jobs/score.py")]', "jobs/score.py"),
        ('["python", file_relative_path(dunderfile=__file__, relative_path="beside.py")]', "pkg/etl/beside.py"),
        ('["python", Path(__file__).parent / "beside.py"]', "pkg/etl/beside.py"),
        ('["python", str(Path(__file__).parent / "scripts" / "local.py")]', "pkg/etl/scripts/local.py"),
        ('["python", os.fspath(Path(__file__).parent / "beside.py")]', "pkg/etl/beside.py"),
        ('["python", (Path(__file__).resolve().parent.parent / "above.py").as_posix()]', "pkg/above.py"),
        ('["python", Path(__file__).parents[2] / "jobs" / "score.py"]', "jobs/score.py"),
        ('["python", Path(__file__).absolute().parents[1].joinpath("etl", "beside.py")]', "pkg/etl/beside.py"),
        ('["python", Path(__file__).with_name("beside.py")]', "pkg/etl/beside.py"),
        ('["python", Path(__file__, "..", "beside.py").resolve()]', "pkg/etl/beside.py"),
        ('["python", Path(Path(__file__).parent, "scripts/local.py")]', "pkg/etl/scripts/local.py"),
        ('["python", f"{Path(__file__).parent}/beside.py"]', "pkg/etl/beside.py"),
        ('["python", os.path.join(os.path.dirname(__file__), "beside.py")]', "pkg/etl/beside.py"),
        ('["python", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "above.py")]', "pkg/above.py"),
        ('["python", os.path.abspath(os.path.join(__file__, os.pardir, "beside.py"))]', "pkg/etl/beside.py"),
        ('["python", os.path.dirname(os.path.realpath(__file__)) + "/beside.py"]', "pkg/etl/beside.py"),
        ('["python", os.path.normpath(f"{os.path.dirname(__file__)}/../../jobs/score.py")]', "jobs/score.py"),
        ('["python", "/home/me/project/jobs/score.py"]', "jobs/score.py"),
        ('["Rscript", "/opt/app/scripts/score.R"]', "scripts/score.R"),
        ('["python", "/app/jobs/etl/score.py"]', "jobs/etl/score.py"),
        ('["Rscript", "dbfs:/mnt/deep/load.R"]', "jobs/etl/deep/load.R"),
    ],
)
def test_paths(command: str, path: str) -> None:
    assert started(command) == path


@pytest.mark.parametrize(
    "command",
    [
        f'["{program}", "beside.py"]'
        for program in ("python3", "python3.11", "/usr/bin/python", "python.exe", ".venv/bin/python", "pypy3")
    ]
    + [
        '[sys.executable, "beside.py"]',
        '[shutil.which("python"), "beside.py"]',
        '[shutil.which("python") or "python", "beside.py"]',
        '[os.environ["PYTHON"], "beside.py"]',
        '[os.environ.get("PYTHON", "python"), "beside.py"]',
        '[unknown(), "beside.py"]',
        '["python", "-u", "beside.py"]',
        '["python", "-W", "ignore", "-X", "dev", "beside.py"]',
        '["python", "beside.py", "--input", "jobs/score.py"]',
        '["uv", "run", "beside.py"]',
        '["uv", "run", "python", "beside.py"]',
        '["uv", "run", "--with", "pandas", "--python", "3.12", "beside.py"]',
        '["uv", "--project", "x", "run", "--no-sync", "python", "-u", "beside.py"]',
        '["poetry", "run", "python", "beside.py"]',
        '["conda", "run", "-n", "env", "python", "beside.py"]',
        '["conda", "run", "--no-capture-output", "--name", "env", "python", "beside.py"]',
        '["pipenv", "run", "python", "beside.py"]',
        '["pixi", "run", "-e", "dev", "python", "beside.py"]',
        '["env", "A=1", "B=2", "python", "beside.py"]',
        '["nice", "-n", "10", "python", "beside.py"]',
        '["timeout", "60", "python", "beside.py"]',
        '["bash", "-c", "python beside.py --n 3"]',
        '["bash", "-lc", "cd /tmp && python beside.py"]',
        '["sh", "-c", "source activate env; exec python beside.py"]',
        '["bash", "-c", f"python {Path(__file__).parent}/beside.py --n {unknown()}"]',
        '"python beside.py"',
        'f"{sys.executable} beside.py"',
        '"python beside.py --n 3".split()',
        'shlex.split("python beside.py --n 3")',
        '["python", "../above.py", "--", "beside.py"]',
        '["beside.py"]',
        '["./beside.py"]',
        '["python", "-m", "etl.beside"]',
        '["python", "-m", "pkg.etl.beside"]',
        '["python", *["beside.py", "--n"], "3"]',
        '["python"] + ["beside.py"]',
        '["python", "beside.py::main"]',
        '["papermill", "-p", "a", "1", "beside.py"]',
        '["torchrun", "--nproc_per_node", "2", "beside.py"]',
        '["spark-submit", "--master", "local[*]", "--conf", "a=b", "beside.py"]',
    ],
)
def test_programs(command: str) -> None:
    assert started(command) == "pkg/etl/beside.py"


@pytest.mark.parametrize(
    "command",
    [
        '["Rscript", "scripts/score.R"]',
        '["Rscript", "--vanilla", "scripts/score.R"]',
        '["Rscript", "--no-save", "--encoding", "UTF-8", "scripts/score.R", "a.csv"]',
        '["Rscript", "--encoding=UTF-8", "scripts/score.R"]',
        '["/usr/local/bin/Rscript", "scripts/score.R"]',
        '[shutil.which("Rscript"), "scripts/score.R"]',
        '["R", "-f", "scripts/score.R"]',
        '["R", "--no-echo", "--no-restore", "--file=scripts/score.R"]',
        '["R", "CMD", "BATCH", "--vanilla", "scripts/score.R"]',
        """["Rscript", "-e", "source('scripts/score.R')"]""",
        """["Rscript", "--vanilla", "-e", 'source("scripts/score.R")']""",
        '["bash", "-c", "Rscript --vanilla scripts/score.R"]',
        '["bash", "-c", "R --no-save < scripts/score.R"]',
        '["bash", "-c", "MODE=fast Rscript scripts/score.R"]',
        '["env", "-u", "X", "MODE=fast", "Rscript", "scripts/score.R"]',
        '["conda", "run", "-n", "r", "Rscript", "scripts/score.R"]',
        '["xvfb-run", "Rscript", "scripts/score.R"]',
        '["littler", "scripts/score.R"]',
    ],
)
def test_r_programs(command: str) -> None:
    assert started(command) == "scripts/score.R"


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        ('["env", "MODE=fast", "N=1", "Rscript", "scripts/score.R"]', (("MODE", "fast"), ("N", "1"))),
        ('["bash", "-c", "MODE=fast Rscript scripts/score.R --n=3"]', (("MODE", "fast"),)),
        ('["Rscript", "scripts/score.R", "MODE=fast"]', ()),
    ],
)
def test_variables_that_the_command_sets(command: str, variables: tuple[tuple[str, str], ...]) -> None:
    module = (
        "@asset\ndef scores(context, pipes: PipesSubprocessClient):\n"
        f"    return pipes.run(context=context, command={command}).get_results()\n"
    )
    assert launch(module).target.variables == variables


@pytest.mark.parametrize(
    ("command", "before", "path"),
    [
        ('["python", SCRIPT]', 'SCRIPT = "beside.py"', "pkg/etl/beside.py"),
        ('["python", HERE / "beside.py"]', "HERE = Path(__file__).parent", "pkg/etl/beside.py"),
        ('["python", os.path.join(ROOT, "jobs", "score.py")]', "ROOT = Path(__file__).parents[2]", "jobs/score.py"),
        ("COMMAND", 'COMMAND = [sys.executable, "beside.py"]', "pkg/etl/beside.py"),
        ("[*BASE, 'beside.py']", 'BASE = ["uv", "run", "python"]', "pkg/etl/beside.py"),
        ("BASE + ['beside.py']", 'BASE = ["uv", "run"]\nBASE += ["python"]', "pkg/etl/beside.py"),
        (
            "COMMAND",
            'COMMAND = ["python"]\nCOMMAND.append("beside.py")\nCOMMAND.extend(["--n", "3"])',
            "pkg/etl/beside.py",
        ),
        ('["python", NAMES["score"]]', 'NAMES = {"score": "jobs/score.py"}', "jobs/score.py"),
        ('["python", script("score")]', 'def script(name):\n    return f"jobs/{name}.py"', "jobs/score.py"),
        (
            'command("score")',
            'def command(name):\n    path = f"jobs/{name}.py"\n    return ["python", path]',
            "jobs/score.py",
        ),
        (
            "command()",
            'def command(name="beside", *more):\n    return ["python", f"{name}.py", *more]',
            "pkg/etl/beside.py",
        ),
        ('["python", Paths.score]', 'class Paths:\n    score = "jobs/score.py"', "jobs/score.py"),
        ('["python", (lambda n: f"jobs/{n}.py")("score")]', "", "jobs/score.py"),
        ('["python", "jobs/%s.py" % "score"]', "", "jobs/score.py"),
        ('["python", "jobs/{}.py".format("score")]', "", "jobs/score.py"),
        ('["python", "jobs/" + "score" + ".py"]', "", "jobs/score.py"),
        ('["python", "/".join(["jobs", "score.py"])]', "", "jobs/score.py"),
        ('["python", Path("jobs") / "score.py"]', "", "jobs/score.py"),
        ('["python", str(P)]', 'P = Path("jobs", "score").with_suffix(".py")', "jobs/score.py"),
        ("[w for w in ['python', None, 'beside.py'] if w]", "", "pkg/etl/beside.py"),
        ("list(map(str, ['python', Path('beside.py')]))", "", "pkg/etl/beside.py"),
        ('["python", f"{unknown()}/jobs/etl/score.py"]', "", "jobs/etl/score.py"),
        ('["python", os.path.join(unknown(), "etl/deep/../score.py")]', "", None),
    ],
)
def test_values_on_the_way(command: str, before: str, path: str | None) -> None:
    assert started(command, before) == path


def test_working_directory() -> None:
    assert started('["python", "score.py"]', more=', cwd="/home/me/project/jobs/etl"') == "jobs/etl/score.py"
    assert started('["python", "score.py"]', more=", cwd=Path(__file__).parents[2] / 'jobs'") == "jobs/score.py"
    assert started('["Rscript", "load.R"]', more=", cwd=file_relative_path(__file__, '../../jobs/etl/deep')") == (
        "jobs/etl/deep/load.R"
    )
    assert started('["python", "local.py"]', more=', cwd="scripts"') == "pkg/etl/scripts/local.py"


def test_working_directory_of_the_client() -> None:
    found = launch("""
        @asset
        def scores(context):
            client = PipesSubprocessClient(cwd="/home/me/project/jobs/etl")
            return client.run(context=context, command=["python", "score.py"]).get_results()
        """)
    assert found.target.path == "jobs/etl/score.py"


@pytest.mark.parametrize(
    "command",
    [
        '["python", unknown()]',
        "unknown()",
        '["python", f"{unknown()}.py"]',
        '["python", os.environ["SCRIPT"]]',
        '["python", "-c", "print(1)"]',
        '["Rscript", "-e", "print(1)"]',
        '["echo", "hello"]',
        '["python", "score.py"]',  # two files of this name, neither beside the module nor above it
        '["python", "s3://bucket/score.py"]',
        '["python", "-m", "somewhere.else"]',
        '["dbt", "run"]',
        "[]",
    ],
)
def test_not_known(command: str) -> None:
    module = f"""
        @asset
        def scores(context, pipes: PipesSubprocessClient):
            return pipes.run(context=context, command={command}).get_results()
        """
    target = launch(module).target
    assert target.path is None
    assert not target.tried
    assert target.reason is not None
    assert target.reason.reason


def test_a_file_that_is_not_there() -> None:
    module = """
        @asset
        def scores(context, pipes: PipesSubprocessClient):
            return pipes.run(context=context, command=["python", {}]).get_results()
        """
    assert launch(module.format('"absent.py"')).target.tried == ("pkg/etl/absent.py", "pkg/absent.py", "absent.py")
    assert launch(module.format('file_relative_path(__file__, "absent.py")')).target.tried == ("pkg/etl/absent.py",)
    assert launch(module.format('Path(__file__).parent / "absent.py"')).target.tried == ("pkg/etl/absent.py",)


def test_one_of_two_scripts() -> None:
    found = contracts("""
        @asset
        def scores(context, pipes: PipesSubprocessClient):
            script = "beside.py" if ask() else "above.py"
            return pipes.run(context=context, command=["python", script]).get_results()
        """)
    assert [each.launch.target.path for each in found] == ["pkg/etl/beside.py", "pkg/above.py"]


def test_entry_and_arguments() -> None:
    found = launch("""
        @asset
        def scores(context, pipes: PipesSubprocessClient):
            return pipes.run(context=context, command=["python", "beside.py::main", "--n", str(3)]).get_results()
        """)
    assert found.target.entry == "main"
    assert found.target.arguments is not None
    assert shown(found.target.arguments) == '["--n", "3"]'


# --- where the client comes from ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "module",
    [
        """
        @asset
        def scores(context, pipes: PipesSubprocessClient):
            yield from pipes.run(context=context, command=["python", "beside.py"]).get_results()
        """,
        """
        @dg.asset
        def scores(context: dg.AssetExecutionContext, client: dg.PipesSubprocessClient) -> dg.MaterializeResult:
            return client.run(command=["python", "beside.py"], context=context).get_materialize_result()
        """,
        """
        @asset(required_resource_keys={"pipes"})
        def scores(context):
            return context.resources.pipes.run(context=context, command=["python", "beside.py"]).get_results()

        defs = dg.Definitions(assets=[scores], resources={"pipes": PipesSubprocessClient()})
        """,
        """
        @asset
        def scores(context):
            return PipesSubprocessClient().run(context=context, command=["python", "beside.py"]).get_results()
        """,
        """
        CLIENT = PipesSubprocessClient()

        @asset
        def scores(context):
            completed = CLIENT.run(context=context, command=["python", "beside.py"])
            return completed.get_results()
        """,
        """
        def run(context, client, name):
            return client.run(context=context, command=["python", f"{name}.py"])

        @asset
        def scores(context, pipes: PipesSubprocessClient):
            return run(context, pipes, "beside").get_results()
        """,
        """
        class Runner(dg.ConfigurableResource):
            client: PipesSubprocessClient

            def go(self, context, script):
                return self.client.run(context=context, command=["python", script]).get_results()

        @asset
        def scores(context, runner: Runner):
            return runner.go(context, "beside.py")
        """,
        """
        def make(name, script):
            @asset(name=name)
            def built(context, pipes: PipesSubprocessClient):
                return pipes.run(context=context, command=["python", script]).get_results()

            return built

        made = [make(name, f"{name}.py") for name in ["beside"]]
        """,
        """
        @asset
        def scores(context):
            with dg.open_pipes_session(
                context=context,
                context_injector=dg.PipesTempFileContextInjector(),
                message_reader=dg.PipesTempFileMessageReader(),
            ) as session:
                import subprocess

                subprocess.run(["python", "beside.py"], env=session.get_bootstrap_env_vars(), check=True)
            yield from session.get_results()
        """,
    ],
)
def test_clients(module: str) -> None:
    found = launch(module)
    assert found.target.path == "pkg/etl/beside.py"
    assert found.fate is Fate.DELIVERED


def test_the_client_by_its_name_only() -> None:
    found = contracts("""
        @asset
        def scores(context, pipes_subprocess_client):
            return pipes_subprocess_client.run(context=context, command=["python", "beside.py"]).get_results()

        defs = dg.Definitions(assets=[scores], resources={"pipes_subprocess_client": PipesSubprocessClient()})
        """)
    assert [each.launch.target.path for each in found] == ["pkg/etl/beside.py"]


def test_a_helper_in_another_module() -> None:
    found = launch(
        """
        from .helper import HERE, start

        @asset
        def scores(context, pipes: PipesSubprocessClient):
            return start(context, pipes, HERE / "beside.py", limit=5)
        """,
        helper="""
        from pathlib import Path

        HERE = Path(__file__).parent

        def start(context, client, script, **extras):
            return client.run(context=context, command=["python", script], extras=extras).get_results()
        """,
    )
    assert found.target.path == "pkg/etl/beside.py"
    assert shown(found.extras) == "{limit: 5}"
    assert found.definition.name == "scores"


def test_a_factory_makes_one_launch_each() -> None:
    found = contracts("""
        def make(name, limit):
            @asset(name=name, key_prefix="raw", check_specs=[AssetCheckSpec(f"{name}_ok", asset=["raw", name])])
            def built(context, pipes: PipesSubprocessClient):
                return pipes.run(
                    context=context, command=["python", "beside.py", name], extras={"limit": limit, name: True}
                ).get_results()

            return built

        assets = [make(name, limit) for name, limit in [("a", 1), ("b", 2)]]
        """)
    told = [
        (each.definition.asset_keys, [spec.name for spec in each.definition.checks or ()], shown(each.launch.extras))
        for each in found
    ]
    assert told == [
        (("raw/a",), ["a_ok"], "{limit: 1, a: True}"),
        (("raw/b",), ["b_ok"], "{limit: 2, b: True}"),
    ]


def test_other_libraries_have_a_run_too() -> None:
    assert (
        contracts("""
        import subprocess
        import asyncio

        @asset
        def scores(context, runner):
            subprocess.run(["python", "beside.py"], check=True)
            asyncio.run(ask())
            runner.run(["python", "beside.py"])
        """)
        == []
    )


# --- extras ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extras", "before", "inside", "words"),
    [
        ('{"a": 1, "b": [1, 2], "c": {"d": None}}', "", "pass", "{a: 1, b: [1, 2], c: {d: None}}"),
        ("extras", "", 'extras = {"a": 1}', "{a: 1}"),
        ("EXTRAS", 'EXTRAS = {"a": 1}', "pass", "{a: 1}"),
        ("dict(a=1, b=2)", "", "pass", "{a: 1, b: 2}"),
        ("dict(BASE, b=2)", 'BASE = {"a": 1}', "pass", "{a: 1, b: 2}"),
        ('dict([("a", 1)])', "", "pass", "{a: 1}"),
        ('{**BASE, "b": 2}', 'BASE = {"a": 1}', "pass", "{a: 1, b: 2}"),
        ('BASE | {"b": 2}', 'BASE = {"a": 1}', "pass", "{a: 1, b: 2}"),
        ("extras", "", 'extras = {}\nextras["a"] = 1\nextras["b"] = 2', "{a: 1, b: 2}"),
        ("extras", "", 'extras = {"a": 1}\nextras.update({"b": 2}, c=3)', "{a: 1, b: 2, c: 3}"),
        ("extras", "", 'extras = {"a": 1}\nextras |= {"b": 2}', "{a: 1, b: 2}"),
        ("extras", "", 'extras = {"a": 1}\nextras.setdefault("a", 5)\nextras.setdefault("b", 2)', "{a: 1, b: 2}"),
        ("extras", "", 'extras = {"a": 1, "b": 2}\nextras.pop("b")', "{a: 1}"),
        ("extras", "", 'extras = {"a": 1}\nif ask():\n    extras["b"] = 2', "{a: 1, b?: 2}"),
        ('{"a": 1, **({"b": 2} if ask() else {})}', "", "pass", "{a: 1, b?: 2}"),
        ("make(3)", "def make(n):\n    return {'n': n, 'm': 'x'}", "pass", '{n: 3, m: "x"}'),
        ("{name: 0 for name in ('a', 'b')}", "", "pass", "{a: 0, b: 0}"),
        ("{f'{name}_n': i for i, name in enumerate(NAMES)}", "NAMES = ['a', 'b']", "pass", "{a_n: 0, b_n: 1}"),
        ('{"a": unknown()}', "", "pass", "{a: ?}"),
        ('{unknown(): 1, "a": 2}', "", "pass", "{a: 2, ...}"),
        ('{"a": 1, **unknown()}', "", "pass", "{a: ?, ...}"),
        ("unknown()", "", "pass", "{...}"),
        ("None", "", "pass", "{}"),
        ("{}", "", "pass", "{}"),
        ("extras", "", "extras = {'a': 1}\nunknown(extras)", "{a: 1, ...}"),
        ("extras", "", "extras = {'a': 1}\ncontext.log.info(str(extras))", "{a: 1}"),
        ("{KEY: 1}", 'KEY = "a"', "pass", "{a: 1}"),
        ("dict.fromkeys(['a', 'b'], 0)", "", "pass", "{a: 0, b: 0}"),
        ("dict(zip(['a', 'b'], [1, 2]))", "", "pass", "{a: 1, b: 2}"),
        ('{"a": str(Path("x") / "y"), "b": 2 * 3, "c": f"{1}-{2}"}', "", "pass", '{a: "x/y", b: 6, c: "1-2"}'),
    ],
)
def test_extras(extras: str, before: str, inside: str, words: str) -> None:
    assert passed(extras, before, inside) == words


def test_extras_of_a_config() -> None:
    found = launch("""
        class Settings(dg.Config):
            limit: int = 5
            model: str

        @asset
        def scores(context, config: Settings, pipes: PipesSubprocessClient):
            return pipes.run(
                context=context,
                command=["python", "beside.py"],
                extras={"limit": config.limit, "model": config.model, "run": context.run_id},
            ).get_results()
        """)
    assert list(found.extras.slots) == ["limit", "model", "run"]
    assert found.extras.complete


def test_no_extras() -> None:
    found = launch("""
        @asset
        def scores(context, pipes: PipesSubprocessClient):
            return pipes.run(context=context, command=["python", "beside.py"]).get_results()
        """)
    assert shown(found.extras) == "{}"


def test_arguments_by_keywords() -> None:
    found = launch("""
        @asset
        def scores(context, pipes: PipesSubprocessClient):
            arguments = {"command": ["python", "beside.py"], "extras": {"a": 1}}
            return pipes.run(context=context, **arguments).get_results()
        """)
    assert found.target.path == "pkg/etl/beside.py"
    assert shown(found.extras) == "{a: 1}"


# --- definitions ----------------------------------------------------------------------------------------------------

BODY = '    return pipes.run(context=context, command=["python", "beside.py"]).get_results()\n'


def defined(decorator: str, before: str = "", name: str = "scores") -> Contract:
    head = f"def {name}(context, pipes: PipesSubprocessClient):\n"
    (contract,) = contracts(f"{textwrap.dedent(before)}\n{textwrap.dedent(decorator).strip()}\n{head}{BODY}")
    return contract


@pytest.mark.parametrize(
    ("decorator", "before", "keys"),
    [
        ("@asset", "", ("scores",)),
        ("@asset()", "", ("scores",)),
        ("@dg.asset(name='other')", "", ("other",)),
        ("@asset(key='other')", "", ("other",)),
        ("@asset(key=['raw', 'scores'])", "", ("raw/scores",)),
        ("@asset(key=AssetKey(['raw', 'scores']))", "", ("raw/scores",)),
        ("@asset(key=AssetKey('other'))", "", ("other",)),
        ("@asset(key=dg.AssetKey.from_user_string('raw/scores'))", "", ("raw/scores",)),
        ("@asset(key_prefix='raw')", "", ("raw/scores",)),
        ("@asset(key_prefix=['a', 'b'], name='c')", "", ("a/b/c",)),
        ("@asset(key_prefix=PREFIX)", "PREFIX = ['a', 'b']", ("a/b/scores",)),
        ("@asset(key_prefix=unknown())", "", None),
        ("@asset(name=unknown())", "", None),
        ("@asset(**unknown())", "", None),
        ("@asset(**SETTINGS)", "SETTINGS = {'name': 'other', 'group_name': 'g'}", ("other",)),
        ("@dg.multi_asset(specs=[dg.AssetSpec('a'), dg.AssetSpec(['raw', 'b'])])", "", ("a", "raw/b")),
        ("@dg.multi_asset(specs=SPECS)", "SPECS = [dg.AssetSpec(key=n) for n in ('a', 'b')]", ("a", "b")),
        ("@dg.multi_asset(outs={'a': dg.AssetOut(), 'b': dg.AssetOut(key_prefix='raw')})", "", ("a", "raw/b")),
        (
            "@dg.multi_asset(outs={'a': dg.AssetOut(key='x'), 'b': dg.AssetOut(key=AssetKey(['y', 'z']))})",
            "",
            ("x", "y/z"),
        ),
        ("@dg.multi_asset(specs=unknown())", "", None),
        ("@dg.op", "", ()),
        ("@dg.op(name='x')", "", ()),
        ("@dg.asset_check(asset='orders')", "", ()),
    ],
)
def test_asset_keys(decorator: str, before: str, keys: tuple[str, ...] | None) -> None:
    assert defined(decorator, before).definition.asset_keys == keys


@pytest.mark.parametrize(
    ("decorator", "before", "checks"),
    [
        ("@asset", "", []),
        ("@asset(check_specs=[AssetCheckSpec('a', asset='scores')])", "", [("a", "scores")]),
        ("@asset(check_specs=[dg.AssetCheckSpec(name='a', asset=AssetKey(['scores']))])", "", [("a", "scores")]),
        (
            "@asset(check_specs=[AssetCheckSpec(n, asset='scores') for n in NAMES])",
            "NAMES = ['a', 'b']",
            [("a", "scores"), ("b", "scores")],
        ),
        ("@asset(check_specs=SPECS)", "SPECS = (AssetCheckSpec('a', asset='scores'),)", [("a", "scores")]),
        (
            "@asset(check_specs=[spec('a')])",
            "def spec(n):\n    return AssetCheckSpec(n, asset='scores')",
            [("a", "scores")],
        ),
        ("@asset(check_specs=unknown())", "", None),
        ("@asset(check_specs=[AssetCheckSpec('a', asset='scores'), *unknown()])", "", None),
        ("@dg.asset_check(asset='orders')", "", [("scores", "orders")]),
        ("@dg.asset_check(asset=AssetKey(['raw', 'orders']), name='a')", "", [("a", "raw/orders")]),
        (
            "@dg.multi_asset_check(specs=[AssetCheckSpec('a', asset='x'), AssetCheckSpec('b', asset='y')])",
            "",
            [("a", "x"), ("b", "y")],
        ),
        ("@dg.op", "", []),
    ],
)
def test_checks(decorator: str, before: str, checks: list[tuple[str, str]] | None) -> None:
    found = defined(decorator, before).definition.checks
    assert (None if found is None else [(each.name, each.asset_key) for each in found]) == checks


@pytest.mark.parametrize(
    ("decorator", "partitions"),
    [
        ("@asset", "none"),
        ("@asset(partitions_def=dg.DailyPartitionsDefinition(start_date='2024-01-01'))", "time"),
        ("@asset(partitions_def=dg.StaticPartitionsDefinition(['a', 'b']))", "static"),
        ("@asset(partitions_def=dg.DynamicPartitionsDefinition(name='d'))", "dynamic"),
        (
            "@asset(partitions_def=dg.MultiPartitionsDefinition({'a': dg.StaticPartitionsDefinition(['x'])}))",
            "multi",
        ),
    ],
)
def test_partitions(decorator: str, partitions: str) -> None:
    assert defined(decorator).definition.partitions == partitions


def test_unknown_partitions() -> None:
    assert defined("@asset(partitions_def=unknown())").definition.partitions in (None, "some")


def test_checks_that_the_body_makes_itself() -> None:
    found = launch("""
        @asset(check_specs=[AssetCheckSpec("a", asset="scores"), AssetCheckSpec("b", asset="scores")])
        def scores(context, pipes: PipesSubprocessClient):
            yield from pipes.run(context=context, command=["python", "beside.py"]).get_results()
            yield dg.AssetCheckResult(check_name="a", passed=True)
        """)
    assert found.definition.own_checks is not None
    assert [shown(each) for each in found.definition.own_checks] == ['"a"']


@pytest.mark.parametrize(
    ("end", "fate"),
    [
        ("return done.get_results()", Fate.DELIVERED),
        ("yield from done.get_results()", Fate.DELIVERED),
        ("return done.get_materialize_result()", Fate.DELIVERED),
        ("for each in done.get_results():\n        yield each", Fate.DELIVERED),
        ("results = done.get_results()\n    return results", Fate.DELIVERED),
        ("return tuple(done.get_results())", Fate.DELIVERED),
        ("return (each for each in done.get_results())", Fate.DELIVERED),
        ("return (*done.get_results(), dg.AssetCheckResult(passed=True))", Fate.DELIVERED),
        ("return done.get_results() + ()", Fate.DELIVERED),
        ("return done.get_results() if done else 5", Fate.DELIVERED),
        ("return done.get_results()[0]", Fate.UNKNOWN),
        ("return [*done.get_results()]", Fate.WRAPPED),
        ("return list(done.get_results())", Fate.WRAPPED),
        ("return (done.get_results(),)", Fate.WRAPPED),
        ("yield done.get_results()", Fate.WRAPPED),
        ("yield [done.get_materialize_result()]", Fate.WRAPPED),
        ("return 5", Fate.REFUSED),
        ("return {'rows': 5} if done else 'none'", Fate.REFUSED),
        ("return str(done.get_results())", Fate.REFUSED),
        ("return unknown", Fate.UNKNOWN),
        ("done.get_results()", Fate.DROPPED),
        ("pass", Fate.DROPPED),
        ("return done", Fate.INVOCATION),
        ("return dg.MaterializeResult(metadata={'a': 1})", Fate.REPLACED),
        ("return dg.Output(str(done.get_results()))", Fate.TEXT),
        ("return unknown(done)", Fate.UNKNOWN),
    ],
)
def test_fates(end: str, fate: Fate) -> None:
    found = launch(
        "@asset\ndef scores(context, pipes: PipesSubprocessClient):\n"
        f"    done = pipes.run(context=context, command=['python', 'beside.py'])\n    {end}\n"
    )
    assert found.fate is fate


# --- Releases of Dagster --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "before"),
    [
        ("requirements.txt", "dagster==1.6.14\n", True),
        ("requirements-dev.txt", "dagster[tests]<1.7 # not yet\n", True),
        ("requirements/base.in", "dagster~=1.6.0", True),
        ("requirements.txt", "dagster~=1.6", False),
        ("requirements.txt", "dagster>=1.5\npandas==1.2", False),
        ("requirements.txt", "dagster>=1.5,!=1.6.2", False),
        ("requirements.txt", "dagster-aws==0.22.1\ndagster", False),
        ("requirements.txt", "dagster<1.7.5", False),
        ("pyproject.toml", 'dependencies = ["dagster>=1.5,<1.6", "pandas"]', True),
        ("pyproject.toml", 'dagster = "~1.5.0"', True),
        ("pyproject.toml", 'dagster = "^1.5.0"', False),
        ("pyproject.toml", 'dagster = {version = "1.6.1", extras = ["x"]}', True),
        ("pyproject.toml", '[tool.poetry.dependencies.dagster]\nversion = "<=1.6"', True),
        ("uv.lock", 'name = "dagster"\nversion = "1.5.13"', True),
        ("uv.lock", 'name = "dagster"\nversion = "1.13.28"', False),
        ("Pipfile.lock", '"dagster": {"hashes": ["sha256:1.2"], "version": "==1.5.1"}', True),
        ("environment.yml", "  - dagster=1.4.2\n", True),
        ("Dockerfile", "RUN pip install dagit==1.3.1 dagster", True),
        ("notes.txt", "dagster==1.5.1", False),
    ],
)
def test_releases_of_dagster(path: str, text: str, before: bool) -> None:
    from pipes_lint.interpret.machine import World
    from pipes_lint.interpret.orchestration.releases import predates

    def never(path: str) -> bool:
        return False

    world = World("/", lambda path: None, never, never, never, lambda path: None, text=lambda path: text)
    world.named = lambda name: [path] if name == path else []
    world.below = lambda folder: [path]
    assert predates(world, 1, 7) is before
