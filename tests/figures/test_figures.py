"""Figures: the mark on invented data, alternative text, and the same file each time."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib.colors import to_hex

import rescat
from rescat import figures
from rescat.base.files import BOOK
from rescat.figures.palette import PALETTE, RED
from rescat.figures.random_slopes import GROUP_COLOURS

SVG = "{http://www.w3.org/2000/svg}"
PATIENTS = rescat.load_patients()
MARKERS = ("IL1RA", "NFL")


@pytest.fixture
def shown(monkeypatch):
    """What :func:`figures.show` puts on the page."""
    outputs = []
    monkeypatch.setattr("rescat.figures._style.display", outputs.append)
    return outputs


def pictures(made) -> list:
    """The SVGs of a figure that was displayed."""
    return [ElementTree.fromstring(svg) for svg in re.findall(r"<svg .*?</svg>", made.data, re.S)]


def strips():
    return figures.patient_strips(PATIENTS, {"age": "Age, years"})


def texts(drawing):
    return [t.get_text() for t in drawing.figure.findobj(plt.Text)]


@pytest.mark.parametrize(
    ("origin", "file"),
    [("synthetic", "ages-synthetic"), ("private", "PRIVATE-patient-level-ages")],
)
def test_what_is_not_public_data_is_marked_on_the_figure(origin, file, shown):
    frame = PATIENTS.assign(origin=origin)
    drawing = figures.patient_strips(frame, {"age": "Age"})
    assert origin.upper() in texts(drawing)
    figures.show(drawing, name="ages")
    [made] = shown
    assert f'download="{file}.csv"' in made.data
    assert f'data-name="{file}"' in made.data  # of its SVG and PNG
    assert "patients/" not in made.data  # who is not a patient of the paper has no page
    for svg in pictures(made):
        # The word stands in room of its own, above all that is drawn of the data.
        top = float(svg.get("viewBox").split()[1])
        [mark] = [t for t in svg.iter(f"{SVG}text") if t.text == origin.upper()]
        assert top < 0
        assert top < float(mark.get("y")) < 0
        [frame] = [p for p in svg.iter(f"{SVG}path") if p.get("stroke") == f"var(--fig-red,{RED})"]
        assert frame.get("stroke-dasharray")


def test_show_gives_words_data_and_the_patients(shown):
    drawing = strips()
    figures.show(drawing, name="ages")
    [made] = shown
    wide, narrow = pictures(made)
    for svg in (wide, narrow):
        assert svg.get("aria-label") == drawing.alt
        said = [title.text for title in svg.iter(f"{SVG}title")]
        for patient in PATIENTS.itertuples():
            words = f"Patient {patient.patient_id}, {patient.arm}: Age, years {patient.age:g}"
            assert said.count(words) == 1
    for words in (drawing.title, drawing.note, "Published. Table 1.", "17 rows"):
        assert words in made.data
    assert 'download="ages.csv"' in made.data
    linked = re.findall(r'<a href="../patients/(\w+).html">\1</a>', made.data)
    assert linked == sorted(PATIENTS["patient_id"], key=int)


def test_a_figure_takes_its_colours_from_the_page(shown):
    figures.show(strips(), name="ages")
    drawn = "".join(ElementTree.tostring(svg, "unicode") for svg in pictures(shown[0]))
    bare = re.sub(r"var\(--fig-\w+,#\w{6}\)", "", drawn)
    assert not re.findall(r"#[0-9A-Fa-f]{6}", bare)
    ids = re.findall(r' id="([^"]*)"', drawn)
    assert len(ids) == len(set(ids))
    assert len({name[:5] for name in ids}) == 1  # of this figure
    assert max(len(n.partition(".")[2]) for n in re.findall(r"\d+\.\d+", bare)) <= 2


def test_no_letter_for_a_phone_is_small_and_panels_are_stacked(shown):
    drawing = figures.patient_strips(PATIENTS, ["age", "bmi"])
    figures.show(drawing, name="two")
    wide, narrow = pictures(shown[0])
    (_, _, width, height), (_, _, less, more) = (
        map(float, svg.get("viewBox").split()) for svg in (wide, narrow)
    )
    assert width > 2 * less
    assert more > height
    sizes = {float(t.get("font-size", 9.5)) for t in narrow.iter(f"{SVG}text")}
    assert min(sizes) * 328 / less >= 11  # pixels, where 328 of 360 are left for the figure


def test_a_title_says_no_finding_of_what_is_not_public():
    public = strips().title
    for origin in ("synthetic", "private"):
        other = figures.patient_strips(PATIENTS.assign(origin=origin), ["age", "bmi"])
        assert other.title == "Every patient, by arm"
    assert figures.patient_strips(PATIENTS, ["age", "bmi"]).title != other.title
    assert public


def test_styles_have_every_colour_of_the_palette_and_the_dark_has_contrast():
    styles = (BOOK / "_static" / "figures.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--fig-(\w+): (#\w+);", part))
        for part in styles.split("@media screen")[:2]
    )
    for colour, name in PALETTE.items():
        assert to_hex(light[name]).upper() == colour
        assert name in dark
    for theme in (light, dark):
        ground = luminance(theme["ground"])
        areas = {"ground", "pale", "grid", "air", "unknown", "cot", "hfno"}
        for name in {*PALETTE.values()} - areas:
            pair = sorted([luminance(theme[name]), ground])
            least = 4.5 if name in ("ink", "grey", "red") else 3
            assert (pair[1] + 0.05) / (pair[0] + 0.05) >= least, name


def test_the_font_of_the_figures_has_every_letter_of_the_book():
    """Of both weights: a letter that it lacks would have another width."""
    for name in ("figures.woff2", "figures-bold.woff2"):
        known = TTFont(BOOK / "_static" / name).getBestCmap()
        letters = {ord(letter) for letter in "0123456789−±≤≥→←αβγµ²³▲▼△▽…–ü "}
        assert letters <= known.keys()


def test_a_figure_without_alt_text_is_refused():
    with pytest.raises(ValueError, match="alternative text"):
        figures.show(replace(strips(), alt=" "), name="ages")


@pytest.mark.slow
def test_the_same_figure_is_the_same_file(shown):
    for _ in range(2):
        figures.show(strips(), name="ages")
    assert shown[0].data == shown[1].data


def slope_figures():
    """Every figure of the chapter on random slopes, small."""
    trial = rescat.load_table("teaching_trial")
    fit = rescat.fit_slopes(trial)
    drawn = rescat.parametric_bootstrap(trial, n=50)
    tests = rescat.slope_tests(trial, n=20, intervals=False, progress=False)
    names = {"wald": "Wald", "welch": "Welch"}
    return [
        figures.trajectories_by_group(trial, fit),
        figures.shrinkage(fit.patients()),
        figures.statistic_under_the_null(drawn, fit),
        figures.slope_sd_estimates(drawn, 0.01),
        figures.permutation_distribution(rescat.permutation_test(trial)),
        figures.tests_forest(tests),
        figures.rejection_rates(rescat.load_table("calibration"), names),
    ]


def panel_figures():
    """Every figure of the chapters on biomarkers, small."""
    logged = rescat.to_scale(rescat.load_biomarkers("data").query("marker in ['IL1RA', 'NFL']"))
    fits = {marker: rescat.fit_slopes(rescat.one_marker(logged, marker)) for marker in MARKERS}
    fitted = rescat.PanelFit(logged, fits, logged.head(0))
    panel = fitted.table
    without = rescat.leave_one_out(fitted.samples_of("NFL"))
    twin = fitted.samples_of("NFL"), fitted["NFL"]
    ensemble = rescat.load_table("ensemble")
    curves = {"control": rescat.tent(), "treated": np.zeros(5)}
    lines = rescat.fitted_lines(curves, {"all": "everybody on all five days"})
    means = pd.DataFrame({"group": "control", "day": [0, 14, 28], "value": [0, 1, 0]})
    arms = rescat.slopes_of_arms(fitted.samples_of("NFL")).assign(label="MSC", origin="synthetic")
    return [
        figures.slopes_of_groups(panel),
        figures.trajectories_of_markers(fitted, "log10"),
        figures.difference_forest(panel),
        figures.leave_one_out_forest(without, fitted["NFL"], "NFL"),
        figures.ranges_over_twins(ensemble, {"satterthwaite": "t", "lowest": "low"}, "by two"),
        figures.small_multiples(fitted),
        figures.two_twins(dict.fromkeys(("one", "two"), twin), "NFL"),
        figures.lines_over_a_transient(lines.assign(origin="synthetic"), means),
        figures.slopes_by_arm(arms, 0.037, "NFL"),
    ]


def matching_figures():
    """Every figure of the chapter on matching, small."""
    four = list(rescat.MATCHED_ON)
    treated, ten = (PATIENTS[PATIENTS["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    pool = rescat.load_table("pool")
    found = rescat.match(treated, pool, covariates=four)
    rows = rescat.balance(treated, pool, covariates=[*four], match=found)
    apart = rescat.match_distances(treated, ten, covariates=four)
    grid = apart.rename_axis(index="treated", columns="control").stack().rename("distance")
    grid = grid.reset_index().assign(panel="p", best=True, second=False, origin="synthetic")
    again = rescat.members_chosen(treated, ten, [1, 2], {"optimal": {}})
    estimates, _ = rescat.hidden_severity(3)
    return [
        figures.love_plot(rows, {"age": "Age"}),
        figures.assignment_grids(grid),
        figures.chosen_again(again, len(ten)),
        figures.estimates_by_analysis(estimates.assign(size="small")),
    ]


def test_a_love_plot_never_mixes_units():
    treated, ten = (PATIENTS[PATIENTS["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    rows = rescat.balance(treated, ten, covariates=["age", "male", "rox"])
    figure = figures.love_plot(rows, {"age": "Age", "male": "Male"}).figure
    by_label = {a.get_xlabel(): [t.get_text() for t in a.get_yticklabels()] for a in figure.axes}
    assert by_label == {
        "Standardised mean difference": ["Age", "rox"],
        "Difference of shares": ["Male", "rox is missing"],
    }
    drawn = {line.get_xdata()[0] for line in figure.axes[0].lines}
    assert {-0.25, -0.1, 0, 0.1, 0.25} <= drawn
    plt.close(figure)


@pytest.mark.slow
def test_what_was_invented_is_marked_on_every_figure():
    for draw in (slope_figures, panel_figures, matching_figures):
        for drawing in draw():
            assert "SYNTHETIC" in texts(drawing)
            assert drawing.alt.strip().endswith(".")
            assert drawing.title
            assert drawing.note
            assert drawing.source
            assert len(drawing.data)
            assert "SYNTHETIC" in [text.get_text() for text in drawing.again().texts]
            plt.close("all")


def test_an_unmarked_figure_of_invented_values_is_refused(shown):
    figure, _ = plt.subplots()
    frame = PATIENTS[["age"]].assign(origin="synthetic")
    with pytest.raises(rescat.OriginError, match="the data are SYNTHETIC, and the figure is not"):
        figures.show(figures.Drawing(figure, "a", frame), name="ages")
    assert not shown


def luminance(colour):
    channel = np.array(plt.matplotlib.colors.to_rgb(colour))
    linear = np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("colour", [*figures.ARM_COLOURS.values(), *GROUP_COLOURS.values()])
def test_points_stand_out_from_the_background(colour):
    """WCAG asks for a contrast of 3 to 1 for what is drawn."""
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def test_swimmer_draws_every_patient_and_event():
    drawing = figures.swimmer(
        rescat.clinical_course(PATIENTS), PATIENTS, rescat.load_events(), [0, 3]
    )
    words = " ".join(texts(drawing))
    for patient in PATIENTS.itertuples():
        assert f"{patient.arm} {patient.patient_id}" in words
    assert "cardiac arrest, day 161 →" in words.replace("\n", " ")


def test_strips_keep_points_apart():
    frame = pd.DataFrame({"x": [1.0, 1.0, 1.0]})
    from rescat.figures.cohort import _spread

    offsets = _spread(frame["x"].to_numpy(), 0.5)
    assert offsets.tolist() == [0, 1, -1]


def test_ranges_of_corrected_p_values_end_where_the_bounds_do():
    bounds = rescat.adjusted_p_bounds(rescat.printed_p_ranges(rescat.load_slopes()))
    own = bounds[bounds["marker"].isin(["NFL", "IL6"])]
    drawing = figures.adjusted_p_ranges(own)
    drawn = [
        line.get_xdata() for line in drawing.figure.axes[0].lines if len(line.get_xdata()) == 2
    ]
    for row in own.itertuples():
        assert any(np.allclose(ends, [row.low, row.high]) for ends in drawn)
    assert drawing.title.startswith("No range reaches below 0.05")


def test_hits_by_chance_shows_the_binomial_and_the_relabellings():
    null = rescat.load_table("joint_null").query("family == 'Figure 2'")
    axes = figures.hits_by_chance(null, observed=3).figure.axes[0]
    assert axes.patches[0].get_height() == pytest.approx(0.95**20)
    assert len(axes.collections[0].get_offsets()) == 9 * null["twin"].nunique()
    assert "SYNTHETIC" in texts(figures.hits_by_chance(null, observed=3))
    # Each point is at its own place, and of one data set exactly there.
    one = null.query("twin == 0")
    points = figures.hits_by_chance(one, observed=3).figure.axes[0].collections[0].get_offsets()
    np.testing.assert_allclose(points[:, 0], np.arange(9))
    np.testing.assert_allclose(points[:, 1], one["share"].head(9))


def test_pooled_differences_are_in_standard_errors():
    frame = pd.DataFrame(
        {"marker": list("abc"), "slope": [0.02, -0.01, 0.0], "se": 0.005, "df": 9.0}
    ).assign(origin="synthetic")
    pooled = rescat.shrink_slopes(frame)
    drawing = figures.pooled_differences(pooled)
    axes = drawing.figure.axes[0]
    alone, together = (c.get_offsets()[:, 0] for c in axes.collections)
    np.testing.assert_allclose(alone, pooled.table["estimate"] / pooled.table["se"])
    np.testing.assert_allclose(together, pooled.table["shrunk"] / pooled.table["se"])
    assert "SYNTHETIC" in texts(drawing)


def test_chance_by_correlation_draws_each_curve():
    curves = pd.DataFrame(
        {"what": ["a", "a", "b", "b"], "correlation": [0.0, 0.5] * 2, "chance": [0.1, 0.2] * 2}
    ).assign(origin="published")
    axes = figures.chance_by_correlation(curves).figure.axes[0]
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["a", "b"]


def by_arm_rows():
    printed = rescat.load_slopes().query("marker == 'NFL' and slope.notna()")
    twin = rescat.to_scale(rescat.one_marker(rescat.load_biomarkers("data"), "NFL"))
    arms = rescat.slopes_of_arms(twin)
    return pd.concat(
        [
            printed.assign(arm="", label=printed["term"] + ", as printed"),
            arms.assign(label=arms["arm"] + ", twin", origin="synthetic"),
        ]
    )


def test_printed_slopes_keep_their_own_origin_beside_those_of_a_twin(shown):
    drawing = figures.slopes_by_arm(by_arm_rows(), 0.037, "NFL")
    by_label = drawing.data.set_index("label")["origin"]
    assert by_label["control, as printed"] == "published"
    assert by_label[["MSC, twin", "CTRL, twin", "mCTRL, twin"]].eq("synthetic").all()
    # The caption says what is invented: who reads the figure can tell the two kinds apart.
    assert "Filled: published. Open: invented" in drawing.note
    ticks = [t.get_text() for t in drawing.figure.axes[0].get_yticklabels()]
    assert [t for t in ticks if "(synthetic)" in t] == [t for t in ticks if "twin" in t]
    insides = [tuple(c.get_facecolor()[0][:3]) for c in drawing.figure.axes[0].collections]
    assert [inside == (1, 1, 1) for inside in insides] == [False, False, True, True, True]
    figures.show(drawing, name="nfl-by-arm")
    assert "Published and synthetic. " in shown[0].data
    assert "<td>published</td>" in shown[0].data
    assert "<td>synthetic</td>" in shown[0].data


def test_ranges_over_twins_are_quantiles_of_a_chosen_family():
    ensemble = rescat.load_table("ensemble").query("marker == 'NFL'")
    names = {"randomised_only": "by t", "randomised_only_exact": "exactly"}
    drawing = figures.ranges_over_twins(ensemble, names, "of a test")
    axes = drawing.figure.axes[0]
    low, middle, high = ensemble["randomised_only_exact"].quantile([0.05, 0.5, 0.95])
    assert f"NFL, exactly: {middle:.3f} ({low:.3f} to {high:.3f})." in drawing.alt
    assert f"{ensemble['randomised_only'].max():.3f}" not in drawing.alt
    bars = [seg for c in axes.collections if hasattr(c, "get_segments") for seg in c.get_segments()]
    assert any(np.allclose(sorted(bar[:, 0]), [low, high]) for bar in bars)
    [medians] = [line for line in axes.lines if line.get_marker() == "|"]
    assert medians.get_xdata()[1] == pytest.approx(middle)
    words = f"{ensemble['twin'].nunique()} invented trials, made in ways we chose"
    assert words in drawing.note


def test_every_row_of_two_controls_has_an_exact_one_below_it():
    keys = list(figures.TWIN_CHOICES)
    for key in ("randomised_only", "control_arms"):
        assert keys.index(f"{key}_exact") == keys.index(key) + 1


def test_the_tipping_curve_shows_designs_and_the_rate_elsewhere():
    points = rescat.tipping_points(rescat.load_slopes())
    rate = rescat.icu_rise()["slope"]
    drawing = figures.tipping_curve(points, {"ventilated patients elsewhere": rate}, "NFL")
    axes = drawing.figure.axes[0]
    assert any(np.allclose(line.get_ydata(), rate) for line in axes.lines)
    thick = max(axes.lines, key=lambda line: (line.get_linestyle() == "-", len(line.get_xdata())))
    first = points.dropna().iloc[0]
    at = np.interp(first["weight"], *map(np.asarray, thick.get_data()))
    assert at == pytest.approx(first["needed"], abs=1e-3)
    drawn = points.dropna().query("weight > 0.1")["design"].unique()
    words = " ".join(texts(drawing))
    for name in drawn:
        assert name in words
        assert f"{name}: weight " in drawing.alt
    assert "Ventilated patients elsewhere: 0.037." in drawing.alt


def test_printed_differences_are_drawn_with_their_intervals_and_as_ratios():
    limits = rescat.printed_differences(rescat.load_slopes())
    drawing = figures.printed_differences_forest(limits)
    ends = [line.get_xdata() for line in drawing.figure.axes[0].lines]
    for row in limits.itertuples():
        assert any(np.allclose(e, [row.ci_low, row.ci_high]) for e in ends)
        words = f"{row.marker}: {row.slope:+.4f} ({row.ci_low:+.4f} to {row.ci_high:+.4f})"
        assert words in drawing.alt
        assert rescat.fold_in_words(row._asdict()) in drawing.alt
    [folds] = drawing.figure.axes[0].child_axes
    told = {
        float(text.get_text()): x
        for x, text in zip(folds.get_xticks(), folds.get_xticklabels(), strict=True)
    }
    assert told[1] == 0
    for fold, slope in told.items():
        assert rescat.fold_change(slope) == pytest.approx(fold)
    assert not any(t == "SYNTHETIC" for t in texts(drawing))
