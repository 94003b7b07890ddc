"""Every figure of the book, in one house style.

A drawing function takes tidy frames that say their origin and returns a :class:`Drawing`: the
figure, its alternative text and its data. :func:`show` puts it on the page.
"""

from ._style import ARM_MARKERS, Drawing, in_page, show
from .cohort import (
    flow_diagram,
    patient_strips,
    quartile_grid,
    recruitment_timeline,
    reporting_grid,
)
from .evidence import biases_needed, differences_left
from .levels import given_of_markers, levels_of_marker
from .manufacturing import (
    capacity_curves,
    excipient_curves,
    growth,
    recruitment_by_age,
    viability_against_criteria,
)
from .matching import (
    assignment_grids,
    chosen_again,
    estimates_by_analysis,
    love_plot,
    love_plot_by_denominator,
    smd_by_size,
)
from .multiplicity import (
    adjusted_p_ranges,
    chance_by_correlation,
    exaggeration_by_size,
    hits_by_chance,
    pooled_differences,
)
from .multiverse import specification_curve
from .neuro import (
    lines_over_a_transient,
    ratios_between_lines,
    slopes_by_arm,
    tipping_curve,
    two_twins,
)
from .operating import power_curve, rates_by_condition
from .palette import ARM_COLOURS
from .panel import (
    TWIN_CHOICES,
    TWIN_TESTS,
    difference_forest,
    leave_one_out_forest,
    p_ranges,
    printed_differences_forest,
    ranges_over_twins,
    slopes_of_groups,
    small_multiples,
    trajectories_of_markers,
    widths_by_design,
)
from .random_slopes import (
    allocation_statistics,
    permutation_distribution,
    rejection_rates,
    shrinkage,
    slope_sd_estimates,
    statistic_under_the_null,
    tests_forest,
    trajectories_by_group,
)
from .safety import (
    chance_of_seeing,
    duration_strips,
    interval_plot,
    none_of_n,
    oxygenation_at_entry,
    randomisation_distribution,
    swimmer,
)
from .trials import (
    directions_of_markers,
    forest_of_trials,
    pooled_by_choice,
    weight_of_one_trial,
)

__all__ = [
    "ARM_COLOURS",
    "ARM_MARKERS",
    "TWIN_CHOICES",
    "TWIN_TESTS",
    "Drawing",
    "adjusted_p_ranges",
    "allocation_statistics",
    "assignment_grids",
    "biases_needed",
    "capacity_curves",
    "chance_by_correlation",
    "chance_of_seeing",
    "chosen_again",
    "difference_forest",
    "differences_left",
    "directions_of_markers",
    "duration_strips",
    "estimates_by_analysis",
    "exaggeration_by_size",
    "excipient_curves",
    "flow_diagram",
    "forest_of_trials",
    "given_of_markers",
    "growth",
    "hits_by_chance",
    "in_page",
    "interval_plot",
    "leave_one_out_forest",
    "levels_of_marker",
    "lines_over_a_transient",
    "love_plot",
    "love_plot_by_denominator",
    "none_of_n",
    "oxygenation_at_entry",
    "p_ranges",
    "patient_strips",
    "permutation_distribution",
    "pooled_by_choice",
    "pooled_differences",
    "power_curve",
    "printed_differences_forest",
    "quartile_grid",
    "randomisation_distribution",
    "ranges_over_twins",
    "rates_by_condition",
    "ratios_between_lines",
    "recruitment_by_age",
    "recruitment_timeline",
    "rejection_rates",
    "reporting_grid",
    "show",
    "shrinkage",
    "slope_sd_estimates",
    "slopes_by_arm",
    "slopes_of_groups",
    "small_multiples",
    "smd_by_size",
    "specification_curve",
    "statistic_under_the_null",
    "swimmer",
    "tests_forest",
    "tipping_curve",
    "trajectories_by_group",
    "trajectories_of_markers",
    "two_twins",
    "viability_against_criteria",
    "weight_of_one_trial",
    "widths_by_design",
]
