# Reference values of metafor's meta-analyses of counts.
#   Rscript tests/reference/meta.R out.csv
suppressMessages(library(metafor))

cases <- list(
  # treated events, treated patients, control events, control patients: invented
  plain = rbind(c(2, 12, 7, 12), c(10, 20, 16, 20), c(5, 21, 4, 24), c(5, 11, 1, 6),
                c(42, 112, 47, 110), c(3, 10, 6, 10)),
  zeros = rbind(c(0, 12, 3, 29), c(2, 12, 7, 12), c(0, 8, 5, 24), c(1, 10, 0, 10),
                c(0, 5, 0, 2), c(6, 30, 2, 29)),
  apart = rbind(c(3, 40, 15, 40), c(12, 30, 3, 31), c(5, 50, 6, 48), c(1, 25, 9, 24),
                c(8, 60, 2, 61), c(2, 35, 12, 33), c(9, 44, 9, 45))
)
rows <- list()
add <- function(case, measure, method, key, value) {
  rows[[length(rows) + 1]] <<- data.frame(case, measure, method, key, value = as.numeric(value))
}
pooled <- function(case, measure, method, fit) {
  for (key in c("beta", "ci.lb", "ci.ub", "pval")) add(case, measure, method, key, fit[[key]])
}
control <- list(threshold = 1e-14, stepadj = 0.5, maxiter = 10000)
for (case in names(cases)) {
  x <- cases[[case]]
  for (i in seq_len(nrow(x))) {
    for (j in 1:4) add(case, "counts", i, j, x[i, j])
  }
  ratio <- x[x[, 1] + x[, 3] > 0, ]
  for (measure in c("RR", "OR", "RD")) {
    y <- if (measure == "RD") x else ratio
    args <- list(measure = measure, ai = y[, 1], n1i = y[, 2], ci = y[, 3], n2i = y[, 4])
    es <- do.call(escalc, c(args, add = 1/2, to = "only0", addyi = measure != "RD"))
    for (i in seq_len(nrow(es))) {
      add(case, measure, "effect", i, es$yi[i])
      add(case, measure, "variance", i, es$vi[i])
    }
    for (test in c("knha", "adhoc", "z")) {
      fit <- rma(yi, vi, data = es, method = "REML", test = test, control = control)
      method <- paste("REML", test)
      pooled(case, measure, method, fit)
      add(case, measure, method, "tau2", fit$tau2)
      add(case, measure, method, "i2", fit$I2 / 100)
      add(case, measure, method, "q", fit$QE)
      add(case, measure, method, "q_p", fit$QEp)
      predicted <- predict(fit)
      add(case, measure, method, "pi.lb", predicted$pi.lb)
      add(case, measure, method, "pi.ub", predicted$pi.ub)
      for (i in seq_len(nrow(es))) add(case, measure, method, paste("weight", i), weights(fit)[i] / 100)
    }
    profile <- confint(fit, control = list(tol = 1e-12, maxiter = 10000))$random
    add(case, measure, "Q profile", "tau2_low", profile["tau^2", "ci.lb"])
    add(case, measure, "Q profile", "tau2_high", profile["tau^2", "ci.ub"])
    pooled(case, measure, "MH", do.call(rma.mh, c(args, correct = FALSE)))
    small <- regtest(es$yi, es$vi, model = "lm")
    add(case, measure, "small studies", "slope", coef(small$fit)[2])
    add(case, measure, "small studies", "p", small$pval)
  }
  # The exact conditional likelihood. metafor's search fails where the variance between trials is
  # zero; then the fit without one is the same.
  args <- list(measure = "OR", ai = ratio[, 1], n1i = ratio[, 2], ci = ratio[, 3], n2i = ratio[, 4],
               model = "CM.EL", test = "z")
  exact <- list(dnchgcalc = "dnoncenhypergeom", optCtrl = list(rel.tol = 1e-12))
  pooled(case, "OR", "exact", do.call(rma.glmm, c(args, method = "EE", control = list(exact))))
  if (case != "plain") {
    between <- list(dnchgcalc = "dnoncenhypergeom", optimizer = "BFGS",
                    optCtrl = list(reltol = 1e-13), intCtrl = list(rel.tol = 1e-9))
    fit <- do.call(rma.glmm, c(args, method = "ML", control = list(between)))
    pooled(case, "OR", "binomial-normal", fit)
    add(case, "OR", "binomial-normal", "tau2", fit$tau2)
  }
}
out <- do.call(rbind, rows)
out$value <- format(out$value, digits = 15, trim = TRUE, scientific = TRUE)
write.csv(out, commandArgs(trailingOnly = TRUE)[1], row.names = FALSE, quote = FALSE)
