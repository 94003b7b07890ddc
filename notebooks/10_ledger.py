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
#   rescat:
#     objectives:
#       - find what the paper says about a subject, and what its public tables say to it
#       - tell a statement that is in tension from one that can't be checked
#       - follow a verdict to the place where it is computed, and say what would change it
#       - write a correction, and send it to us
#     before: '[the cohort](01_cohort)'
#     minutes: 25
#     needs: only the paper
#     estimand: none
#     ledger: none
# ---

# %% [markdown]
# # The ledger: every examined statement, with its verdict
#
# {{ head }}
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
# The [exercises of this chapter](exercises/10_ledger.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 10_ledger
# ```
