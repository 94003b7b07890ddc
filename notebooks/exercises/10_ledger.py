# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   language_info:
#     name: python
# ---

# %% [markdown]
# # Exercises: the ledger
#
# These are the exercises of the chapter [{{ chapter }}](../10_ledger.ipynb). The figures, tables and
# sections that they name are there. **Minutes**: {{ minutes }}.
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page. Each exercise needs only the cell of parameters and the one below it.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% tags=["parameters"]
data_dir = "data"  # folder with patients.csv and events.csv

# %%
import rescat

claims = rescat.load_claims()
audited = rescat.audit(claims, rescat.Tables(data_dir))
changed = rescat.Tables(data_dir)
stay = changed.patients["length_of_stay"]
changed.patients = changed.patients.assign(length_of_stay=stay + 1)

rescat.banner(audited)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: strong words in the Discussion
#
# *Read a table · 4 minutes*
#
# Filter the ledger by the part *Discussion* and the verdict *stronger than the figures*. How many
# statements remain?

# %% tags=["stub"]
n_remaining = ...
rescat.check("10-1", n_remaining)

# %% tags=["solution"]
part = audited["section"].str.split(",").str[0]
n_remaining = (
    part.eq("Discussion") & audited["verdict"].eq("stronger than the figures")
).sum()
print(n_remaining)
rescat.check("10-1", n_remaining)

# %% [markdown] tags=["instructor"]
# Typical error: all verdicts of the Discussion are counted, because one filter is left open. Ask the
# fellows to read one row, and to write the same statement in words that the figures do show.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: three weeks
#
# *Change a parameter · 8 minutes*
#
# SAF-18 says that all patients were discharged within three weeks. Add one day to each
# {term}`length of stay`, then two, and so on, as in the last cells of code of the chapter. With how many days does its verdict first
# become *not reproduced*?

# %% tags=["stub"]
days_added = ...
rescat.check("10-2", days_added)

# %% tags=["solution"]
three_weeks = claims.query("claim_id == 'SAF-18'")
days_added = 0
verdict_now = ""
while verdict_now != "not reproduced":
    days_added += 1
    longer = rescat.Tables(data_dir)
    longer.patients = longer.patients.assign(length_of_stay=stay + days_added)
    verdict_now = rescat.audit(three_weeks, longer)["verdict"].iloc[0]
print(days_added)
rescat.check("10-2", days_added)

# %% [markdown] tags=["instructor"]
# Typical error: one day too few, because a stay of exactly three weeks is thought to fail. The
# matched controls stayed longer, but the statement is about patients of the trial. Ask from which
# day the three weeks are counted.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: which verdicts follow?
#
# *Re-run with other parameters · 8 minutes*
#
# Audit the **whole** ledger with the tables `changed`, in which each stay is one day longer. Which
# statements get another verdict? Give their numbers as a list, such as `["COH-01", "SAF-01"]`.

# %% tags=["stub"]
followed = ...
rescat.check("10-3", followed)

# %% tags=["solution"]
again = rescat.audit(claims, changed)
moved = again["verdict"].ne(audited["verdict"])
followed = audited.loc[moved, "claim_id"].tolist()
print(followed)
rescat.check("10-3", followed)

# %% [markdown] tags=["instructor"]
# Typical error: only the statement of the last cell, or also those whose figure changed and whose
# verdict did not. One statement becomes *reproduced*: ask the fellows to read its row, and to say
# what a day more removes.

# %% [markdown] tags=["exercise"]
# ## Exercise 4: one number that would decide
#
# *Think · 6 minutes*
#
# Choose a row that can't be checked. Which single number, if it were public, would decide it? Write
# it as a courteous question to the authors, in one sentence.

# %% [markdown] tags=["solution"]
# One possible answer, for SAF-02: *Could you tell us whether adverse events were recorded for the
# control patients in the same way and over the same months, and how many there were?*
#
# A good answer asks for one thing, names the statement, and can be answered without giving away a
# patient's data.

# %% [markdown] tags=["instructor"]
# Many ask for all data. Ask for the smallest answer that would decide the row: it is the one that a
# busy author may give.
