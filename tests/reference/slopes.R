# Reference values from lme4, lmerTest and pbkrtest for the random-slope models.
#   Rscript tests/reference/slopes.R trials.csv theta.csv out.csv [public_dir]
# theta.csv: data,model,theta1,theta2,theta3, what our code found, as the relative Cholesky factor
# (a, l, c) on raw days, or "-". For it lme4 says what its own criterion is there.
# intercept has theta1 = a only; uncorrelated has theta1 = a, theta3 = c; the fits of by_group are
# by_group_control and by_group_treated there.
# Without theta.csv the result is tests/reference/slopes-values.csv.
# public_dir: where to write sleepstudy.csv and Orthodont.csv, which are not ours to distribute.
#
# The slopes are named control, treated, difference; common where the model has one slope only.
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
public_dir <- if (length(arguments) > 3) arguments[4]
options(warn = -1)

text <- c(data = "character", patient_id = "character")
trials <- split(read.csv(arguments[1], colClasses = text, encoding = "UTF-8"), ~data)
ours <- if (arguments[2] != "-") read.csv(arguments[2], colClasses = c(data = "character"))

as_trial <- function(data, patient_id, treated, day, value) {
  data.frame(data = data, patient_id = as.character(patient_id), treated = as.integer(treated),
    day = day, value = value)
}
public <- list(
  sleepstudy = with(lme4::sleepstudy, as_trial("sleepstudy", Subject, 0, Days, Reaction)),
  Orthodont = with(as.data.frame(nlme::Orthodont),
    as_trial("Orthodont", Subject, Sex == "Female", age, distance))
)
for (data in names(public)) if (!is.null(public_dir)) {
  write.csv(public[[data]], file.path(public_dir, paste0(data, ".csv")),
    row.names = FALSE, quote = FALSE)
}

or_na <- function(expression) tryCatch(suppressMessages(expression), error = function(e) NA_real_)
rows <- list()
add <- function(data, model, ...) {
  values <- c(...)
  rows[[length(rows) + 1]] <<- data.frame(data = data, model = model, quantity = names(values),
    value = unname(values))
}

# Several optimisers, because each of them stops early on some data, or at a point on the boundary
# that is not the minimum; the default does so on T15.
OPTIMISERS <- list(
  list("nloptwrap", list()),
  list("Nelder_Mead", list()),
  list("bobyqa", list()),
  list("nlminbwrap", list()),
  list("nloptwrap", list(algorithm = "NLOPT_LN_NELDERMEAD"))
)

best_of <- function(devfun, optimisers, starts) {
  lower <- environment(devfun)$lower
  best <- list(fval = Inf)
  for (start in starts) for (optimiser in optimisers) {
    found <- or_na(optimizeLmer(devfun, optimizer = optimiser[[1]], control = optimiser[[2]],
      start = start, restart_edge = TRUE, boundary.tol = 1e-5))
    if (is.list(found) && found$fval < best$fval) best <- list(par = found$par, fval = found$fval)
  }
  best$par
}

# Newton's method on the free parameters, the others are 0. The criterion does not know the sign
# of a column of the factor, so nothing is bounded here.
newton <- function(devfun, theta, free) {
  theta[!free] <- 0
  if (!any(free)) return(theta)
  f <- function(x) devfun(replace(theta, free, x))
  x <- theta[free]
  for (i in 1:8) {
    gradient <- numDeriv::grad(f, x, method.args = list(d = 0.01))
    step <- or_na(solve(numDeriv::hessian(f, x), gradient))
    # A rise by rounding is no rise.
    if (anyNA(step) || !(f(x - step) <= f(x) + 1e-9)) break
    x <- x - step
    if (all(abs(step) <= 1e-9 * max(abs(x)))) break
  }
  replace(theta, free, x)
}

# The minimum to many digits, with exact zeros where it is singular. With correlated effects the
# factor then has rank one (c = 0) or is zero; the fewest free parameters with the minimum win.
# That also keeps a numerical derivative of lmerTest from a parameter that is nearly zero.
polish <- function(devfun, theta) {
  lower <- environment(devfun)$lower
  free <- switch(length(theta),
    list(FALSE, TRUE),
    list(c(FALSE, FALSE), c(TRUE, FALSE), c(FALSE, TRUE), c(TRUE, TRUE)),
    list(c(FALSE, FALSE, FALSE), c(TRUE, TRUE, FALSE), c(TRUE, TRUE, TRUE))
  )
  found <- lapply(free, function(free) newton(devfun, theta, free))
  criteria <- vapply(found, devfun, 0)
  theta <- found[[which(criteria <= min(criteria) + 1e-9)[1]]]
  if (length(theta) == 3) return(c(sign(theta[1]) * theta[1:2], abs(theta[3])))
  abs(theta)
}

# One fit at the polished minimum, in the environment where its formula was written.
fit <- function(formula, data, reml = TRUE, thorough = FALSE, test = FALSE) {
  environment(formula) <- environment()
  devfun <- or_na(lmer(formula, data, REML = reml, devFunOnly = TRUE))
  if (!is.function(devfun)) return(NULL)
  first <- environment(devfun)$pp$theta
  starts <- list(first)
  if (length(first) == 3) starts <- c(starts, list(c(1, 0.02, 0.02), c(0.1, -0.05, 0.05)))
  if (length(first) == 2) starts <- c(starts, list(c(0.1, 0.05)))
  if (thorough) starts <- c(starts, list(c(2, -0.1, 0.01), c(0.01, 0.02, 0.001)))
  theta <- polish(devfun, best_of(devfun, OPTIMISERS[if (thorough) 1:5 else 1:2], starts))
  control <- lmerControl(optimizer = NULL)
  model <- NA
  if (test) {
    model <- or_na(lmerTest::lmer(formula, data, REML = reml, start = theta, control = control))
  }
  if (!isS4(model)) {
    model <- suppressMessages(
      lmer(formula, data, REML = reml, start = theta, control = control)
    )
  }
  list(model = model, devfun = devfun, theta = theta, criterion = devfun(theta))
}

CONTRASTS <- list(
  "4" = list(control = c(0, 1, 0, 0), treated = c(0, 1, 0, 1), difference = c(0, 0, 0, 1)),
  "3" = list(common = c(0, 1, 0)),
  "2" = list(common = c(0, 1))
)
slopes <- function(fitted, kenward_roger = FALSE) {
  model <- fitted$model
  v <- as.matrix(vcov(model))
  contrasts <- CONTRASTS[[as.character(nrow(v))]]
  out <- c()
  v_adjusted <- if (kenward_roger) or_na(pbkrtest::vcovAdj(model))
  for (name in names(contrasts)) {
    one <- contrasts[[name]]
    new <- c(slope = sum(one * fixef(model)), se = sqrt(sum(one * v %*% one)))
    if (is(model, "lmerModLmerTest")) new["df"] <- or_na(lmerTest::contest1D(model, one)$df)
    if (kenward_roger) {
      new["kr_se"] <- or_na(sqrt(sum(one * as.matrix(v_adjusted) %*% one)))
      new["kr_df"] <- or_na(pbkrtest::Lb_ddf(one, vcov(model), v_adjusted))
    }
    out <- c(out, setNames(new, paste(names(new), name, sep = "_")))
  }
  out
}

components <- function(fitted) {
  theta <- fitted$theta
  a <- theta[1]
  l <- if (length(theta) == 3) theta[2] else 0
  c <- if (length(theta) > 1) theta[length(theta)] else NA
  sd <- sigma(fitted$model)
  out <- c(sd_intercept = sd * abs(a), sd_slope = sd * sqrt(l^2 + c^2),
    correlation = if (length(theta) == 3 && a > 0 && l^2 + c^2 > 0) l / sqrt(l^2 + c^2) else NA,
    sigma = sd, theta1 = a, theta2 = l, theta3 = c,
    singular = as.numeric(isSingular(fitted$model)))
  out[switch(length(theta), c(1, 4, 5, 8), c(1, 2, 4, 5, 7, 8), 1:8)]
}

at_ours <- function(fitted, data, model) {
  row <- ours[ours$data == data & ours$model == model, ]
  if (is.null(ours) || nrow(row) != 1) return(NULL)
  theta <- unlist(row[c("theta1", "theta2", "theta3")])
  used <- switch(length(fitted$theta), 1, c(1, 3), 1:3)
  c(criterion_at_ours = or_na(fitted$devfun(unname(theta[used]))))
}

one_model <- function(data, model, formula, trial, ...) {
  kenward_roger <- model %in% c("pooled", "one_group")
  fitted <- fit(formula, trial, ...)
  if (is.null(fitted)) return(add(data, model, criterion = NA))
  default <- if (model == "pooled") {
    c(criterion_default = or_na(REMLcrit(lmer(formula, trial))))
  }
  add(data, model, criterion = fitted$criterion, default, at_ours(fitted, data, model),
    slopes(fitted, kenward_roger), components(fitted))
}

by_group <- function(data, trial) {
  fits <- list(
    control = fit(value ~ day + (day | patient_id), trial[trial$treated == 0, ], test = TRUE),
    treated = fit(value ~ day + (day | patient_id), trial[trial$treated == 1, ], test = TRUE)
  )
  if (any(sapply(fits, is.null))) return(add(data, "by_group", criterion = NA))
  out <- unlist(lapply(names(fits), function(group) {
    one <- c(criterion = fits[[group]]$criterion,
      at_ours(fits[[group]], data, paste0("by_group_", group)),
      components(fits[[group]]))
    names(one) <- paste(names(one), group, sep = "_")
    c(one, setNames(slopes(fits[[group]]), paste(c("slope", "se", "df"), group, sep = "_")))
  }))
  sum_of <- function(name) out[[paste0(name, "_control")]] + out[[paste0(name, "_treated")]]
  both <- c("criterion_at_ours_control", "criterion_at_ours_treated") %in% names(out)
  add(data, "by_group", criterion = sum_of("criterion"),
    if (all(both)) c(criterion_at_ours = sum_of("criterion_at_ours")),
    slope_difference = out[["slope_treated"]] - out[["slope_control"]],
    se_difference = sqrt(out[["se_treated"]]^2 + out[["se_control"]]^2), out)
}

FORMULA <- value ~ day * treated + (day | patient_id)
for (data in c(names(trials), "Orthodont")) {
  trial <- if (data %in% names(trials)) trials[[data]] else public[[data]]
  one_model(data, "pooled", FORMULA, trial, thorough = TRUE, test = TRUE)
  one_model(data, "ml", FORMULA, trial, reml = FALSE)
  additive <- value ~ day + treated + (day | patient_id)
  one_model(data, "additive_ml", additive, trial, reml = FALSE)
  one_model(data, "additive_reml", additive, trial)
  one_model(data, "uncorrelated",
    value ~ day * treated + (1 | patient_id) + (0 + day | patient_id), trial, test = TRUE)
  one_model(data, "intercept", value ~ day * treated + (1 | patient_id), trial, test = TRUE)
  one_model(data, "one_group", value ~ day + (day | patient_id), trial, test = TRUE)
  by_group(data, trial)
}
one_model("sleepstudy", "one_group", value ~ day + (day | patient_id), public$sleepstudy,
  thorough = TRUE, test = TRUE)

out <- do.call(rbind, rows)
out$value <- ifelse(is.na(out$value), "NA", sprintf("%.17g", out$value))
write.csv(out, arguments[3], row.names = FALSE, quote = FALSE)
