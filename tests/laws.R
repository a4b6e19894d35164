# Runs programs and says, in JSON, what they noted and what their variables held at the end.
#
# `Rscript laws.R programs.json`: an array of texts, each of which defines `main`.

encode <- function(x) {
  if (is.null(x)) {
    return(list(type = "NULL"))
  }
  if (is.list(x)) {
    return(list(type = "list", names = as.list(names(x)), values = unname(lapply(x, encode))))
  }
  if (!is.atomic(x)) {
    return(list(type = "other"))
  }
  values <- if (is.double(x)) sprintf("%.17g", x) else unname(x)
  list(type = typeof(x), names = as.list(names(x)), values = as.list(values), missing = as.list(is.na(unname(x))))
}

strangers <- function(seed) {
  env <- new.env(parent = globalenv())
  set.seed(seed)
  env$notes <- character(0)
  env$asked <- 0
  env$note <- function(name) {
    env$notes <- c(env$notes, name)
    invisible()
  }
  env$ask <- function(...) {
    env$asked <- env$asked + 1
    env$asked < 60 && runif(1) < 0.5
  }
  env$stop_now <- function() {
    env$asked <- env$asked + 1
    env$asked > 60 || runif(1) < 0.4
  }
  env$many <- function() floor(runif(floor(runif(1) * 3)) * 9)
  env$may_fail <- function() if (runif(1) < 0.4) stop("it failed")
  env$mystery <- function(...) floor(runif(1) * 9)
  env[["%||%"]] <- function(x, y) if (is.null(x)) y else x
  env
}

run <- function(text, seed) {
  env <- strangers(seed)
  held <- tryCatch(
    suppressWarnings({
      eval(parse(text = text), env)
      setTimeLimit(elapsed = 5, transient = TRUE)
      encode(env$main())
    }),
    error = function(e) list(type = "failed", message = conditionMessage(e))
  )
  list(held = held, notes = as.list(env$notes))
}

programs <- jsonlite::fromJSON(commandArgs(trailingOnly = TRUE)[[1]], simplifyVector = FALSE)
outcomes <- lapply(programs, function(text) lapply(1:4, function(seed) run(text, seed)))
cat(jsonlite::toJSON(outcomes, auto_unbox = TRUE, null = "null", na = "null"))
