import pandas as pd
from dagster_pipes import PipesContext, open_dagster_pipes


def clean(raw: pd.DataFrame, minimum_age: int) -> pd.DataFrame:
    return raw[raw["age"] >= minimum_age].drop_duplicates("id")


def report_checks(pipes: PipesContext, applications: pd.DataFrame) -> None:
    missing = int(applications["income"].isna().sum())
    pipes.report_asset_check(
        check_name="no_missing_income",
        passed=missing == 0,
        severity="WARN",
        metadata={"missing": missing},
    )
    pipes.report_asset_check("unique_id", bool(applications["id"].is_unique))


def main() -> None:
    with open_dagster_pipes() as pipes:
        raw = pd.read_csv(pipes.get_extra("raw"))
        applications = clean(raw, pipes.get_extra("minimum_age"))
        applications.to_csv(pipes.get_extra("clean"), index=False)
        pipes.log.info("kept %d of %d applications", len(applications), len(raw))

        report_checks(pipes, applications)
        pipes.report_asset_materialization(
            metadata={
                "row_count": {"raw_value": len(applications), "type": "integer"},
                "path": {"raw_value": pipes.get_extra("clean"), "type": "path"},
            },
        )


if __name__ == "__main__":
    main()
