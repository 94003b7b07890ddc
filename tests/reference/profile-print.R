# What R's usual route prints of one trial, for tests/synthetic/test_twin.py.
#   Rscript tests/reference/profile-print.R trial.csv out.csv
# Slopes and P values by lmerTest (Satterthwaite), limits by confint (profile). The optimiser is one
# that does not stop early on raw days. The slope of the treated is that of day with the label
# turned round.
suppressMessages(library(lmerTest))
arguments <- commandArgs(trailingOnly = TRUE)
options(warn = -1)
trial <- read.csv(arguments[1])
rows <- list()
for (turned in c(FALSE, TRUE)) {
  trial$label <- if (turned) 1 - trial$treated else trial$treated
  model <- suppressMessages(lmer(value ~ day * label + (day | patient_id), trial,
    control = lme4::lmerControl(optimizer = "bobyqa")))
  table <- coef(summary(model))
  limits <- suppressMessages(confint(model, parm = "beta_"))
  terms <- if (turned) c(treated = "day") else c(control = "day", difference = "day:label")
  for (term in names(terms)) {
    name <- terms[[term]]
    rows[[term]] <- data.frame(term = term, slope = table[name, "Estimate"],
      ci_low = limits[name, 1], ci_high = limits[name, 2], p_value = table[name, "Pr(>|t|)"])
  }
}
write.csv(do.call(rbind, rows), arguments[2], row.names = FALSE)
