import sys
from pathlib import Path

import dagster as dg

EXTERNAL = Path(__file__).parent.parent / "external"
RAW = "data/applications.csv"
CLEAN = "data/applications_clean.csv"


@dg.asset(
    check_specs=[
        dg.AssetCheckSpec(name="no_missing_income", asset="applications"),
        dg.AssetCheckSpec(name="unique_ids", asset="applications"),
        dg.AssetCheckSpec(name="enough_rows", asset="applications"),
    ],
)
def applications(context: dg.AssetExecutionContext, pipes_subprocess_client: dg.PipesSubprocessClient):
    """Loan applications, cleaned."""
    return pipes_subprocess_client.run(
        command=[sys.executable, str(EXTERNAL / "clean.py")],
        context=context,
        extras={"raw": RAW, "clean": CLEAN, "minimum_age": 18, "currency": "EUR"},
    ).get_results()


@dg.asset(
    deps=[applications],
    compute_kind="R",
    check_specs=[dg.AssetCheckSpec(name="scores_in_range", asset="scores")],
)
def scores(context: dg.AssetExecutionContext, pipes_subprocess_client: dg.PipesSubprocessClient):
    """The probability of default of each application."""
    settings = {"threshold": 0.5, "model": "glm"}
    return pipes_subprocess_client.run(
        command=["Rscript", str(EXTERNAL / "score.R")],
        context=context,
        extras={**settings, "applications": CLEAN, "output_path": "data/scores.csv"},
    ).get_results()
