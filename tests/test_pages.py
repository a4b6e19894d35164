"""The rules' pages hold: in form, in what the linter finds, and in what really happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pages import OPTIONAL, REQUIRED, ROOT, RULES, Case, Page, pages
from real_dagster import Outcome
from real_runs import Tally, execute, runs, why_not

from pipes_lint.source import Source

PAGES = pages()
CASES = [case for page in PAGES for case in page.cases]

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
each_case = pytest.mark.parametrize("case", CASES, ids=str)


# --- In form --------------------------------------------------------------------------------------------------------


def test_every_rule_has_a_page() -> None:
    assert [path.stem for path in sorted(RULES.glob("*.py"))] == [page.name for page in PAGES]


@each_page
def test_form(page: Page) -> None:
    assert page.title == page.name
    assert re.fullmatch(r"(?:[^.!?]|[.!?](?! ))+", page.sentence), "one sentence under the title"
    assert page.sentence.endswith(".")
    assert page.sections[:3] == list(REQUIRED)
    further = page.sections[3:]
    assert further == [name for name in OPTIONAL if name in further]
    titles = [case.title for case in page.cases]
    assert len(set(titles)) == len(titles), "two cases have one title"
    for section in ("Flagged", "Not flagged"):
        assert any(case.section == section for case in page.cases), f"no case under {section}"


@each_case
def test_form_of_case(case: Case) -> None:
    rules = {each.rule for each in case.expected}
    assert case.section in ("Flagged", "Not flagged", "Fix", "Limits"), f"a case under {case.section}"
    if case.section == "Flagged":
        assert case.page in rules, "nothing here is flagged by the page's own rule"
    if case.section == "Not flagged":
        assert case.page not in rules
        assert not case.has_error
    assert case.not_run or "defs.py" in case.files, "a case runs from its `defs.py`, or says `Not run: reason`"
    if case.stays_green:
        assert case.has_error
    assert set(case.fixed) <= set(case.files)
    assert not (case.no_fix and case.fixed)
    assert not rules - {page.name for page in PAGES}


# --- In what the linter finds ---------------------------------------------------------------------------------------


def found(folder: Path) -> list[tuple[str, int, str, str, str]]:
    from pipes_lint import catalog, config, lint

    report = lint.check(folder, config.load(folder, catalog.names()))
    assert not report.broken
    return sorted(
        (
            each.finding.span.path,
            _row(report.sources[each.finding.span.path], each.finding.span.start),
            each.severity.value,
            each.rule,
            each.finding.message,
        )
        for each in report.diagnostics
    )


def _row(source: Source, offset: int) -> int:
    """The row in the file, which a notebook's row in its cell is not."""
    return source.file.position(source.in_file(offset)).row


@each_case
def test_findings(case: Case, tmp_path: Path) -> None:
    """Findings and annotations agree, both ways, with every rule running."""
    case.write(tmp_path)
    left = found(tmp_path)
    missing = []
    for wanted in case.expected:
        for each in left:
            if each[:4] == (wanted.path, wanted.row, wanted.severity, wanted.rule) and wanted.message in each[4]:
                left.remove(each)
                break
        else:
            missing.append(f"{wanted.path}:{wanted.row} {wanted.severity}[{wanted.rule}] {wanted.message}")
    extra = [f"{path}:{row} {severity}[{rule}] {message}" for path, row, severity, rule, message in left]
    differences = [*(f"not found: {each}" for each in missing), *(f"not on the page: {each}" for each in extra)]
    assert not differences, "\n  ".join([f"{case.page}.md:{case.row}", *differences])


@each_case
def test_console(case: Case, tmp_path: Path) -> None:
    """A console block is what the terminal shows, word by word."""
    if not case.consoles:
        pytest.skip("no console block")
    case.write(tmp_path)
    for command, printed in case.consoles:
        program, *words = command.split()
        assert program == "pipes-lint"
        shown = subprocess.run(
            [sys.executable, "-m", "pipes_lint", *words],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
        )
        assert shown.stderr + shown.stdout == printed


@each_case
def test_fix(case: Case, tmp_path: Path) -> None:
    """A file, fixed, is what it is once every fix is applied."""
    if not case.fixed and not case.no_fix:
        pytest.skip("no fixed file")
    from pipes_lint import catalog, config, lint

    case.write(tmp_path)
    mended = lint.fix(tmp_path, config.load(tmp_path, catalog.names()), unsafe=True)
    assert {path: mended.after.get(path, case.files[path]) for path in case.fixed} == case.fixed
    assert set(mended.after) == set(case.fixed), "a page shows every file that its fixes change"
    assert mended.left == ()
    if case.no_fix:
        return
    for path, text in mended.after.items():
        (tmp_path / path).write_bytes(text.encode())
    assert case.page not in {rule for _, _, _, rule, _ in found(tmp_path)}
    assert lint.fix(tmp_path, unsafe=True).after == {}, "mending twice changes nothing"


# --- In what really happens -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """The outcome of every case that this session asks for, run all in one go."""
    asked: dict[str, Case] = {}
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.originalname in ("test_run", "test_words"):
            case = item.callspec.params["case"]
            assert isinstance(case, Case)
            asked[str(case)] = case
    return execute(runs(list(asked.values())), tmp_path_factory.mktemp("real"))


@each_case
def test_run(case: Case, request: pytest.FixtureRequest, tally: Tally) -> None:
    """Under real Dagster a case with an error fails or loses a report, and a correct one succeeds with every report."""
    reason = why_not(case)
    if reason:
        tally.not_run.setdefault(reason, []).append(case)
        pytest.skip(reason)
    outcomes: dict[str, Outcome] = request.getfixturevalue("outcomes")
    tally.otherwise.append(case)
    outcome = outcomes[str(case)]
    at = f"{case.page}.md:{case.row}"
    if case.has_error and not case.stays_green:
        assert not outcome.good, f"{at}: the page shows an error, but {outcome}"
    elif not any(each.severity == "warning" for each in case.expected):
        assert outcome.good, f"{at}: the page shows no fault, but {outcome}"
    if outcome.loaded and case.section == "Not flagged":
        assert outcome.launches, f"{at}: nothing was launched"
    if case.fixed:
        mended = outcomes[f"{case}, fixed"]
        assert mended.good, f"{at}: after the fix, {mended}"
    tally.otherwise.pop()
    tally.as_said.append(case)


_STOPS = re.compile("(?:the script stops here|the step fails|the run fails): (.+)")


@each_case
def test_words(case: Case, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A finding's label that quotes an error quotes what is really said."""
    if why_not(case) or not case.has_error:
        pytest.skip("no run with an error")
    from pipes_lint import lint

    case.write(tmp_path)
    labels = [each.finding.label for each in lint.check(tmp_path).diagnostics if each.severity.value == "error"]
    quoted = [_plain(match[1]) for label in labels if (match := _STOPS.match(label))]
    if not quoted:
        pytest.skip("no label quotes an error")
    said = _plain(request.getfixturevalue("outcomes")[str(case)].said)
    # One error stops the run: of several findings one is met.
    assert any(_said(words, said) for words in quoted), f"{quoted} is not said, but\n{said[-3000:]}"


def _said(words: str, text: str) -> bool:
    """Whether the words are there; `…` stands for any others."""
    return re.search(".*".join(map(re.escape, words.split("…"))), text) is not None


def _plain(text: str) -> str:
    """A text without what may differ: layout, quotes, the names of this file's own values."""
    return " ".join(re.sub(r"[`'\"\u2018\u2019\u201c\u201d]", "", text).split())


# --- In step --------------------------------------------------------------------------------------------------------


def test_readme_lists_the_rules() -> None:
    """README, pages and code agree on names, severities and sentences."""
    from pipes_lint import catalog

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.partition("<!-- rules -->")[2].partition("<!-- /rules -->")[0]
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.strip().splitlines()]
    assert rows[0][:2] == ["rule", "severity"]
    listed = {re.sub(r"^\[?`([a-z-]+)`.*", r"\1", row[0]): (row[1], row[2]) for row in rows[2:]}
    severities = {rule.name: rule.severity.value for rule in catalog.rules()}
    assert listed == {page.name: (severities[page.name], page.sentence) for page in PAGES}
