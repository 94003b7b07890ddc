# Reference values of metafor's meta-analyses and of base R's adjusted P values.
#   Rscript tests/reference/multiplicity.R out.csv
suppressMessages(library(metafor))

y <- list(
  signal = c(-2.24, -1.98, -1.82, 1.14, -0.28, 0.77, 0.92, 0.34, -0.35, 1.16, -1.31, -2.52),
  noise = c(0.2, -0.4, 0.1, -0.3, 0.5, -0.2, 0.05),
  unequal = c(-0.81, 0.35, 1.92, -1.44, 0.10, 2.75, -0.62, 0.48)
)
v <- list(
  signal = rep(1, 12),
  noise = rep(1, 7),
  unequal = c(0.30, 0.12, 0.55, 0.21, 0.09, 0.80, 0.26, 0.15)
)
p <- list(
  printed = c(0.025, 0.047, 0.068, 0.189, 0.012, seq(0.05, 0.95, length.out = 15)),
  ties = c(0.01, 0.01, 0.04, 0.04, 0.5),
  small = c(0.0004, 0.002, 0.003, 0.01, 0.04, 0.9)
)

rows <- list()
add <- function(what, case, key, value) {
  rows[[length(rows) + 1]] <<- data.frame(what = what, case = case, key = key, value = value)
}
control <- list(threshold = 1e-12, stepadj = 0.5, maxiter = 10000)
for (case in names(y)) {
  for (method in c("REML", "ML", "DL")) {
    fit <- rma(y[[case]], v[[case]], method = method, control = control)
    shrunk <- blup(fit)
    add("tau2", case, method, fit$tau2)
    add("mean", case, method, as.numeric(fit$beta))
    for (i in seq_along(y[[case]])) {
      add(paste("blup", method), case, i, shrunk$pred[i])
      add(paste("blup se", method), case, i, shrunk$se[i])
    }
  }
  # The estimates and their mirror images have mean zero, whatever the variance: by maximum
  # likelihood that is the model with a mean that is known to be zero.
  both <- rma(c(y[[case]], -y[[case]]), rep(v[[case]], 2), method = "ML", control = control)
  add("tau2", case, "zero mean", both$tau2)
  add("data y", case, seq_along(y[[case]]), y[[case]])
  add("data v", case, seq_along(v[[case]]), v[[case]])
}
for (case in names(p)) {
  add("data p", case, seq_along(p[[case]]), p[[case]])
  for (method in c("bonferroni", "holm", "hochberg", "BH", "BY")) {
    add(method, case, seq_along(p[[case]]), p.adjust(p[[case]], method))
  }
}
out <- do.call(rbind, rows)
out$value <- format(out$value, digits = 15, trim = TRUE, scientific = TRUE)
write.csv(out, commandArgs(trailingOnly = TRUE)[1], row.names = FALSE, quote = FALSE)
