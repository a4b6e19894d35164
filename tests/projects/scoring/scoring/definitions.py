import dagster as dg

from scoring.assets import applications, scores

defs = dg.Definitions(
    assets=[applications, scores],
    resources={"pipes_subprocess_client": dg.PipesSubprocessClient()},
)
