# The names at the door, by the module that has them: each is imported at its first use.

from . import figures, pages
from .base.errors import BuildError, ConvergenceWarning, DataError, Fault, MissingExtraError, ModelError, OriginError, RescatError, RescatWarning, SingularFitWarning
from .base.origin import ORIGINS, origin_label, origin_of
from .base.words import spread_in_words
from .course.check import assess, check, exercises
from .course.registry import Exercise, exercise
from .data.biomarkers import biomarker_changes, load_biomarkers
from .data.contract import DATA, data_dictionary, describe, refresh_checksums, resources
from .data.loaders import check_data, load_claims, load_ctcae, load_events, load_exposure_limits, load_manufacturing, load_patients, load_quantile_defaults, load_release_criteria, load_slopes, load_table, load_trial, patients_beside, patients_of, reporting_status
from .data.marker_names import load_marker_names, marker_name
from .data.paper import cited_numbers, load_paper, load_record, reference_list
from .data.supplement import load_supplement, supplement_disagreements, with_supplement
from .data.trial_facts import ARMS, MATCHED_ON, fact
from .data.units import unit_factor
from .data.validation import NOT_REPORTED
from .data.wide import to_long
from .ledger.audit import audit, source_of
from .ledger.checklists import CHECKLISTS, checklist_counts, load_checklist
from .ledger.corrections import load_corrections
from .ledger.findings import findings
from .ledger.grouped import IMPORTANCE, finding_counts, finding_sentence, ledger_findings, same_words
from .ledger.key_figures import key_figures
from .ledger.tables import Tables
from .ledger.verdicts import Claim, Finding, VERDICTS, verdict_counts, verdict_sentence
from .matching.balance import SMD_DENOMINATORS, balance
from .matching.distances import MATCH_DISTANCES
from .matching.hidden_bias import BIAS_STATISTICS, bias_factor, e_value, largest_gamma, rosenbaum_bounds
from .matching.match import MATCH_METHODS, Match, match, match_distances, runner_up, smallest_caliper
from .matching.smd_by_chance import smd_by_chance
from .pages import tables
from .pages.banner import banner
from .pages.checklists import checklist_table
from .pages.corrections import corrections_received, how_to_correct, responses
from .pages.facts import audit_facts, book_facts, own_facts
from .pages.findable import findable_table
from .pages.findings import findings_list
from .pages.ledger import ledger_page, link_claims
from .panel.designs import DESIGNS, SAMPLING, SAMPLING_TRANSIENT, arm_weights, design_of, line_weights
from .panel.fits import PANEL_TESTS, PanelFit, fit_panel, leave_one_out, one_marker, panel_tests, slopes_of_arms, to_scale
from .panel.joint_permutation import JointPermutation, joint_permutation
from .panel.multiplicity import ADJUSTMENTS, adjust_p, adjusted_p_bounds, chance_curves, chance_of_at_least, count_distribution, evidence_bounds, largest_chance_of_at_least
from .panel.pooling import PartialPooling, compare_pooling, design_analysis, shrink_slopes
from .panel.printed_tests import FAMILIES, adjusted_p_by_family, allowed_differences, outside_sizes, printed_design_analysis, printed_differences, printed_hits, printed_p_ranges, printed_tests
from .panel.ready import fit_markers, ready_to_fit
from .panel.sampling_evidence import design_fits, implied_residual_sd, printed_se
from .panel.sensitivity import SENSITIVITY, sensitivity
from .panel.tipping import icu_rise, needed_slope, tipping_in_words, tipping_points
from .panel.transients import expected_line, fitted_lines, implied_ratios, tent, transient_needed
from .printed.attainable import attainable_difference_p, attainable_p, attainable_ratio_p
from .printed.lines import fitting_df, joint_df
from .printed.quantiles import HYNDMAN_FAN, compare_quartiles, quantile_bounds
from .printed.rounding import PrintedNumber, could_print, parse_printed, possible_counts, possible_sums, sums_and_squares
from .slopes.assignments import all_assignments, block_assignments, fitting_blocks, randomisation_test
from .slopes.bootstrap import BootstrapLRT, bootstrap_intervals, bootstrap_lrt, parametric_bootstrap
from .slopes.comparison import SLOPE_TESTS, slope_tests
from .slopes.detection_limit import DETECTION_RULES, apply_detection_rule, count_below_limit
from .slopes.fit import fit_slopes
from .slopes.formula import fit_formula
from .slopes.permutation import PERMUTATION_STATISTICS, PermutationTest, permutation_interval, permutation_test
from .slopes.profile import profile_limits
from .slopes.result import SlopeFit
from .slopes.simulation import simulate_trial
from .slopes.trajectories import DUPLICATE_RULES, patient_slopes
from .synthetic.calibration import rates_in_words
from .synthetic.extremes import Extreme, QUANTITIES, extreme, extremes_beside
from .synthetic.hidden_severity import hidden_severity
from .synthetic.joint_null import spread_over_twins
from .synthetic.patients import synthetic_events, synthetic_patients
from .synthetic.pool import describe_pool, members_chosen, synthetic_pool
from .synthetic.routes import LIMITS_ROUTES, P_ROUTES, agreement_by_route
from .synthetic.twin import Twin, twin, twin_ranges
from .trial.allocation import allocation_differences, allocation_schemes, allocation_tests, alone_in_centre, compare_schemes
from .trial.cohort import against_treated, approval_dates, beyond_stay, count_arms, days_between_cohorts, describe_cohort, entry_criteria, entry_limits, fitting_definitions, had_support, oxygen_days, participant_flow, printed_quartiles, recruitment_periods, rounded_age_limits, sampling_days, sweep_oxygen_days, unlike_groups
from .trial.manufacturing import bag_composition, capacity_grid, chance_of_so_few_older, excipient_exposure, growth_curves, lot_capacity, most_bags_per_day, most_bags_per_infusion, patients_treatable, planned_by_age, press_count, quantity, recruitment_rate, treated_by_source, viability_margins
from .trial.matched_controls import Assignments, assign_controls, balance_of_matches, compare_matches, discordant_pairs, nearest_controls
from .trial.safety import after_discharge, chances_of_seeing, clinical_course, discharged_before, durations, event_table, exact_interval, patients_needed, per_arm_needed, safety_proportions, severity_against_ctcae, upper_bound_of_zero
from .trial.scores import NOT_PRINTED, rox_limits, score_points

__version__: str

__all__ = [
    "ADJUSTMENTS",
    "ARMS",
    "Assignments",
    "BIAS_STATISTICS",
    "BootstrapLRT",
    "BuildError",
    "CHECKLISTS",
    "Claim",
    "ConvergenceWarning",
    "DATA",
    "DESIGNS",
    "DETECTION_RULES",
    "DUPLICATE_RULES",
    "DataError",
    "Exercise",
    "Extreme",
    "FAMILIES",
    "Fault",
    "Finding",
    "HYNDMAN_FAN",
    "IMPORTANCE",
    "JointPermutation",
    "LIMITS_ROUTES",
    "MATCHED_ON",
    "MATCH_DISTANCES",
    "MATCH_METHODS",
    "Match",
    "MissingExtraError",
    "ModelError",
    "NOT_PRINTED",
    "NOT_REPORTED",
    "ORIGINS",
    "OriginError",
    "PANEL_TESTS",
    "PERMUTATION_STATISTICS",
    "P_ROUTES",
    "PanelFit",
    "PartialPooling",
    "PermutationTest",
    "PrintedNumber",
    "QUANTITIES",
    "RescatError",
    "RescatWarning",
    "SAMPLING",
    "SAMPLING_TRANSIENT",
    "SENSITIVITY",
    "SLOPE_TESTS",
    "SMD_DENOMINATORS",
    "SingularFitWarning",
    "SlopeFit",
    "Tables",
    "Twin",
    "VERDICTS",
    "adjust_p",
    "adjusted_p_bounds",
    "adjusted_p_by_family",
    "after_discharge",
    "against_treated",
    "agreement_by_route",
    "all_assignments",
    "allocation_differences",
    "allocation_schemes",
    "allocation_tests",
    "allowed_differences",
    "alone_in_centre",
    "apply_detection_rule",
    "approval_dates",
    "arm_weights",
    "assess",
    "assign_controls",
    "attainable_difference_p",
    "attainable_p",
    "attainable_ratio_p",
    "audit",
    "audit_facts",
    "bag_composition",
    "balance",
    "balance_of_matches",
    "banner",
    "beyond_stay",
    "bias_factor",
    "biomarker_changes",
    "block_assignments",
    "book_facts",
    "bootstrap_intervals",
    "bootstrap_lrt",
    "capacity_grid",
    "chance_curves",
    "chance_of_at_least",
    "chance_of_so_few_older",
    "chances_of_seeing",
    "check",
    "check_data",
    "checklist_counts",
    "checklist_table",
    "cited_numbers",
    "clinical_course",
    "compare_matches",
    "compare_pooling",
    "compare_quartiles",
    "compare_schemes",
    "corrections_received",
    "could_print",
    "count_arms",
    "count_below_limit",
    "count_distribution",
    "data_dictionary",
    "days_between_cohorts",
    "describe",
    "describe_cohort",
    "describe_pool",
    "design_analysis",
    "design_fits",
    "design_of",
    "discharged_before",
    "discordant_pairs",
    "durations",
    "e_value",
    "entry_criteria",
    "entry_limits",
    "event_table",
    "evidence_bounds",
    "exact_interval",
    "excipient_exposure",
    "exercise",
    "exercises",
    "expected_line",
    "extreme",
    "extremes_beside",
    "fact",
    "figures",
    "findable_table",
    "finding_counts",
    "finding_sentence",
    "findings",
    "findings_list",
    "fit_formula",
    "fit_markers",
    "fit_panel",
    "fit_slopes",
    "fitted_lines",
    "fitting_blocks",
    "fitting_definitions",
    "fitting_df",
    "growth_curves",
    "had_support",
    "hidden_severity",
    "how_to_correct",
    "icu_rise",
    "implied_ratios",
    "implied_residual_sd",
    "joint_df",
    "joint_permutation",
    "key_figures",
    "largest_chance_of_at_least",
    "largest_gamma",
    "leave_one_out",
    "ledger_findings",
    "ledger_page",
    "line_weights",
    "link_claims",
    "load_biomarkers",
    "load_checklist",
    "load_claims",
    "load_corrections",
    "load_ctcae",
    "load_events",
    "load_exposure_limits",
    "load_manufacturing",
    "load_marker_names",
    "load_paper",
    "load_patients",
    "load_quantile_defaults",
    "load_record",
    "load_release_criteria",
    "load_slopes",
    "load_supplement",
    "load_table",
    "load_trial",
    "lot_capacity",
    "marker_name",
    "match",
    "match_distances",
    "members_chosen",
    "most_bags_per_day",
    "most_bags_per_infusion",
    "nearest_controls",
    "needed_slope",
    "one_marker",
    "origin_label",
    "origin_of",
    "outside_sizes",
    "own_facts",
    "oxygen_days",
    "pages",
    "panel_tests",
    "parametric_bootstrap",
    "parse_printed",
    "participant_flow",
    "patient_slopes",
    "patients_beside",
    "patients_needed",
    "patients_of",
    "patients_treatable",
    "per_arm_needed",
    "permutation_interval",
    "permutation_test",
    "planned_by_age",
    "possible_counts",
    "possible_sums",
    "press_count",
    "printed_design_analysis",
    "printed_differences",
    "printed_hits",
    "printed_p_ranges",
    "printed_quartiles",
    "printed_se",
    "printed_tests",
    "profile_limits",
    "quantile_bounds",
    "quantity",
    "randomisation_test",
    "rates_in_words",
    "ready_to_fit",
    "recruitment_periods",
    "recruitment_rate",
    "reference_list",
    "refresh_checksums",
    "reporting_status",
    "resources",
    "responses",
    "rosenbaum_bounds",
    "rounded_age_limits",
    "rox_limits",
    "runner_up",
    "safety_proportions",
    "same_words",
    "sampling_days",
    "score_points",
    "sensitivity",
    "severity_against_ctcae",
    "shrink_slopes",
    "simulate_trial",
    "slope_tests",
    "slopes_of_arms",
    "smallest_caliper",
    "smd_by_chance",
    "source_of",
    "spread_in_words",
    "spread_over_twins",
    "sums_and_squares",
    "supplement_disagreements",
    "sweep_oxygen_days",
    "synthetic_events",
    "synthetic_patients",
    "synthetic_pool",
    "tables",
    "tent",
    "tipping_in_words",
    "tipping_points",
    "to_long",
    "to_scale",
    "transient_needed",
    "treated_by_source",
    "twin",
    "twin_ranges",
    "unit_factor",
    "unlike_groups",
    "upper_bound_of_zero",
    "verdict_counts",
    "verdict_sentence",
    "viability_margins",
    "with_supplement",
]
