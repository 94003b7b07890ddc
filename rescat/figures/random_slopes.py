"""Figures of the chapter on random slopes."""

import textwrap

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from scipy import stats

from ..slopes.permutation import PermutationTest
from ..slopes.result import SlopeFit
from ..slopes.trajectories import GROUPS
from ._style import GREY, INK, canvas, forest, short, stamp

# Not the colours of the arms: the groups of an invented trial are no arms.
GROUP_COLOURS = {"control": "#4C5B66", "treated": "#B3246B"}
GROUP_MARKERS = {"control": "s", "treated": "o"}


def trajectories_by_group(samples: pd.DataFrame, fit: SlopeFit) -> Figure:
    """Every patient's samples and own line, and the line of the group.

    Parameters
    ----------
    samples : DataFrame
        ``patient_id``, ``treated``, ``day``, ``value``, ``origin``.
    fit : SlopeFit
        Of the same samples, for two groups.
    """
    patients = fit.patients()
    figure, panels = canvas(3.6, ncols=2, sharex=True, sharey=True)
    for axes, group in zip(panels, GROUPS, strict=True):
        own = samples[samples["treated"].eq(group == "treated")]
        colour = GROUP_COLOURS[group]
        sns.scatterplot(
            data=own, x="day", y="value", color=colour, marker=GROUP_MARKERS[group], s=16,
            alpha=0.7, ax=axes, zorder=3,
        )  # fmt: skip
        for patient in patients[patients["group"].eq(group)].itertuples():
            span = own.loc[own["patient_id"].eq(patient.subject), "day"]
            ends = np.array([span.min(), span.max()], float)
            axes.plot(
                ends, patient.intercept + patient.slope * ends, color=colour, lw=0.8, alpha=0.6
            )
        line = fit.lines.loc[group]
        days = np.linspace(samples["day"].min(), samples["day"].max(), 50)
        mean = line["intercept"] + line["slope"] * days
        se = np.sqrt(
            line["var_intercept"] + 2 * days * line["covariance"] + days**2 * line["var_slope"]
        )
        axes.plot(days, mean, color=INK, lw=2.6)
        reach = stats.t.ppf(0.5 + fit.level / 2, fit.table.loc[group, "df"]) * se
        axes.fill_between(days, mean - reach, mean + reach, color=INK, alpha=0.12, lw=0)
        n = own["patient_id"].nunique()
        axes.set(title=f"{group} ({n} patients)", xlabel="Day", ylabel="Value")
    sns.despine(figure)
    limits = f"{100 * fit.level:g} % limits"
    note = f"Thin: each patient's own line. Thick: the group's line with {limits}"
    return stamp(figure, samples, source=note)


def shrinkage(patients: pd.DataFrame) -> Figure:
    """Each patient's own slope, and the slope that the model predicts for the patient.

    Parameters
    ----------
    patients : DataFrame
        From :meth:`rescat.SlopeFit.patients`, with its origin.
    """
    order = patients.sort_values(["group", "slope"], ignore_index=True)
    figure, axes = canvas(0.25 * len(order) + 1.4)
    for place, row in order.iterrows():
        colour = GROUP_COLOURS[row["group"]]
        axes.plot([row["slope"], row["predicted_slope"]], [place, place], color=colour, lw=1.4)
        axes.scatter(row["slope"], place, color="white", edgecolor=colour, s=34, zorder=3)
        axes.scatter(row["predicted_slope"], place, color=colour, s=34, zorder=3)
    labels = order["subject"].map(short) + " (" + order["group"] + ")"
    axes.set_yticks(range(len(order)), labels)
    axes.axvline(0, color=GREY, lw=0.8)
    axes.set(xlabel="Slope per day   (open: the patient's own line; filled: predicted)", ylabel="")
    sns.despine(figure, left=True)
    return stamp(figure, patients, source="Order within a group: own slope")


def statistic_under_the_null(replicates: pd.DataFrame, fit: SlopeFit) -> Figure:
    """How the t statistic of the difference scatters, beside the normal and the t distribution.

    Parameters
    ----------
    replicates : DataFrame
        From :func:`rescat.parametric_bootstrap` of the same samples.
    fit : SlopeFit
    """
    row = fit.table.loc["difference"]
    z = (replicates["difference"] - row["slope"]) / replicates["se_difference"]
    figure, axes = canvas(3.3)
    sns.histplot(z, stat="density", bins=60, binrange=(-6, 6), color="#B9C4CC", ax=axes)
    x = np.linspace(-6, 6, 400)
    axes.plot(x, stats.norm.pdf(x), color="#B3246B", lw=2, ls="--", label="normal distribution")
    label = f"t distribution with {row['df']:.1f} degrees of freedom"
    axes.plot(x, stats.t.pdf(x, row["df"]), color=INK, lw=2, label=label)
    beyond = np.mean(np.abs(z) > stats.norm.ppf(0.975))
    axes.axvspan(1.96, 6, color="#B3246B", alpha=0.08, lw=0)
    axes.axvspan(-6, -1.96, color="#B3246B", alpha=0.08, lw=0)
    axes.set(
        xlabel="Statistic: (difference − true difference) / its standard error",
        ylabel="Density",
        xlim=(-6, 6),
        title=f"Beyond ±1.96 (shaded): {100 * beyond:.1f} % of the drawn trials",
    )
    axes.legend(loc="upper right", fontsize=8, framealpha=1)
    sns.despine(figure)
    return stamp(figure, replicates, source=f"{len(z):,} trials drawn from the fitted model")


def slope_sd_estimates(replicates: pd.DataFrame, truth: float) -> Figure:
    """The estimates of the SD between slopes in trials drawn from one model.

    Parameters
    ----------
    replicates : DataFrame
        From :func:`rescat.parametric_bootstrap`.
    truth : float
        The value that the trials were drawn with.
    """
    singular = np.where(replicates["singular"], "singular fit", "regular fit")
    shown = replicates.assign(fit=singular)
    figure, axes = canvas(3.1)
    sns.histplot(
        data=shown, x="sd_slope", hue="fit", hue_order=["regular fit", "singular fit"],
        palette=["#B9C4CC", "#B3246B"], multiple="stack", bins=50, ax=axes,
    )  # fmt: skip
    axes.get_legend().set_title(None)
    axes.axvline(truth, color=INK, lw=2)
    axes.annotate(
        "true value", (truth, axes.get_ylim()[1]), xytext=(6, -10), textcoords="offset points"
    )
    axes.set(xlabel="Estimated SD of the slopes, per day", ylabel="Drawn trials")
    sns.despine(figure)
    return stamp(figure, replicates, source=f"{len(replicates):,} trials drawn from one model")


def permutation_distribution(test: PermutationTest) -> Figure:
    """The statistic under every assignment, with the observed one.

    Parameters
    ----------
    test : PermutationTest
        Of samples that say their origin.
    """
    shown = test.distribution[np.isfinite(test.distribution["statistic"])]
    figure, axes = canvas(3.1)
    extreme = shown["statistic"].abs() >= abs(test.observed) * (1 - 1e-7)
    sns.histplot(
        data=shown.assign(where=np.where(extreme, "at least as far from zero", "closer to zero")),
        x="statistic", weights=shown["probability"] * len(test.distribution),
        hue="where", hue_order=["closer to zero", "at least as far from zero"],
        palette=["#B9C4CC", "#B3246B"], multiple="stack", bins=70, ax=axes,
    )  # fmt: skip
    axes.get_legend().set_title(None)
    for side in (-1, 1):
        axes.axvline(side * abs(test.observed), color=INK, lw=1.4, ls="-" if side > 0 else ":")
    axes.set(xlabel="Statistic", ylabel="Assignments")
    sns.despine(figure)
    return stamp(figure, test.distribution, source=f"{test.n_permutations:,} assignments, refitted")


def tests_forest(tests: pd.DataFrame) -> Figure:
    """The difference with its limits by every test, and the P value beside it.

    Parameters
    ----------
    tests : DataFrame
        From :func:`rescat.slope_tests`.
    """
    figure, axes = canvas(0.42 * len(tests) + 1.2)
    forest(axes, tests, estimate="difference")
    axes.axvline(0, color=GREY, lw=0.8)
    axes.set_yticks([-i for i in range(len(tests))], tests["test"])
    axes.set(xlabel="Difference of the slopes per day (treated minus control)", ylabel="")
    sns.despine(figure, left=True)
    return stamp(figure, tests, source="95 % limits; the bootstrap's are studentised")


def rejection_rates(calibration: pd.DataFrame, names: dict[str, str]) -> Figure:
    """How often each test rejects a true null hypothesis, by scenario.

    Parameters
    ----------
    calibration : DataFrame
        The table ``calibration``, scenarios without a true difference.
    names : dict
        Test to its name in words; also the order.
    """
    scenarios = list(calibration["scenario"].unique())
    rows = -(-len(scenarios) // 2)
    figure, panels = canvas(1.75 * rows + 0.7, nrows=rows, ncols=2, sharex=True, sharey=True)
    for axes, scenario in zip(panels.flat, scenarios, strict=False):
        own = calibration[calibration["scenario"].eq(scenario)].set_index("test").loc[list(names)]
        y = -np.arange(len(own))
        # The band in which a test that holds its level falls 19 times of 20.
        error = 1.96 * np.sqrt(0.05 * 0.95 / own["sets"].iloc[0])
        axes.axvspan(0.05 - error, 0.05 + error, color="#B9C4CC", alpha=0.6, lw=0)
        high = own["rate"] > 0.05 + error
        axes.hlines(y, own["rate"] - 1.96 * own["mc_error"], own["rate"] + 1.96 * own["mc_error"],
                    color=GREY, lw=1.2)  # fmt: skip
        axes.scatter(
            own["rate"], y, c=np.where(high, "#B3246B", INK), s=26, zorder=3,
        )  # fmt: skip
        title = textwrap.fill(f"{scenario}: {own['description'].iloc[0]}", 46)
        axes.set_title(title, fontsize=8.5, loc="left")
        axes.set_yticks(y, names.values(), fontsize=8)
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    for axes in panels.flat[len(scenarios) :]:
        axes.set_visible(False)
    sns.despine(figure, left=True)
    sets = int(calibration["sets"].iloc[0])
    note = f"{sets:,} trials a panel. Band: where a test at 5 % would fall"
    return stamp(figure, calibration, source=note)
