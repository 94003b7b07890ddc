# One nearest-neighbour match by MatchIt, for benchmarks/matching.py.
#   Rscript benchmarks/matching.R people.csv ratio
# Prints: seconds, MB used before and at most (R's own count of its heap), total distance, controls.
suppressMessages(library(MatchIt))
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(arguments[1])
rownames(data) <- data$patient_id
formula <- treated ~ age + male + bmi + pao2_fio2
before <- sum(gc(reset = TRUE)[, 2])
started <- proc.time()[["elapsed"]]
fit <- suppressWarnings(matchit(formula, data, method = "nearest", distance = "mahalanobis",
  ratio = as.integer(arguments[2]), m.order = "data"))
seconds <- proc.time()[["elapsed"]] - started
most <- sum(gc()[, 6])
chosen <- fit$match.matrix
distances <- mahalanobis_dist(formula, data)
total <- sum(sapply(seq_len(ncol(chosen)), function(k) {
  sum(distances[cbind(rownames(chosen), chosen[, k])])
}))
cat(seconds, before, most, total, sum(!is.na(chosen)), "\n")
