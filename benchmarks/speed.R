# Fits per second of lme4, and the t of the first relabellings. speed.py calls it in each round.
#   Rscript speed.R trial.csv labels.csv seconds compared
# trial.csv has patient (a number), day (scaled) and value; labels.csv has one row per relabelling.
# It prints one line for each route: name, fits, seconds, and t of the first relabellings.
if (!requireNamespace("lme4", quietly = TRUE)) quit(status = 3)
suppressMessages(library(lme4))
options(warn = -1)
arguments <- commandArgs(trailingOnly = TRUE)
trial <- read.csv(arguments[1])
labels <- as.matrix(read.csv(arguments[2], header = FALSE)) + 0
seconds <- as.numeric(arguments[3])
compared <- as.integer(arguments[4])
patient <- trial$patient + 1
trial$patient <- factor(trial$patient)
formula <- value ~ day * treated + (day | patient)

t_of <- function(beta, unscaled, sigma) unname(beta[4] / (sigma * sqrt(unscaled[4, 4])))

whole <- function(control) function(i) {
  trial$treated <- labels[i, patient]
  fit <- suppressMessages(lmer(formula, trial, control = control))
  t_of(fixef(fit), fit@pp$unsc(), sigma(fit))
}

# lme4's modules, as its manual has them (?modular). No fit object is made.
optimised <- function(devfun, optimizer, start = NULL) {
  found <- optimizeLmer(devfun, optimizer = optimizer, start = start)
  devfun(found$par) # leaves the module at the optimum
  with(environment(devfun), {
    residual <- (resp$wrss() + pp$sqrL(1)) / (length(resp$y) - ncol(pp$X))
    t_of(pp$beta(1), pp$unsc(), sqrt(residual))
  })
}
modules <- function(i) {
  trial$treated <- labels[i, patient]
  parsed <- lFormula(formula, trial)
  optimised(do.call(mkLmerDevfun, parsed), "nloptwrap")
}
# A relabelling changes two columns of X and nothing else, so the formula is parsed once.
trial$treated <- labels[1, patient]
parsed <- lFormula(formula, trial)
observed <- list(theta = unname(getME(suppressMessages(lmer(formula, trial)), "theta")))
columns <- function(optimizer, start = NULL) function(i) {
  x <- parsed$X
  x[, 3] <- labels[i, patient]
  x[, 4] <- x[, 2] * x[, 3]
  optimised(mkLmerDevfun(parsed$fr, x, parsed$reTrms, start = start), optimizer, start)
}

routes <- list(
  "lmer, as it comes" = whole(lmerControl()),
  "lmer, no derivatives at the end" = whole(lmerControl(calc.derivs = FALSE)),
  "modules, nloptwrap" = modules,
  "modules, formula parsed once, nloptwrap" = columns("nloptwrap"),
  "the same, from the observed optimum" = columns("nloptwrap", observed),
  "modules, formula parsed once, bobyqa" = columns("bobyqa"),
  "modules, formula parsed once, nlminbwrap" = columns("nlminbwrap"),
  "the same from the observed optimum, nlminbwrap" = columns("nlminbwrap", observed)
)
for (name in names(routes)) {
  fit <- routes[[name]]
  t <- sapply(seq_len(compared), fit) # also loads and compiles what the first calls need
  fits <- 0
  started <- proc.time()[["elapsed"]]
  repeat {
    fit(fits %% nrow(labels) + 1)
    fits <- fits + 1
    elapsed <- proc.time()[["elapsed"]] - started
    if (elapsed >= seconds) break
  }
  cat(name, fits, elapsed, sprintf("%.9g", t), sep = "\t")
  cat("\n")
}
cat("version", as.character(packageVersion("lme4")), sep = "\t")
cat("\n")
