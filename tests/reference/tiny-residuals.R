# Kenward and Roger by pbkrtest where the residuals are tiny, for tests/slopes/test_kenward_roger.py.
#   Rscript tests/reference/tiny-residuals.R trials.csv out.csv
# Each trial is made anew with its residuals from the patients' own least-squares lines multiplied
# by a factor, so that the lines stay and the scatter goes.
#
# pbkrtest inverts the information without a scale, which R refuses below a residual standard
# deviation of about 1e-4 of the spread. So each component of the covariance is multiplied by the
# size of its own parameter first: the model and the correction are the same, and pbkrtest does the
# rest. "scaled" says which way a row was made; NA where pbkrtest has no result without it. Time is
# scaled for lme4 and scaled back. Below 1e-4 lme4 itself loses its digits: no value is made there.
suppressMessages({library(lme4); library(pbkrtest)})
arguments <- commandArgs(trailingOnly = TRUE)
options(warn = -1)
trials <- split(read.csv(arguments[1], colClasses = c(data = "character")), ~data)

NAMES <- c("T30", "T22", "O01")  # odd days, a patient with one sample, times far from zero
FACTORS <- 10^-(0:4)
CONTRASTS <- list(control = c(0, 1, 0, 0), treated = c(0, 1, 0, 1), difference = c(0, 0, 0, 1))
internal <- asNamespace("pbkrtest")

own_lines <- function(trial) {
  fits <- lapply(split(trial, trial$patient_id), function(one) {
    if (nrow(one) < 2) return(c(mean(one$value), NA))
    coef(lm(value ~ day, one))
  })
  do.call(rbind, fits)
}

shrunk <- function(trial, factor) {
  lines <- own_lines(trial)[as.character(trial$patient_id), ]
  on_line <- ifelse(is.na(lines[, 2]), trial$value, lines[, 1] + lines[, 2] * trial$day)
  transform(trial, value = on_line + factor * (value - on_line))
}

# Newton's method from the moments of the own lines, which are near the minimum if the scatter is
# small; lme4's optimisers start far away, and stop early.
fit <- function(trial) {
  formula <- value ~ day * treated + (day | patient_id)
  environment(formula) <- environment()
  plain <- lmer(formula, trial, devFunOnly = TRUE)
  devfun <- function(theta) tryCatch(plain(theta), error = function(e) 1e10)  # a wild step
  lines <- na.omit(own_lines(trial))
  label <- trial$treated[match(rownames(lines), trial$patient_id)]
  deviations <- residuals(lm(lines ~ label))
  rest <- residuals(lm(value ~ day * factor(patient_id), trial))
  sigma <- sqrt(sum(rest^2) / (nrow(trial) - 2 * length(unique(trial$patient_id))))
  half <- t(chol(crossprod(deviations) / (nrow(lines) - 2))) / sigma
  theta <- half[lower.tri(half, diag = TRUE)]
  for (i in 1:3) theta <- optim(theta, devfun, control = list(parscale = abs(theta)))$par
  for (i in 1:8) {
    gradient <- numDeriv::grad(devfun, theta, method.args = list(d = 0.01))
    step <- solve(numDeriv::hessian(devfun, theta), gradient)
    if (!(devfun(theta - step) <= devfun(theta) + 1e-9)) break
    theta <- theta - step
  }
  control <- lmerControl(optimizer = NULL)
  lmer(formula, trial, start = list(theta = theta), control = control)
}

corrected <- function(model, scaled) {
  parts <- internal$get_SigmaG(model)
  if (scaled) {
    covariance <- VarCorr(model)[[1]]
    sd <- sqrt(diag(covariance))
    sizes <- c(sd[1]^2, sd[1] * sd[2], sd[2]^2, sigma(model)^2)
    parts$G <- Map(`*`, parts$G, sizes)
  }
  internal$vcovAdj_internal(vcov(model), parts, getME(model, "X"))
}

rows <- list()
for (name in NAMES) for (factor in FACTORS) {
  trial <- shrunk(trials[[name]], factor)
  scale <- sd(trial$day)
  trial$day <- (trial$day - mean(trial$day)) / scale
  model <- fit(trial)
  spread <- sd(trial$value) * sqrt(1 - 1 / nrow(trial))
  for (scaled in c(FALSE, TRUE)) {
    adjusted <- tryCatch(corrected(model, scaled), error = function(e) NULL)
    failed <- is.null(adjusted)
    for (term in names(CONTRASTS)) {
      one <- CONTRASTS[[term]]
      rows[[length(rows) + 1]] <- data.frame(data = name, factor = factor, term = term,
        scaled = scaled,
        sigma_of_spread = sigma(model) / spread,
        kr_se = if (failed) NA else sqrt(sum(one * as.matrix(adjusted) %*% one)) / scale,
        kr_df = if (failed) NA else Lb_ddf(one, vcov(model), adjusted))
    }
  }
}
out <- do.call(rbind, rows)
for (column in c("factor", "sigma_of_spread", "kr_se", "kr_df")) {
  out[[column]] <- ifelse(is.na(out[[column]]), "NA", sprintf("%.12g", out[[column]]))
}
write.csv(out, arguments[2], row.names = FALSE, quote = FALSE)
