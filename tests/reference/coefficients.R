# Fixed effects, predictions and residuals by lme4, lmerTest and pbkrtest, for
# tests/slopes/test_result.py.
#   Rscript tests/reference/coefficients.R trials.csv slopes-values.csv out.csv
# Four trials: an interior fit, a singular one, a patient with one sample, times far from zero. The
# fits are those of slopes.R: lme4's optimisers stop early, so its polished parameters are taken.
suppressMessages({library(lme4); library(pbkrtest)})
arguments <- commandArgs(trailingOnly = TRUE)
trials <- split(read.csv(arguments[1], colClasses = c(data = "character")), ~data)
values <- read.csv(arguments[2], colClasses = c(data = "character"))
NAMES <- c("T20", "T13", "T22", "O01")
TERMS <- list("Intercept" = c(1, 0, 0, 0), "day" = c(0, 1, 0, 0), "treated" = c(0, 0, 1, 0),
  "day:treated" = c(0, 0, 0, 1), "treated + 28 day:treated" = c(0, 0, 1, 28),
  "-day + 0.5 treated" = c(0, -1, 0.5, 0))

rows <- list()
add <- function(data, what, key, value) {
  rows[[length(rows) + 1]] <<- data.frame(data = data, what = what, key = key, value = value)
}
for (name in NAMES) {
  trial <- trials[[name]]
  one <- values[values$data == name & values$model == "pooled", ]
  theta <- one$value[match(paste0("theta", 1:3), one$quantity)]
  model <- suppressMessages(lmerTest::lmer(value ~ day * treated + (day | patient_id), trial,
    start = list(theta = theta), control = lmerControl(optimizer = NULL)))
  adjusted <- vcovAdj(model)
  for (term in names(TERMS)) {
    weights <- TERMS[[term]]
    test <- lmerTest::contest1D(model, weights, confint = TRUE, level = 0.9)
    add(name, "estimate", term, test$Estimate)
    add(name, "se", term, test$`Std. Error`)
    add(name, "df", term, test$df)
    add(name, "p_value", term, test$`Pr(>|t|)`)
    add(name, "low_90", term, test$lower)
    add(name, "high_90", term, test$upper)
    add(name, "kr_se", term, sqrt(sum(weights * as.matrix(adjusted) %*% weights)))
    add(name, "kr_df", term, Lb_ddf(weights, vcov(model), adjusted))
  }
  effects <- ranef(model)$patient_id
  add(name, "effect_Intercept", rownames(effects), effects[["(Intercept)"]])
  add(name, "effect_day", rownames(effects), effects[["day"]])
  add(name, "fitted", seq_len(nrow(trial)) - 1, fitted(model))
  add(name, "resid", seq_len(nrow(trial)) - 1, resid(model))
  add(name, "predict", seq_len(nrow(trial)) - 1, predict(model, re.form = NA))
}
out <- do.call(rbind, rows)
out$value <- sprintf("%.10g", out$value)
write.csv(out, arguments[3], row.names = FALSE, quote = FALSE)
