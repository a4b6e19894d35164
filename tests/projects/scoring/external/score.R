library(dagsterpipes)

in_range <- function(p) all(!is.na(p) & p >= 0 & p <= 1)

with_dagster_pipes(function(ctx) {
  applications <- read.csv(ctx$get_extra("applications"))
  threshold <- ctx$get_extra("treshold")
  model <- ctx$get_extra("model")

  ctx$log(sprintf("scoring %d applications with a %s", nrow(applications), model))
  fitted <- glm(default ~ income + age, data = applications, family = binomial())
  applications$score <- predict(fitted, type = "response")
  applications$rejected <- applications$score > threshold
  write.csv(applications, ctx$get_extra("output_path"), row.names = FALSE)

  ctx$report_asset_materialization(
    metadata = list(
      row_count = pipes_metadata_value(nrow(applications), "int"),
      rejected = pipes_metadata_value(sum(applications$rejected), "int"),
      summary = pipes_metadata_value("Scores by `glm`, see **model card**", "markdown")
    )
  )
  ctx$report_asset_check(
    check_name = "scores_in_range",
    passed = in_range(applications$score),
    severity = "error",
    metadata = list(highest = max(applications$score))
  )
})
