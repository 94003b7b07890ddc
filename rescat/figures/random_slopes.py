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
from ._style import (
    Drawing,
    canvas,
    forest,
    in_two_widths,
    key,
    lines_high,
    name_lines,
    on_phone,
    short,
    stamp,
    who,
)
from ._svg import say_marks
from .palette import ACCENT, GREY, INK, LIMIT, PALE

# Not the colours of the arms: the groups of an invented trial are no arms.
GROUP_COLOURS = {"control": GREY, "treated": ACCENT}
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


@in_two_widths
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
        points = axes.scatter(
            own["day"], own["value"], color=colour, marker=GROUP_MARKERS[group], s=16, alpha=0.7,
            zorder=3, linewidth=0,
        )  # fmt: skip
        say_marks(points, [
            f"{who(row)}: {row.value:.2f}, day {row.day:g}"
            for row in own.assign(arm=group).itertuples()
        ])  # fmt: skip
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
    each = "invented patient" if origin_of(samples) == "synthetic" else "patient"
    alt = (
        f"Two panels with the samples of each {each} over {samples['day'].max():g} days, a thin "
        "line for each patient and a thick line for the group. "
    ) + " ".join(
        f"{group}: the thick line changes by {fit.table.loc[group, 'slope']:.3f} per day."
        for group in GROUPS
    )
    return Drawing(
        stamp(figure, samples), alt, samples, "Each patient's samples, and the line of each group",
        note, "Samples and their fit",
    )  # fmt: skip


@in_two_widths
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
    figure, axes = canvas(lines_high(len(order), 0.25) + 1.3)
    for place, row in order.iterrows():
        colour = GROUP_COLOURS[row["group"]]
        axes.plot([row["slope"], row["predicted_slope"]], [place, place], color=colour, lw=1.4)
        words = f"{who(row.rename({'subject': 'patient_id', 'group': 'arm'}))}: own slope "
        words += f"{row['slope']:+.3f}, predicted {row['predicted_slope']:+.3f}"
        for at, inside in ((row["slope"], "white"), (row["predicted_slope"], colour)):
            mark = axes.scatter(at, place, color=inside, edgecolor=colour, s=34, zorder=3)
            say_marks(mark, [words])
    name_lines(axes, range(len(order)), order["subject"].map(short) + " (" + order["group"] + ")")
    axes.axvline(0, color=GREY, lw=0.8)
    axes.set(xlabel="Slope per day", ylabel="")
    sns.despine(figure, left=True)
    most = patients.loc[(patients["predicted_slope"] - patients["slope"]).abs().idxmax()]
    each = "invented patient" if origin_of(patients) == "synthetic" else "patient"
    alt = (
        f"One row per {each} with two points: the slope of the own line, and the slope that the "
        "model predicts, which is mostly closer to the group. The largest shift is that of "
        f"{most['subject']}, from {most['slope']:.3f} to {most['predicted_slope']:.3f}."
    )
    note = (
        "One row for each patient, by the own slope within a group. Open: slope of the "
        "patient's own line. Filled: what the model predicts"
    )
    return Drawing(
        stamp(figure, patients), alt, patients,
        "Each patient's own slope, and the slope that the model predicts", note,
        "Fit of the samples",
    )  # fmt: skip


@in_two_widths
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
    sns.histplot(z, stat="density", bins=60, binrange=(-6, 6), color=PALE, alpha=1, ax=axes)
    x = np.linspace(-6, 6, 400)
    axes.plot(x, stats.norm.pdf(x), color=LIMIT, lw=2, ls="--", label="normal distribution")
    label = f"t distribution with {row['df']:.1f} degrees of freedom"
    axes.plot(x, stats.t.pdf(x, row["df"]), color=INK, lw=2, label=label)
    beyond = 100 * np.mean(np.abs(z) > 1.96)
    axes.axvspan(1.96, 6, color=LIMIT, alpha=0.08, lw=0)
    axes.axvspan(-6, -1.96, color=LIMIT, alpha=0.08, lw=0)
    axes.set(
        xlabel="t statistic of the difference",
        ylabel="Density",
        xlim=(-6, 6),
    )
    key(figure, ncols=2, narrow=1)
    sns.despine(figure)
    alt = (
        f"Histogram of the t statistic in {len(z)} drawn trials. It has heavier tails than the "
        f"normal curve and follows the t curve; {beyond:.1f} % lie beyond 1.96 instead of 5 %."
    )
    data = pd.DataFrame({"statistic": z, "origin": replicates["origin"]})
    note = (
        f"(Difference − true difference) / its standard error in {len(z):,} trials drawn from the "
        f"fitted model. Shaded: beyond ±1.96, {beyond:.1f} % of them"
    )
    return Drawing(
        stamp(figure, replicates), alt, data.head(EXCERPT), "How the t statistic scatters", note,
        f"Simulated; the data are the first {EXCERPT}",
    )  # fmt: skip


@in_two_widths
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
        palette=[PALE, LIMIT], multiple="stack", bins=50, alpha=1, ax=axes,
    )  # fmt: skip
    _legend_above(figure, axes)
    axes.axvline(truth, color=INK, lw=2)
    axes.annotate(
        "true value", (truth, axes.get_ylim()[1]), xytext=(6, -10), textcoords="offset points",
        fontsize=9,
    )  # fmt: skip
    axes.set(xlabel="Estimated SD of the slopes, per day", ylabel="Drawn trials")
    sns.despine(figure)
    alt = (
        f"Histogram of the estimated SD of the slopes in {len(replicates)} drawn trials. The true "
        f"value is {truth:.4f} per day. {100 * replicates['singular'].mean():.0f} % of the fits "
        "are singular, and many of these estimates are at or near zero."
    )
    data = replicates[["sd_slope", "correlation", "singular", "origin"]]
    note = f"Estimated SD of the slopes in {len(replicates):,} trials drawn from one model"
    return Drawing(
        stamp(figure, replicates), alt, data.head(EXCERPT),
        "How well the SD of the slopes is found",
        note, f"Simulated; the data are the first {EXCERPT}",
    )  # fmt: skip


def _legend_above(figure, axes) -> None:
    """Move a legend of seaborn out of the way of the bars."""
    legend = axes.get_legend()
    names = [text.get_text() for text in legend.get_texts()]
    key(figure, legend.legend_handles, names, ncols=2)
    legend.remove()


@in_two_widths
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
        palette=[PALE, LIMIT], multiple="stack", bins=70, alpha=1, ax=axes,
    )  # fmt: skip
    _legend_above(figure, axes)
    for side in (-1, 1):
        axes.axvline(side * abs(test.observed), color=INK, lw=1.4, ls="-" if side > 0 else ":")
    axes.set(xlabel="Statistic", ylabel="Assignments")
    sns.despine(figure)
    alt = (
        f"Histogram of the t statistic under {test.n_permutations} assignments. The observed value "
        f"is {test.observed:.2f}; {100 * test.p_value:.1f} % of the assignments are at least as "
        "far from zero."
    )
    step = -(-len(test.distribution) // EXCERPT)
    note = (
        f"t statistic under each of {test.n_permutations:,} assignments, refitted. Solid line: "
        "observed. Dotted: as far, the other way"
    )
    return Drawing(
        stamp(figure, test.distribution), alt, test.distribution.iloc[::step],
        "Where the observed statistic lies among all assignments", note,
        "Fits under each assignment" + (f"; the data are every {step}th" if step > 1 else ""),
    )  # fmt: skip


@in_two_widths
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
        palette={False: GREY, True: ACCENT}, size=6, legend=False, ax=axes,
    )  # fmt: skip
    axes.set(xlabel="t of each allocation", ylabel="")
    sns.despine(figure)
    said = (
        f"{name}: {test.n_permutations} allocations, P {test.p_value:.3f}, "
        f"at least {test.smallest_p:.3f} whatever the values."
        for name, test in tests.items()
    )
    alt = "t of the seven patients under every allocation that a scheme allows. " + " ".join(said)
    return Drawing(
        stamp(figure, data), alt, data, "t under every allocation that a scheme allows",
        "Coloured: as far from zero as observed", "Seven patients, refitted for each allocation",
    )  # fmt: skip


@in_two_widths
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
    figure, axes = canvas(lines_high(len(tests), 0.42) + 1.2)
    forest(axes, tests, estimate="difference")
    axes.axvline(0, color=GREY, lw=0.8)
    name_lines(axes, [-i for i in range(len(tests))], tests["test"])
    axes.set(xlabel="Difference of the slopes per day", ylabel="")
    sns.despine(figure, left=True)
    said = [_test_in_words(test, limits_in_words) for test in tests.itertuples()]
    note = (
        "Treated minus control, with 95 % confidence intervals; those of the bootstrap are "
        "studentised"
    )
    return Drawing(
        stamp(figure, tests), " ".join([what, *said]), tests.drop(columns="question"),
        "One difference, tested in several ways", note, "Tests of the same samples",
    )  # fmt: skip


def _test_in_words(test, intervals: bool) -> str:
    """One row of the tests."""
    if not intervals:
        return f"{test.test}: P {test.p_value:.3f}."
    known = np.isfinite(test.ci_low)
    of = f" ({test.ci_low:.4f} to {test.ci_high:.4f})" if known else ", no interval"
    return f"{test.test}: {test.difference:.4f}{of}, P {test.p_value:.3f}."


@in_two_widths
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
    figure, panels = canvas(
        1.75 * rows + 0.7, nrows=rows, ncols=2, sharex=True, sharey=True, squeeze=False
    )
    for axes, scenario in zip(panels.flat, scenarios, strict=False):
        own = calibration[calibration["scenario"].eq(scenario)].set_index("test").loc[list(names)]
        y = -np.arange(len(own))
        # The band in which a test that holds its level falls 19 times of 20.
        error = 1.96 * np.sqrt(0.05 * 0.95 / own["sets"].iloc[0])
        axes.axvspan(0.05 - error, 0.05 + error, color=PALE, alpha=0.6, lw=0)
        high = own["rate"] > 0.05 + error
        axes.hlines(y, own["rate"] - 1.96 * own["mc_error"], own["rate"] + 1.96 * own["mc_error"],
                    color=GREY, lw=1.2)  # fmt: skip
        axes.scatter(
            own["rate"], y, c=np.where(high, LIMIT, INK), s=26, zorder=3,
        )  # fmt: skip
        title = textwrap.fill(f"{scenario}: {own['description'].iloc[0]}", 26 if on_phone() else 46)
        axes.set_title(title, fontsize=8.5, loc="left")
        axes.set_yticks(y, names.values(), fontsize=8)
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    for axes in panels.flat[len(scenarios) :]:
        axes.set_visible(False)
    sns.despine(figure, left=True)
    sets = int(calibration["sets"].iloc[0])
    note = (
        f"How often each test finds a difference where there is none: {sets:,} trials a panel. "
        "Band: where a test at 5 % would fall"
    )
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
    return Drawing(
        stamp(figure, calibration), alt, calibration, "Which tests hold their level of 5 %", note,
        "Simulated",
    )  # fmt: skip
