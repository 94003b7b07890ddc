# A random-slope model with values below a limit, in R, for tests/slopes/test_censored.py.
#   Rscript tests/reference/censored.R trials.csv out.csv
# The likelihood is written anew, in another way than ours: the density of what was measured, times
# the mean of a product of pnorm over the random effects given that, by Gauss-Hermite quadrature of
# 100 nodes each, from the eigenvalues of Golub and Welsch (not adaptive). nlminb from a start by
# lme4, whatever our program found. The limit is a quantile of the values.
suppressMessages(library(lme4))
arguments <- commandArgs(trailingOnly = TRUE)
options(warn = -1)
trials <- split(read.csv(arguments[1], colClasses = c(data = "character")), ~data)
NAMES <- sprintf("T%02d", 1:8)

golub_welsch <- function(n) { # for the standard normal
  off <- sqrt(seq_len(n - 1))
  j <- matrix(0, n, n)
  j[cbind(1:(n - 1), 2:n)] <- off
  j[cbind(2:n, 1:(n - 1))] <- off
  e <- eigen(j, symmetric = TRUE)
  list(x = e$values, w = e$vectors[1, ]^2)
}
RULE <- golub_welsch(100)
GRID <- as.matrix(expand.grid(RULE$x, RULE$x))
WEIGHT <- as.vector(outer(RULE$w, RULE$w))
GRID <- GRID[WEIGHT > 1e-14, ]
WEIGHT <- WEIGHT[WEIGHT > 1e-14]

deviance_of <- function(p, parts, effects) {
  beta <- p[1:effects]
  root <- matrix(c(p[effects + 1], p[effects + 2], 0, p[effects + 3]), 2)
  s2 <- exp(2 * p[effects + 4])
  total <- 0
  for (part in parts) {
    seen <- !part$below
    zl <- part$z %*% root
    r <- part$y - part$x %*% beta
    m <- c(0, 0)
    v <- diag(2)
    if (any(seen)) {
      zo <- zl[seen, , drop = FALSE]
      all <- zo %*% t(zo) + s2 * diag(nrow(zo))
      half <- chol(all)
      total <- total + 2 * sum(log(diag(half))) + sum(backsolve(half, r[seen], transpose = TRUE)^2) +
        nrow(zo) * log(2 * pi)
      gain <- t(zo) %*% solve(all)
      m <- as.vector(gain %*% r[seen])
      v <- diag(2) - gain %*% zo
    }
    if (any(part$below)) {
      u <- GRID %*% chol(v) + rep(m, each = nrow(GRID))
      low <- (rep(r[part$below], each = nrow(GRID)) - u %*% t(zl[part$below, , drop = FALSE])) / sqrt(s2)
      total <- total - 2 * log(sum(WEIGHT * exp(rowSums(pnorm(low, log.p = TRUE)))))
    }
  }
  total
}

fit <- function(trial, drop_difference = FALSE) {
  start <- lmer(value ~ time * treated + (time | patient_id), trial, REML = FALSE)
  x <- model.matrix(~ time * treated, trial)
  beta <- fixef(start)
  if (drop_difference) {
    x <- x[, 1:3]
    beta <- beta[1:3]
  }
  rows <- split(seq_len(nrow(trial)), trial$patient_id)
  parts <- lapply(rows, function(i) list(x = x[i, , drop = FALSE], z = cbind(1, trial$time[i]),
    y = trial$value[i], below = trial$below[i]))
  theta <- pmax(abs(getME(start, "theta")), c(0.3, 0, 0.3)) * sigma(start)
  f <- function(p) deviance_of(p, parts, ncol(x))
  found <- list(par = c(beta, theta, log(sigma(start))))
  for (i in 1:2) found <- nlminb(found$par, f, control = list(rel.tol = 1e-13, iter.max = 500, eval.max = 2000))
  list(par = found$par, deviance = found$objective, f = f)
}

rows <- list()
for (k in seq_along(NAMES)) {
  trial <- trials[[NAMES[k]]]
  limit <- unname(quantile(trial$value, c(0.05, 0.1, 0.15)[k %% 3 + 1]))
  trial$below <- trial$value < limit
  trial$value <- pmax(trial$value, limit)
  scale <- sd(trial$day)
  trial$time <- (trial$day - mean(trial$day)) / scale
  full <- fit(trial)
  without <- fit(trial, TRUE)
  v <- MASS::ginv(numDeriv::hessian(full$f, full$par) / 2, tol = 1e-7)
  rows[[k]] <- data.frame(data = NAMES[k], limit = limit, below = sum(trial$below),
    deviance = full$deviance, deviance_without = without$deviance,
    slope = full$par[4] / scale, se = sqrt(v[4, 4]) / scale, sigma = exp(full$par[8]))
}
out <- do.call(rbind, rows)
for (column in setdiff(names(out), c("data", "below"))) out[[column]] <- sprintf("%.15g", out[[column]])
write.csv(out, arguments[2], row.names = FALSE, quote = FALSE)
