"""The names that notebooks and an analysis of your own rely on."""

import types

import rescat

NAMES = """
ADJUSTMENTS ARMS BIAS_STATISTICS BootstrapLRT CHECKLISTS Claim DATA DESIGNS DETECTION_RULES
DUPLICATE_RULES DataError Exercise Extreme FAMILIES Fault Finding HYNDMAN_FAN JointPermutation
MATCHED_ON MATCH_DISTANCES MATCH_METHODS Match ModelError NOT_PRINTED NOT_REPORTED ORIGINS
OriginError PANEL_TESTS PERMUTATION_STATISTICS PartialPooling PermutationTest PrintedNumber
QUANTITIES SAMPLING SAMPLING_TRANSIENT SENSITIVITY SLOPE_TESTS SMD_DENOMINATORS SlopeFit Tables Twin
VERDICTS adjust_p adjusted_p_bounds all_assignments apply_detection_rule assess
attainable_difference_p attainable_p attainable_ratio_p audit audit_facts bag_composition
balance banner bias_factor biomarker_changes block_assignments book_facts bootstrap_intervals
bootstrap_lrt chance_of_at_least check check_data checklist_counts checklist_table cited_numbers
clinical_course compare_quartiles corrections_received could_print count_below_limit
count_distribution data_dictionary describe describe_cohort design_analysis design_fits
design_of durations e_value entry_criteria event_table exact_interval excipient_exposure
exercise exercises expected_line extreme fact figures findable_table findings findings_list
fit_formula fit_panel fit_slopes fitted_lines fitting_blocks fitting_df growth_curves had_support
hidden_severity how_to_correct implied_ratios implied_residual_sd joint_df joint_permutation
key_figures largest_chance_of_at_least largest_gamma leave_one_out ledger_page line_weights
link_claims load_biomarkers load_checklist load_claims load_corrections load_ctcae load_events
load_exposure_limits load_manufacturing load_marker_names load_paper load_patients
load_quantile_defaults load_release_criteria load_slopes load_supplement load_table load_trial
lot_capacity marker_name match match_distances members_chosen most_bags_per_infusion one_marker
origin_label origin_of own_facts oxygen_days pages panel_tests parametric_bootstrap
parse_printed participant_flow patient_slopes patients_needed patients_of patients_treatable
per_arm_needed permutation_interval permutation_test possible_counts possible_sums
printed_p_ranges printed_quartiles printed_se printed_tests quantile_bounds quantity
randomisation_test ready_to_fit recruitment_periods recruitment_rate reference_list
refresh_checksums reporting_status resources responses rosenbaum_bounds rox_limits runner_up
score_points sensitivity severity_against_ctcae shrink_slopes simulate_trial slope_tests
smallest_caliper source_of sums_and_squares supplement_disagreements sweep_oxygen_days
synthetic_events synthetic_patients synthetic_pool tables tent to_long to_scale transient_needed
twin twin_ranges unit_factor unlike_groups upper_bound_of_zero verdict_counts verdict_sentence
viability_margins with_supplement
"""
ROOMS = {
    "base", "book", "course", "data", "figures", "ledger", "matching", "pages", "panel", "printed",
    "slopes", "synthetic", "tables", "trial",
}  # fmt: skip


def test_every_name_stays():
    assert sorted(rescat.__all__) == sorted(NAMES.split())
    assert all(hasattr(rescat, name) for name in NAMES.split())


def test_nothing_else_can_be_seen_at_the_door():
    public = {name for name in vars(rescat) if not name.startswith("_")}
    assert public - set(NAMES.split()) <= ROOMS


def test_no_function_hides_a_room():
    for name in ROOMS:
        assert isinstance(getattr(rescat, name, rescat), types.ModuleType), name


def test_the_exercise_checker_is_the_one_called_check():
    """The decorator of the ledger's checks has that name in a room of its own."""
    assert rescat.check.__module__ == "rescat.course.check"
