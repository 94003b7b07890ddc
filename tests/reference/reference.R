# Reference values from base R, for tests/reference/test_r_values.py.
#   Rscript tests/reference/reference.R tests/reference/r-values.csv
target <- commandArgs(trailingOnly = TRUE)[1]

samples <- list(
  age = c(58, 60, 56, 52, 78),
  stay = c(13, 18, 15, 19, 10),
  two = c(10, 12),
  ten = c(16, 51, 14, 30, 43, 44, 30, 7, 15, 19)
)
rows <- list()
add <- function(what, key, value) {
  rows[[length(rows) + 1]] <<- data.frame(what = what, key = key, value = value)
}

for (name in names(samples)) for (type in 1:9) for (p in c(0.25, 0.5, 0.75)) {
  key <- paste(name, type, p)
  add("quantile", key, quantile(samples[[name]], p, type = type, names = FALSE))
}
for (n in c(2, 5, 10, 17)) for (x in 0:n) {
  limits <- binom.test(x, n)$conf.int
  add("exact_low", paste(x, n), limits[1])
  add("exact_high", paste(x, n), limits[2])
}
rate <- poisson.test(7)$conf.int
add("poisson", "low", rate[1])
add("poisson", "high", rate[2])

# Every way to treat five of seven: the difference in mean stay, as the randomisation test has it.
stay <- c(13, 10, 18, 15, 19, 12, 10)
observed <- c(1, 3, 4, 5, 7)
difference <- function(i) mean(stay[i]) - mean(stay[-i])
all <- apply(combn(7, 5), 2, difference)
add("randomisation", "p", mean(abs(all) >= abs(difference(observed)) - 1e-9))

write.csv(do.call(rbind, rows), target, row.names = FALSE, quote = FALSE)
