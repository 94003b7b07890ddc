# Baseline-constrained and covariate-adjusted lines by lme4 and lmerTest, for
# tests/slopes/test_baseline.py.
#   Rscript tests/reference/baseline.R trials.csv out.csv
# Time is divided by its standard deviation, and for the covariate centred: the same models, on which
# lme4's optimisers stop early less often. Kept is the optimiser with the least criterion.
suppressMessages(library(lmerTest))
arguments <- commandArgs(trailingOnly = TRUE)
options(warn = -1)
trials <- split(read.csv(arguments[1], colClasses = c(data = "character")), ~data)
OPTIMISERS <- c("bobyqa", "Nelder_Mead", "nlminbwrap", "nloptwrap")
TIGHT <- list(bobyqa = list(rhoend = 1e-9), Nelder_Mead = list(FtolRel = 1e-14, XtolRel = 1e-12),
  nlminbwrap = list(rel.tol = 1e-14), nloptwrap = list(xtol_abs = 1e-10, ftol_abs = 1e-10))

best <- function(formula, trial) {
  found <- lapply(OPTIMISERS, function(optimiser) tryCatch(suppressMessages(
    lmer(formula, trial, control = lmerControl(optimizer = optimiser, optCtrl = TIGHT[[optimiser]]))
  ), error = function(e) NULL))
  found <- Filter(Negate(is.null), found)
  found[[which.min(vapply(found, REMLcrit, 0))]]
}

rows <- list()
add <- function(data, baseline, model, contrasts, scale) {
  for (term in names(contrasts)) {
    test <- contest1D(model, contrasts[[term]])
    rows[[length(rows) + 1]] <<- data.frame(data = data, baseline = baseline, term = term,
      slope = test$Estimate / scale, se = test[["Std. Error"]] / scale, df = test$df,
      criterion = REMLcrit(model), scale = scale, singular = as.integer(isSingular(model)))
  }
}
for (name in names(trials)) {
  trial <- trials[[name]]
  scale <- sd(trial$day)
  trial$time <- trial$day / scale
  model <- best(value ~ time + time:treated + (time | patient_id), trial)
  add(name, "constrained", model,
    list(control = c(0, 1, 0), treated = c(0, 1, 1), difference = c(0, 0, 1)), scale)
  first <- trial[trial$day == 0, ]
  later <- trial[trial$day > 0, ]
  later$first <- first$value[match(later$patient_id, first$patient_id)]
  later <- later[!is.na(later$first), ]
  if (nrow(later) <= 2 * length(unique(later$patient_id))) next
  later$time <- later$time - mean(later$time)
  model <- best(value ~ time * treated + first + (time | patient_id), later)
  add(name, "covariate", model, list(control = c(0, 1, 0, 0, 0), treated = c(0, 1, 0, 0, 1),
    difference = c(0, 0, 0, 0, 1)), scale)
}
out <- do.call(rbind, rows)
for (column in c("slope", "se", "df", "criterion", "scale")) {
  out[[column]] <- sprintf("%.12g", out[[column]])
}
write.csv(out, arguments[2], row.names = FALSE, quote = FALSE)
