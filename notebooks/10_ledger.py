# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
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
# # The ledger: every examined statement, with its verdict
#
# **After this chapter you can**
#
# - find what the paper says about a subject, and what its public tables say to it;
# - tell a statement that is in tension from one that can't be checked;
# - follow a verdict to the place where it is computed, and say what would change it;
# - write a correction, and send it to us.
#
# **Before it**: [the cohort](01_cohort) · **Minutes**: 25 to read, 26 for the
# exercises
#
# In a hurry? The [ten findings](../summary) fit on one page.

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv and events.csv

# %% tags=["hide-input"]

import rescat
from rescat import pages

claims = rescat.load_claims()
audited = rescat.audit(claims, rescat.Tables(data_dir))

rescat.banner(audited)

# %% tags=["remove-cell"]
typed = audited["check"].eq("typed judgement")
pages.say(
    summary=rescat.verdict_sentence(audited),
    n_computed=int((~typed).sum()),
    n_typed=int(typed.sum()),
)

# %% [markdown]
# ## How to read it
#
# Each row is one statement of the paper {cite}`tonelli2025`, in its own words. The
# {term}`verdict` says how it stands beside the paper's own tables and its other passages. The words
# of the verdicts are chosen with care:
#
# - **Not checkable** is no reproach. It says that nothing public decides.
# - **In tension with** names what the words are held against: another passage, a table, their own
#   limits, or a cited study. Both can be true; we say how, where we know.
# - **Attainable only if** names a condition. If it holds, the figure is right.
#
# {glue:text}`summary` {glue:text}`n_computed` verdicts come from a check, a short function that
# anybody can read and run. {glue:text}`n_typed` are typed by a person, with a reason.

# %% tags=["hide-input"]
pages.verdicts_by_chapter(audited)

# %% [markdown]
# ## The whole ledger
#
# Search for words, choose a part of the paper, a chapter or a verdict, or sort by a column. Without
# scripts, and on paper, it is a plain table. Each row has an address: click on its number, and copy
# the address from your browser. The last line of a row leads to its place in its chapter,
# where the computation stands, and names the check and its file.

# %% tags=["remove-input"]
rescat.ledger_page(audited, rescat.load_corrections())

# %% [markdown]
# ## One verdict, computed before your eyes
#
# Every chapter reads its part of this ledger, so no verdict stands in two places. Here is one row,
# computed again. If you change a value of Table 1 first, the verdict follows.

# %%
row = claims.query("claim_id == 'SAF-15'")
before = rescat.audit(row, rescat.Tables(data_dir))
before[["claim_id", "quotation", "verdict", "recomputed"]]

# %%
changed = rescat.Tables(data_dir)
stay = changed.patients["length_of_stay"]
changed.patients = changed.patients.assign(length_of_stay=stay + 1)
after = rescat.audit(row, changed)
after[["claim_id", "verdict", "recomputed"]]

# %% [markdown]
# ## Reporting checklists
#
# The ledger examines what the paper says. What a report of a trial *should* say is another
# question. Three [checklists](../checklists) ask it: the items of CONSORT 2025, the attributes of
# an {term}`estimand`, and checks in the style of INSPECT-SR.
#
# ## If we are wrong
#
# Please tell us, above all if you are an author of the paper. A response is shown beside the verdict
# it concerns, here and in the chapter. See [corrections](../corrections) and the
# [changelog](../changelog).
#
# ## What this does not show
#
# - The statements were chosen by us. We took what can be held to a table or to another passage, and
#   what a clinician would rely on. A count of verdicts is therefore no mark for the paper.
# - The supplement could not be read. Some rows would get another verdict with it
#   ([how to add it](../supplement)).
# - Agreement of a figure with Table 1 does not show that Table 1 is right.

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"Not checkable means doubtful."* It means that nothing public decides.
# - *"In tension means that one of the two is wrong."* Both can be true. A word of explanation is
#   missing.
# - *"Reproduced means true."* It means that the text and the tables agree.
# - *"The ledger grades the paper."* The statements were chosen, so their counts are no mark.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page.

# %% [markdown] tags=["page"]
# ```{exercise-files} 10_ledger
# ```

# %% [markdown] tags=["exercise"]
# ### Exercise 1: tension in the Discussion
#
# *Read a table · 4 minutes*
#
# Filter the ledger by the part *Discussion* and the verdict *in tension with*. How many statements
# remain?

# %% tags=["stub"]
n_remaining = ...
rescat.check("10-1", n_remaining)

# %% tags=["solution"]
part = audited["section"].str.split(",").str[0]
n_remaining = (
    part.eq("Discussion") & audited["verdict"].eq("in tension with")
).sum()
print(n_remaining)
rescat.check("10-1", n_remaining)

# %% [markdown] tags=["instructor"]
# Typical error: all verdicts of the Discussion are counted, because one filter is left open. Ask the
# fellows to read one row with its second passage, and to find how both could be true.

# %% [markdown] tags=["exercise"]
# ### Exercise 2: three weeks
#
# *Change a parameter · 8 minutes*
#
# SAF-18 says that all patients were discharged within three weeks. Add one day to each
# {term}`length of stay`, then two, and so on, as in the last cells above. With how many days does its verdict first
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
# ### Exercise 3: which verdicts follow?
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
# ### Exercise 4: one number that would decide
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

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 10_ledger
# ```
