# Profile limits of slopes by lme4, for tests/slopes/test_profile.py.
#   Rscript tests/reference/profile.R trials.csv out.csv [names, comma]
# What lme4's confint() gives of a fit: it fits again by maximum likelihood and inverts a spline
# through the profile of the deviance. Time is centred and divided by its standard deviation, which
# is the same model, because lme4's optimisers stop early on raw days; the limits are scaled back.
# Each optimiser makes its own profile. Kept is that of the optimiser that found the least deviance,
# if its profile could be made. "spread" is how far the limits by the optimisers whose deviance is
# as low (to 1e-6) lie apart.
# The slope of the treated is that of day where the label is turned round.
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
options(warn = -1)
trials <- split(read.csv(arguments[1], colClasses = c(data = "character")), ~data)
names <- if (length(arguments) > 2) strsplit(arguments[3], ",")[[1]] else names(trials)
OPTIMISERS <- c("bobyqa", "Nelder_Mead", "nlminbwrap", "nloptwrap")
LEVELS <- c(0.95, 0.8)

limits_of <- function(trial, terms) {
  found <- lapply(OPTIMISERS, function(optimiser) tryCatch(suppressMessages({
    model <- lmer(value ~ time * label + (time | patient_id), trial, REML = TRUE,
      control = lmerControl(optimizer = optimiser))
    profile <- profile(model, which = "beta_")
    limits <- do.call(rbind, lapply(LEVELS, function(level) {
      one <- confint(profile, level = level)[names(terms), , drop = FALSE]
      data.frame(term = terms, level = level, ci_low = one[, 1], ci_high = one[, 2])
    }))
    list(deviance = deviance(refitML(model)), limits = limits)
  }), error = function(e) NULL))
  found <- Filter(Negate(is.null), found)
  deviances <- vapply(found, function(f) f$deviance, 0)
  low <- found[deviances <= min(deviances) + 1e-6]
  ends <- vapply(low, function(f) unlist(f$limits[c("ci_low", "ci_high")]), numeric(4 * length(terms)))
  best <- found[[which.min(deviances)]]
  best$limits$spread <- matrix(apply(ends, 1, function(x) diff(range(x))), ncol = 2) |> apply(1, max)
  best$limits$agreeing <- length(low)
  best$limits
}

rows <- list()
for (name in names) {
  trial <- trials[[name]]
  scale <- sd(trial$day)
  trial$time <- (trial$day - mean(trial$day)) / scale
  trial$label <- trial$treated
  first <- limits_of(trial, c("time" = "control", "time:label" = "difference"))
  trial$label <- 1 - trial$treated
  second <- limits_of(trial, c("time" = "treated"))
  both <- rbind(first, second)
  both[c("ci_low", "ci_high", "spread")] <- both[c("ci_low", "ci_high", "spread")] / scale
  rows[[name]] <- data.frame(data = name, both)
}
out <- do.call(rbind, rows)
for (column in c("ci_low", "ci_high", "spread")) {
  out[[column]] <- sprintf("%.12g", out[[column]])
}
write.csv(out, arguments[2], row.names = FALSE, quote = FALSE)
