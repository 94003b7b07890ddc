# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Capstone: audit the invented trial BREEZE
#
# The report is in `report.md`. Every value is invented.

# %%
import rescat

patients = rescat.load_table("capstone_patients")
events = rescat.load_table("capstone_events")
samples = rescat.load_table("capstone_samples")
statements = rescat.load_table("capstone_statements")
statements

# %% [markdown]
# ## One statement as an example
#
# C01: how many patients were randomised?

# %%
len(patients)

# %% [markdown]
# ## Your audit
#
# One cell for each statement. For the marker: `rescat.fit_slopes(samples)`.

# %%
treated = patients[patients["treated"]]
controls = patients[~patients["treated"]]
treated.describe().round(1)

# %% [markdown]
# ## Your findings
#
# | Statement | Agrees? | Recomputed | A harmless explanation |
# |---|---|---|---|
# | C01 | yes | | |
