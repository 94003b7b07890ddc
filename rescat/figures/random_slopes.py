"""Figures of the chapter on random slopes."""

import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import PercentFormatter
from scipy import stats

from ..base.origin import origin_of
from ..base.words import in_words
from ..slopes.permutation import PermutationTest
from ..slopes.result import SlopeFit
from ..slopes.trajectories import GROUPS
from ._style import GREY, INK, Drawing, canvas, forest, short, stamp

# Not the colours of the arms: the groups of an invented trial are no arms.
GROUP_COLOURS = {"control": "#4C5B66", "treated": "#B3246B"}
GROUP_MARKERS = {"control": "s", "treated": "o"}
# Tests of the table ``calibration``, in words.
CALIBRATED_TESTS = {
    "wald": "Wald z",
    "satterthwaite": "Satterthwaite t",
    "kenward_roger": "Kenward-Roger t",
    "by_group": "t, variances by group",
    "welch": "Welch t of own slopes",
    "permutation_t": "permutation of t",
    "permutation_t_by_group": "permutation, by group",
    "permutation_welch": "permutation of Welch's t",
}
# Those whose rates the alternative text gives, as it names them.
_RATES_SAID = {
    "wald": "Wald z",
    "satterthwaite": "Satterthwaite",
    "permutation_t": "permutation of t",
    "permutation_welch": "permutation of Welch's t",
}
# Rows of a long table of drawn numbers that are put below a figure, of which it is an excerpt.
EXCERPT = 200


def trajectories_by_group(samples: pd.DataFrame, fit: SlopeFit) -> Drawing:
    """Every patient's samples and own line, and the line of the group.

    Parameters
    ----------
    samples : DataFrame
        ``patient_id``, ``treated``, ``day``, ``value``, ``origin``.
    fit : SlopeFit
        Of the same samples, for two groups.

    Returns
    -------
    Drawing
        Its words give the slopes of both groups.
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
    interval = f"{100 * fit.level:g} % confidence interval"
    note = f"Thin: each patient's own line. Thick: the group's line with its {interval}"
    stamp(figure, samples, source=note)
    who = "invented patient" if origin_of(samples) == "synthetic" else "patient"
    alt = (
        f"Two panels with the samples of each {who} over {samples['day'].max():g} days, a thin "
        "line for each patient and a thick line for the group. "
    ) + " ".join(
        f"{group}: the thick line changes by {fit.table.loc[group, 'slope']:.3f} per day."
        for group in GROUPS
    )
    return Drawing(figure, alt, samples)


def shrinkage(patients: pd.DataFrame) -> Drawing:
    """Each patient's own slope, and the slope that the model predicts for the patient.

    Parameters
    ----------
    patients : DataFrame
        From :meth:`rescat.SlopeFit.patients`, with its origin.

    Returns
    -------
    Drawing
        Its words name the patient whose slope moves most.
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
    stamp(figure, patients, source="Order within a group: own slope")
    most = patients.loc[(patients["predicted_slope"] - patients["slope"]).abs().idxmax()]
    who = "invented patient" if origin_of(patients) == "synthetic" else "patient"
    alt = (
        f"One row per {who} with two points: the slope of the own line, and the slope that the "
        "model predicts, which is mostly closer to the group. The largest shift is that of "
        f"{most['subject']}, from {most['slope']:.3f} to {most['predicted_slope']:.3f}."
    )
    return Drawing(figure, alt, patients)


def statistic_under_the_null(replicates: pd.DataFrame, fit: SlopeFit) -> Drawing:
    """How the t statistic of the difference scatters, beside the normal and the t distribution.

    Parameters
    ----------
    replicates : DataFrame
        From :func:`rescat.parametric_bootstrap` of the same samples.
    fit : SlopeFit

    Returns
    -------
    Drawing
        Its words give the share beyond ±1.96, its data the first statistics.
    """
    row = fit.table.loc["difference"]
    z = (replicates["difference"] - row["slope"]) / replicates["se_difference"]
    figure, axes = canvas(3.3)
    sns.histplot(z, stat="density", bins=60, binrange=(-6, 6), color="#B9C4CC", ax=axes)
    x = np.linspace(-6, 6, 400)
    axes.plot(x, stats.norm.pdf(x), color="#B3246B", lw=2, ls="--", label="normal distribution")
    label = f"t distribution with {row['df']:.1f} degrees of freedom"
    axes.plot(x, stats.t.pdf(x, row["df"]), color=INK, lw=2, label=label)
    beyond = 100 * np.mean(np.abs(z) > 1.96)
    axes.axvspan(1.96, 6, color="#B3246B", alpha=0.08, lw=0)
    axes.axvspan(-6, -1.96, color="#B3246B", alpha=0.08, lw=0)
    axes.set(
        xlabel="Statistic: (difference − true difference) / its standard error",
        ylabel="Density",
        xlim=(-6, 6),
        title=f"Beyond ±1.96 (shaded): {beyond:.1f} % of the drawn trials",
    )
    axes.legend(loc="upper right", fontsize=8, framealpha=1)
    sns.despine(figure)
    stamp(figure, replicates, source=f"{len(z):,} trials drawn from the fitted model")
    alt = (
        f"Histogram of the t statistic in {len(z)} drawn trials. It has heavier tails than the "
        f"normal curve and follows the t curve; {beyond:.1f} % lie beyond 1.96 instead of 5 %."
    )
    data = pd.DataFrame({"statistic": z, "origin": replicates["origin"]})
    return Drawing(figure, alt, data.head(EXCERPT))


def slope_sd_estimates(replicates: pd.DataFrame, truth: float) -> Drawing:
    """The estimates of the SD between slopes in trials drawn from one model.

    Parameters
    ----------
    replicates : DataFrame
        From :func:`rescat.parametric_bootstrap`.
    truth : float
        The value that the trials were drawn with.

    Returns
    -------
    Drawing
        Its words give the share of singular fits, its data the first estimates.
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
    stamp(figure, replicates, source=f"{len(replicates):,} trials drawn from one model")
    alt = (
        f"Histogram of the estimated SD of the slopes in {len(replicates)} drawn trials. The true "
        f"value is {truth:.4f} per day. {100 * replicates['singular'].mean():.0f} % of the fits "
        "are singular, and many of these estimates are at or near zero."
    )
    data = replicates[["sd_slope", "correlation", "singular", "origin"]]
    return Drawing(figure, alt, data.head(EXCERPT))


def permutation_distribution(test: PermutationTest) -> Drawing:
    """The statistic under every assignment, with the observed one.

    Parameters
    ----------
    test : PermutationTest
        Of samples that say their origin.

    Returns
    -------
    Drawing
        Its words give the observed statistic and P; its data are assignments at equal steps.
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
    stamp(figure, test.distribution, source=f"{test.n_permutations:,} assignments, refitted")
    alt = (
        f"Histogram of the t statistic under {test.n_permutations} assignments. The observed value "
        f"is {test.observed:.2f}; {100 * test.p_value:.1f} % of the assignments are at least as "
        "far from zero."
    )
    step = -(-len(test.distribution) // EXCERPT)
    return Drawing(figure, alt, test.distribution.iloc[::step])


def allocation_statistics(tests: Mapping[str, PermutationTest]) -> Drawing:
    """The statistic of every allocation that a scheme allows, for some schemes.

    Parameters
    ----------
    tests : mapping
        Name of the scheme to the test with its allocations, of samples that say their origin.

    Returns
    -------
    Drawing
        Its words give P, and the least possible P, under each scheme.
    """
    of_schemes = [test.distribution.assign(scheme=name) for name, test in tests.items()]
    data = pd.concat(of_schemes, ignore_index=True)
    figure, axes = canvas(3.2)
    extreme = data["statistic"].abs() >= abs(next(iter(tests.values())).observed) * (1 - 1e-7)
    sns.swarmplot(
        data=data.assign(extreme=extreme), x="statistic", y="scheme", hue="extreme",
        palette={False: GREY, True: "#B3246B"}, size=6, legend=False, ax=axes,
    )  # fmt: skip
    axes.set(xlabel="t of each possible allocation (red: as far from zero as observed)", ylabel="")
    sns.despine(figure)
    stamp(figure, data, source="seven patients, refitted for each allocation")
    said = (
        f"{name}: {test.n_permutations} allocations, P {test.p_value:.3f}, "
        f"at least {test.smallest_p:.3f} whatever the values."
        for name, test in tests.items()
    )
    alt = "t of the seven patients under every allocation that a scheme allows. " + " ".join(said)
    return Drawing(figure, alt, data)


def tests_forest(
    tests: pd.DataFrame,
    *,
    what: str = "Forest plot of the difference of slopes by several tests.",  # noqa: PT028
    limits_in_words: bool = True,  # noqa: PT028
) -> Drawing:
    """The difference with its interval by every test, and the P value beside it.

    Parameters
    ----------
    tests : DataFrame
        From :func:`rescat.slope_tests`.
    what : str
        The first sentence of its words.
    limits_in_words : bool
        Whether its words give differences and intervals too; else P values alone.

    Returns
    -------
    Drawing
        Its data are the tests without the question that each answers.
    """
    figure, axes = canvas(0.42 * len(tests) + 1.2)
    forest(axes, tests, estimate="difference")
    axes.axvline(0, color=GREY, lw=0.8)
    axes.set_yticks([-i for i in range(len(tests))], tests["test"])
    axes.set(xlabel="Difference of the slopes per day (treated minus control)", ylabel="")
    sns.despine(figure, left=True)
    stamp(figure, tests, source="95 % confidence intervals; the bootstrap's are studentised")
    said = [_test_in_words(test, limits_in_words) for test in tests.itertuples()]
    return Drawing(figure, " ".join([what, *said]), tests.drop(columns="question"))


def _test_in_words(test, intervals: bool) -> str:
    """One row of the tests."""
    if not intervals:
        return f"{test.test}: P {test.p_value:.3f}."
    known = np.isfinite(test.ci_low)
    of = f" ({test.ci_low:.4f} to {test.ci_high:.4f})" if known else ", no interval"
    return f"{test.test}: {test.difference:.4f}{of}, P {test.p_value:.3f}."


def rejection_rates(calibration: pd.DataFrame, names: dict[str, str] | None = None) -> Drawing:
    """How often each test rejects a true null hypothesis, by scenario.

    Parameters
    ----------
    calibration : DataFrame
        The table ``calibration``, scenarios without a true difference.
    names : dict, optional
        Test to its name in words; also the order. ``CALIBRATED_TESTS`` if not given.

    Returns
    -------
    Drawing
        Its words give the rates of four of the tests, as far as they are drawn.
    """
    names = names or CALIBRATED_TESTS
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
    stamp(figure, calibration, source=note)
    rates = calibration.pivot(index="test", columns="scenario", values="rate")
    said = {test: words for test, words in _RATES_SAID.items() if test in names} or names
    alt = (
        f"Panels of rejection rates of {in_words(len(names), 'test')}, one panel for each scenario "
        "without a true difference. "
    ) + " ".join(
        f"Scenario {scenario}: "
        + ", ".join(
            f"{words} {100 * rates.loc[test, scenario]:.1f} %" for test, words in said.items()
        )
        + "."
        for scenario in rates
    )
    return Drawing(figure, alt, calibration)
