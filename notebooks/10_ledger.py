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
#     answer: >-
#       **What holds of the paper?** {glue:text}`summary` Where a statement does not hold, two
#       printed things do not go together, or words are stronger than the figures. **How sure:**
#       {glue:text}`n_computed` verdicts are computed by functions that anybody can run;
#       {glue:text}`n_typed` are typed, with a reason. **What would change it:** the supplement, the
#       patients' values, or [a correction](../corrections).
#     objectives:
#       - find what the paper says about a subject, and what its public tables say to it
#       - tell two statements that can't both be right from words that are stronger than the figures
#       - tell what was not read from what nothing public decides
#       - follow a verdict to the place where it is computed, and say what would change it
#       - write a correction, and send it to us
#     before: '[the cohort](01_cohort)'
#     needs: only the paper
#     estimand: none
#     ledger: none
# ---

# %% [markdown]
# # The ledger: every examined statement, with its verdict

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% [markdown]
# In a hurry? The [ten findings](../summary) fit on one page.

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv and events.csv

# %% tags=["hide-input"]

import rescat
from rescat import pages, tables

claims = rescat.load_claims()
audited = rescat.audit(claims, rescat.Tables(data_dir))

rescat.banner(audited)

# %% tags=["remove-cell"]
typed = audited["check"].eq("typed judgement")
pages.say(
    summary=rescat.finding_sentence(audited),
    n_computed=int((~typed).sum()),
    n_typed=int(typed.sum()),
)

# %% [markdown]
# ## The findings
#
# {glue:text}`summary`
#
# A finding gathers the statements that rest on one fact. Its verdict is the one among them that weighs
# most. A count is no mark for the paper: the statements were chosen by us.

# %% tags=["hide-input"]
pages.findings_overview(audited)

# %% [markdown]
# ## How to read it
#
# Each row of the ledger is one statement of the paper {cite}`tonelli2025`, in its own words. The
# {term}`verdict` says how it stands beside the paper's own tables, its other passages and the
# sources that it cites. The words of the verdicts are chosen with care:
#
# - **Can be right if** names a condition. If it holds, the statement is right.
# - **Cannot both be right** names two printed things that do not go together: one of them needs a
#   correction. Most are slips.
# - **Stronger than the figures** is about words, not figures: the words may be true, and what is
#   printed does not show it.
# - **The source says otherwise** names the source, and what it says.
# - **Not read** is about us: something public would decide, and we could not read it.
# - **Not checkable** is no reproach. It says that nothing public decides.
# - **A slip** is one of language or spelling, and touches no result. Slips are folded away.
#
# {glue:text}`n_computed` verdicts come from a check, a short function that
# anybody can read and run. {glue:text}`n_typed` are typed by a person, with a reason.

# %% tags=["hide-input"]
pages.verdicts_by_chapter(audited)

# %% [markdown]
# ## The whole ledger
#
# The rows on which a conclusion rests come first, and among them those that weigh most.
# Search for words, choose a part of the paper, a chapter, an importance or a verdict, or sort by a
# column. The address of the page follows what you choose, so that you can send it to somebody.
# "Save as CSV" saves the rows that are shown. Slips of language and spelling are folded below the
# table. Without scripts, and on paper, it is a plain table. Each row has an address: click on its
# number, and copy the address from your browser. The last line of a row leads to the chapter
# where the computation stands, and names the check and its file. [The paper, annotated](../paper)
# shows the same statements where they stand in the text.

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
columns = ["claim_id", "quotation", "verdict", "recomputed", "origin"]
labels = {
    "claim_id": "Claim",
    "quotation": "The paper says",
    "recomputed": "Recomputed",
}
tables.show_table(
    before[columns],
    name="before",
    title="The row as it is",
    source="Table 1",
    labels=labels,
)

# %%
changed = rescat.Tables(data_dir)
stay = changed.patients["length_of_stay"]
changed.patients = changed.patients.assign(length_of_stay=stay + 1)
after = rescat.audit(row, changed)
tables.show_table(
    after[columns],
    name="after",
    title="The row after a change: each stay is a day longer",
    source="Table 1, changed",
    labels=labels,
)

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
# - *"Can be right if means probably wrong."* It means that a word is missing, which we name.
# - *"Stronger than the figures means false."* The words may be true. The figures do not show it.
# - *"Reproduced means true."* It means that the text and the tables agree.
# - *"The ledger grades the paper."* The statements were chosen, so their counts are no mark.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
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
