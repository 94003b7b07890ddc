# lme4's deviance with a slope held at a given value, for tests/slopes/test_profile.py.
#   Rscript tests/reference/profile-at.R trials.csv limits.csv out.csv
# limits.csv: data,term,limit; out.csv has its rows with "rise", the deviance there less its minimum.
# The slope is taken off the values of its group, and its column left out of the fixed effects. Each
# deviance is the least that several optimisers find from several starts, so that one that stops
# early does no harm. Time is scaled, which is the same model.
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
options(warn = -1)
trials <- split(read.csv(arguments[1], colClasses = c(data = "character")), ~data)
limits <- read.csv(arguments[2], colClasses = c(data = "character"))
OPTIMISERS <- c("bobyqa", "Nelder_Mead", "nlminbwrap")
STARTS <- list(c(1, 0, 1), c(1, 0.3, 0.1), c(0.3, -0.3, 0.05), c(3, 0.5, 0.5), c(0.1, 0.3, 0.02))

least <- function(formula, trial) {
  devfun <- lmer(formula, trial, REML = FALSE, devFunOnly = TRUE)
  found <- lapply(OPTIMISERS, function(optimiser) lapply(STARTS, function(start) tryCatch(
    suppressMessages(optimizeLmer(devfun, optimizer = optimiser, start = start)$fval),
    error = function(e) Inf
  )))
  min(unlist(found))
}

minima <- sapply(names(trials), function(name) {
  if (!name %in% limits$data) return(NA)
  trial <- trials[[name]]
  trial$time <- (trial$day - mean(trial$day)) / sd(trial$day)
  least(value ~ time * treated + (time | patient_id), trial)
})
limits$rise <- mapply(function(data, term, limit) {
  trial <- trials[[data]]
  centred <- trial$day - mean(trial$day)
  trial$time <- centred / sd(trial$day)
  trial$label <- if (term == "control") 1 - trial$treated else trial$treated
  trial$value <- trial$value - limit * centred * trial$label
  trial$other <- trial$time * (1 - trial$label)
  formula <- if (term == "difference") {
    value ~ time + label + (time | patient_id)
  } else {
    value ~ label + other + (time | patient_id)
  }
  least(formula, trial) - minima[[data]]
}, limits$data, limits$term, limits$limit)
limits$rise <- sprintf("%.12g", limits$rise)
write.csv(limits, arguments[3], row.names = FALSE, quote = FALSE)
