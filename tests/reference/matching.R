# Reference values from MatchIt for matching and balance.
#   Rscript tests/reference/matching.R cases.csv out.csv
# cases.csv: case,patient_id,treated,male,age,bmi,pao2_fio2 (male as 0 and 1), patients in the order
# of their names. The result is tests/reference/matching-values.csv: case,what,key,value.
#
# MatchIt 4.5.1 (Debian 12): method "optimal" needs optmatch, which Debian does not have, and its
# robust_mahalanobis_dist stops with an error. The ranks are therefore written out here, after
# Rosenbaum (2010), Design of Observational Studies, section 8.3. And nearest neighbours by a
# propensity score are asked for with the matrix of distances: given the scores alone, 4.5.1 takes
# controls that are not the nearest (of the paper's patients it gives 1 to 11, although 10 is free
# and nearer).
suppressMessages(library(MatchIt))
arguments <- commandArgs(trailingOnly = TRUE)
FOUR <- c("age", "male", "bmi", "pao2_fio2")
FORMULA <- treated ~ age + male + bmi + pao2_fio2
cases <- split(read.csv(arguments[1], colClasses = c(patient_id = "character")), ~case)

rows <- list()
add <- function(case, what, key, value) {
  rows[[length(rows) + 1]] <<- data.frame(case = case, what = what, key = key, value = value)
}

distances <- function(case, what, d) {
  for (i in rownames(d)) for (j in colnames(d)) add(case, what, paste(i, j), d[i, j])
}

rank_distances <- function(data) {
  ranks <- apply(data[FOUR], 2, rank)
  ranks <- ranks[, apply(ranks, 2, sd) > 0, drop = FALSE]
  covariance <- cov(ranks)
  scale <- sd(seq_len(nrow(data))) / sqrt(diag(covariance))
  inverse <- solve(diag(scale, length(scale)) %*% covariance %*% diag(scale, length(scale)))
  treated <- which(data$treated == 1)
  d <- sapply(which(data$treated == 0), function(j) {
    sqrt(mahalanobis(ranks[treated, , drop = FALSE], ranks[j, ], inverse, inverted = TRUE))
  })
  dimnames(d) <- list(data$patient_id[treated], data$patient_id[data$treated == 0])
  d
}

nearest <- function(case, what, data, ...) {
  fit <- suppressWarnings(matchit(FORMULA, data, method = "nearest", m.order = "data", ...))
  for (i in rownames(fit$match.matrix)) {
    chosen <- fit$match.matrix[i, ]
    for (k in seq_along(chosen)) {
      add(case, what, paste(i, k), if (is.na(chosen[k])) "none" else chosen[k])
    }
  }
  fit
}

balance <- function(case, what, fit, denominator) {
  found <- summary(fit, standardize = TRUE, pair.dist = FALSE)
  found <- list(before = found$sum.all, after = found$sum.matched)
  names <- c("mean_treated", "mean_control", "smd", "variance_ratio", "ecdf_mean", "ecdf_max")
  for (sample in names(found)) for (covariate in FOUR) for (k in 1:6) {
    add(case, what, paste(sample, covariate, names[k]), found[[sample]][covariate, k])
  }
}

for (case in names(cases)) {
  data <- cases[[case]]
  rownames(data) <- data$patient_id
  treated <- data$treated == 1
  logit <- predict(glm(FORMULA, binomial, data))
  by_score <- abs(outer(logit[treated], logit[!treated], "-"))
  if (sum(treated) * sum(!treated) < 400) {
    distances(case, "mahalanobis", mahalanobis_dist(FORMULA, data))
    distances(case, "rank_mahalanobis", rank_distances(data))
    distances(case, "propensity", by_score)
  }
  nearest(case, "nearest 1", data, distance = "mahalanobis", ratio = 1)
  fit <- nearest(case, "nearest 2", data, distance = "mahalanobis", ratio = 2)
  nearest(case, "nearest exact", data, distance = "mahalanobis", ratio = 1, exact = ~male)
  nearest(case, "nearest propensity", data, distance = by_score, ratio = 1)
  nearest(case, "nearest caliper", data, distance = "mahalanobis", ratio = 1,
    caliper = c(age = 6, bmi = 4), std.caliper = FALSE)
  balance(case, "balance treated", fit)
  # The denominator follows the estimand: that of the ATE is the pooled one.
  fit$estimand <- "ATE"
  balance(case, "balance pooled", fit)
}

out <- do.call(rbind, rows)
number <- suppressWarnings(as.numeric(out$value))
text <- grepl("^nearest", out$what)
out$value <- ifelse(text, out$value, ifelse(is.na(number), "NA", sprintf("%.15g", number)))
write.csv(out, arguments[2], row.names = FALSE, quote = FALSE)
