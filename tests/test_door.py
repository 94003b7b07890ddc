"""The names that notebooks and an analysis of your own rely on."""

import ast
import types

import pytest
from shared import ROOT

import rescat

NAMES = """
ADJUSTMENTS ARMS Assignments BASELINES BIAS_STATISTICS BootstrapLRT BuildError CHECKLISTS Claim
ConvergenceWarning DATA DESIGNS DETECTION_RULES DUPLICATE_RULES DataError EFFECT_MEASURES
Exercise Extreme FAMILIES Fault Finding HYNDMAN_FAN IMPORTANCE JointPermutation LIMITS_ROUTES
MATCHED_ON MATCH_DISTANCES MATCH_METHODS Match MissingExtraError ModelError NOT_PRINTED
Import MissingDecisions
NOT_REPORTED ORIGINS OriginError PANEL_TESTS PERMUTATION_STATISTICS POOLING POOLING_INTERVALS
P_ROUTES PanelFit PartialPooling PermutationTest PooledTrials PrintedNumber QUANTITIES
RescatError RescatWarning SAMPLING SAMPLING_TRANSIENT SENSITIVITY SLOPE_TESTS SMD_DENOMINATORS
SingularFitWarning SlopeFit Tables Twin VERDICTS adjust_p adjusted_p_bounds
adjusted_p_by_family after_discharge against_treated agreement_by_route all_assignments
allocation_differences allocation_schemes allocation_tests allowed_differences alone_in_centre
apply_detection_rule approval_dates arm_weights assess assign_controls attainable_difference_p
attainable_p attainable_ratio_p audit audit_facts bag_composition balance balance_of_matches
banner beyond_stay bias_factor biomarker_changes block_assignments book_facts
bootstrap_intervals bootstrap_lrt capacity_grid chance_curves chance_of_at_least
chance_of_so_few_older chances_of_none chances_of_seeing check check_data checklist_counts
checklist_table
cited_numbers claims_of_patient clinical_course compare_matches compare_pooling
compare_quartiles compare_schemes
correction_form correction_text corrections_received could_print count_arms count_below_limit
count_distribution
cumulative_pool data_dictionary days_between_cohorts describe describe_cohort describe_pool
design_analysis design_fits design_of discharged_before discordant_pairs durations e_value
entry_criteria entry_limits event_table evidence_bounds exact_interval excipient_exposure
exercise exercises expected_line extreme extremes_beside fact figures findable_table
finding_counts finding_sentence findings findings_list fit_censored fit_formula fit_markers
fit_panel fit_slopes fit_with_baseline fitted_lines fitting_blocks fitting_definitions fitting_df
fold_change fold_in_words growth_curves had_support
hidden_severity how_to_correct icu_rise implied_ratios implied_residual_sd in_hospital joint_df
joint_permutation key_figures largest_chance_of_at_least largest_gamma leave_one_out
leave_one_trial_out ledger_findings ledger_page line_weights link_claims load_biomarkers
load_checklist load_claims load_corrections load_ctcae load_events load_exposure_limits
load_manufacturing load_marker_names load_paper load_patients load_quantile_defaults
load_record load_release_criteria load_slopes load_supplement load_table load_trial load_trials
lot_capacity marker_name match match_distances members_chosen most_bags_per_day
most_bags_per_infusion nearest_controls needed_slope one_marker origin_label origin_of
outside_sizes own_facts oxygen_days pages panel_tests parametric_bootstrap parse_printed
participant_flow patient_slopes patients_beside patients_needed patients_of patients_treatable
per_arm_needed permutation_interval permutation_test planned_by_age pool_by pool_trials
possible_counts possible_sums press_count printed_design_analysis printed_differences
printed_hits printed_p_ranges printed_quartiles printed_se printed_tests profile_limits
quantile_bounds quantity randomisation_test rates_in_words ready_to_fit recompute_printed
recruitment_periods recruitment_rate reference_list refresh_checksums reporting_status
rescat_as_trial resources responses risk_effects rosenbaum_bounds rounded_age_limits rox_limits
runner_up safety_proportions same_words sampling_days sampling_overview sampling_search
score_points sensitivity severity_against_ctcae shrink_slopes simulate_trial slope_tests
slopes_of_arms small_study_effect smallest_caliper smd_by_chance source_of spread_in_words
spread_over_twins sums_and_squares supplement_disagreements sweep_oxygen_days synthetic_events
synthetic_patients synthetic_pool tables tent tipping_in_words tipping_points to_long to_scale
transient_needed treated_by_source trials_near twin twin_ranges two_group_tests unit_factor
unlike_groups upper_bound_of_zero verdict_counts verdict_sentence viability_margins
RANGE_RULES TrialDesign apply_range_rule bias_analysis bias_needed bias_priors design read_lab
with_supplement words_against_twin
borrowed_differences outside_rates reanalyse sceptical_limits stated_priors typical_trial
"""
ROOMS = {
    "base", "book", "course", "data", "figures", "lab", "ledger", "matching", "meta", "pages",
    "panel", "printed", "slopes", "studies", "synthetic", "tables", "trial",
}  # fmt: skip


def test_every_name_stays():
    assert sorted(rescat.__all__) == sorted(NAMES.split())
    assert all(hasattr(rescat, name) for name in NAMES.split())


def test_editors_and_type_checkers_see_the_same_names():
    stub = ast.parse((ROOT / "rescat" / "__init__.pyi").read_text(encoding="utf-8"))
    [listed] = [node.value for node in stub.body if isinstance(node, ast.Assign)]
    assert sorted(ast.literal_eval(listed)) == sorted(rescat.__all__)
    assert set(rescat.__all__) <= set(dir(rescat))


def test_nothing_else_can_be_seen_at_the_door():
    public = {name for name in dir(rescat) if not name.startswith("_")}
    assert public - set(NAMES.split()) <= ROOMS


def test_a_name_that_is_not_there_is_no_attribute():
    with pytest.raises(AttributeError, match="module 'rescat' has no attribute 'load_nothing'"):
        rescat.load_nothing  # noqa: B018
    with pytest.raises(ImportError, match="load_nothing"):
        exec("from rescat import load_nothing")


def test_no_function_hides_a_room():
    for name in ROOMS:
        assert isinstance(getattr(rescat, name, rescat), types.ModuleType), name


def test_the_exercise_checker_is_the_one_called_check():
    """The decorator of the ledger's checks is called ``verdict``, and is not at the door."""
    assert rescat.check.__module__ == "rescat.course.check"
    assert not hasattr(rescat, "verdict")
