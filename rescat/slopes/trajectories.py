"""The samples of some patients over time, checked and put in order for a model."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..base.arguments import check_choice
from ..base.errors import ModelError
from ..base.origin import keeps_origin
from .detection_limit import DETECTION_RULES, below_limit

__all__ = ["DUPLICATE_RULES", "patient_slopes"]

GROUPS = ("control", "treated")
DUPLICATE_RULES = {
    "refuse": "an error that names the patient and the time",
    "mean": "one sample with their mean",
    "keep": "samples of their own",
}


@dataclass(frozen=True)
class Statistics:
    """What the criterion needs to know of some patients.

    Attributes
    ----------
    w : array, shape (patients, 3)
        Σ1, Σt and Σt² over the samples of each patient.
    b : array, shape (1 or data sets, patients, 2)
        Σy and Σty.
    yy : array, shape (1 or data sets, patients)
        Σy².
    """

    w: np.ndarray
    b: np.ndarray
    yy: np.ndarray

    @classmethod
    def of(cls, n_samples: np.ndarray, t: np.ndarray, y: np.ndarray) -> "Statistics":
        """The sums of samples that are sorted by patient.

        Parameters
        ----------
        n_samples : array, shape (patients,)
            One or more for each patient.
        t : array, shape (samples,)
        y : array, shape (data sets, samples)
        """
        starts = np.concatenate([[0], np.cumsum(n_samples)[:-1]])

        def sums(x):
            return np.add.reduceat(x, starts, axis=-1)

        return cls(
            w=np.stack([n_samples.astype(float), sums(t), sums(t * t)], axis=1),
            b=np.stack([sums(y), sums(y * t)], axis=2),
            yy=sums(y * y),
        )


@dataclass(frozen=True)
class Trajectories:
    """Samples over time of the patients of one or two groups.

    Made by :func:`trajectories`, which checks them. The samples are sorted by patient, in the
    order in which the patients first appear, and by time.

    Attributes
    ----------
    patient : int array, shape (samples,)
        Position of the patient in ``patients``.
    time, value : float array, shape (samples,)
    patients : Index
    label : int8 array, shape (patients,)
        1 for the treated patients, 0 for the controls (and for all if there is one group).
    groups : int
        1 or 2.
    names : dict
        The columns that value, time, group and subject were read from.
    missing, below_limit : int array, shape (patients,)
        Rows without a value, and values below the limit of detection.
    index : Index
        Label of each sample's row in the frame (the first row of an average).
    place : int array, shape (samples,)
        Number of that row.
    repeated : int
        Values beyond the first of the same patient and time.
    duplicates : str
        What was done with them: a key of ``DUPLICATE_RULES``.
    detection_rule : str or None
    """

    patient: np.ndarray
    time: np.ndarray
    value: np.ndarray
    patients: pd.Index
    label: np.ndarray
    groups: int
    names: dict[str, str | None]
    missing: np.ndarray
    below_limit: np.ndarray
    index: pd.Index
    place: np.ndarray
    repeated: int = 0
    duplicates: str = "refuse"
    detection_rule: str | None = None

    @cached_property
    def n_samples(self) -> np.ndarray:
        """Samples of each patient."""
        return np.bincount(self.patient, minlength=len(self.patients))

    @cached_property
    def location(self) -> float:
        """Mean value, which is taken off before the fit."""
        return float(self.value.mean())

    @cached_property
    def spread(self) -> float:
        """Standard deviation of the values, by which they are divided."""
        return float(self.value.std())

    @cached_property
    def centre(self) -> float:
        """Mean time of a sample."""
        return float(self.time.mean())

    @cached_property
    def scale(self) -> float:
        """Standard deviation of the times."""
        return float(self.time.std())

    def statistics(self, centred: bool = True, values: np.ndarray | None = None) -> Statistics:
        """The sums that the criterion needs, of the scaled values and times.

        Parameters
        ----------
        centred : bool
            Count time from its mean. Not for a model that is tied to time zero.
        values : array, shape (data sets, samples), optional
            Other values at the same samples, already scaled.
        """
        t = (self.time - self.centre * centred) / self.scale
        y = np.atleast_2d((self.value - self.location) / self.spread if values is None else values)
        return Statistics.of(self.n_samples, t, y)

    def only(self, keep: np.ndarray) -> "Trajectories":
        """The patients where ``keep`` is True, as one group if only one is left."""
        rows = keep[self.patient]
        label = self.label[keep]
        both = len(set(label)) == 2
        return Trajectories(
            np.cumsum(keep)[self.patient[rows]] - 1,
            self.time[rows],
            self.value[rows],
            self.patients[keep],
            label if both else np.zeros_like(label),
            2 if both else 1,
            self.names,
            self.missing[keep],
            self.below_limit[keep],
            self.index[rows],
            self.place[rows],
            self.repeated,
            self.duplicates,
            self.detection_rule,
        )

    def as_one_group(self) -> "Trajectories":
        """The same samples without the groups."""
        return replace(self, label=np.zeros_like(self.label), groups=1)

    def counts(self) -> pd.DataFrame:
        """Patients and samples of each group: what was achieved, and what is missing."""
        rows, names = [], GROUPS if self.groups == 2 else ("all",)
        for k in range(len(names)):
            own = self.label == k
            n = self.n_samples[own]
            rows.append(
                {
                    "patients": int(own.sum()),
                    "samples": int(n.sum()),
                    "fewest": int(n.min()),
                    "median": float(np.median(n)),
                    "most": int(n.max()),
                    "one_sample": int((n == 1).sum()),
                    "missing": int(self.missing[own].sum()),
                    "below_limit": int(self.below_limit[own].sum()),
                }
            )
        return pd.DataFrame(rows, index=pd.Index(names, name="group"))

    def sampling(self) -> pd.DataFrame:
        """Samples of each group (rows) at each time (columns)."""
        names = np.array(GROUPS if self.groups == 2 else ("all",))
        labels, row = np.unique(self.label[self.patient], return_inverse=True)
        times, column = np.unique(self.time, return_inverse=True)
        counted = np.zeros((len(labels), len(times)), int)
        np.add.at(counted, (row, column), 1)  # pandas.crosstab took a third of a fit
        return pd.DataFrame(
            counted,
            index=pd.Index(names[labels], name="group"),
            columns=pd.Index(times, name=self.names["time"]),
        )


def trajectories(
    frame: pd.DataFrame,
    *,
    value: str = "value",
    time: str = "day",
    group: str | None = "treated",
    subject: str = "patient_id",
    duplicates: str = "refuse",
) -> Trajectories:
    """Check the samples of one marker and put them in order.

    Parameters
    ----------
    frame : DataFrame
        One row per sample. Rows without a value are left out and counted.
    value, time, group, subject : str
        Columns. The group is True or False (or 1 and 0): treated or not. None: one group.
    duplicates : {"refuse", "mean", "keep"}
        What becomes of several values of one patient at one time: ``DUPLICATE_RULES``.

    Raises
    ------
    ModelError
        If the samples cannot be modelled; the message names the row or patient and says what to
        do.
    """
    check_choice("duplicates", duplicates, DUPLICATE_RULES)
    names = {"value": value, "time": time, "group": group, "subject": subject}
    wanted = [column for column in names.values() if column is not None]
    doubled = frame.columns[frame.columns.duplicated()]
    if len(doubled):
        raise ModelError(f"the frame has two columns called {doubled[0]}: keep one of them")
    absent = [column for column in wanted if column not in frame]
    if absent:
        raise ModelError(
            f"the frame has no column {', '.join(absent)}; found {', '.join(map(str, frame))}\n"
            "Name your columns: fit_slopes(frame, value=…, time=…, group=…, subject=…)"
        )
    if frame.empty:
        raise ModelError("the frame has no rows: nothing to fit")
    _check_marker(frame)
    below = below_limit(frame)
    rule = _check_detection(frame, value, below)
    for column in (value, time):
        _check_numbers(frame, column, subject, may_be_missing=column == value)
    nameless = frame[subject].isna().to_numpy()
    if nameless.any():
        raise ModelError(f"row {frame.index[nameless.argmax()]}: column {subject} is empty")
    treated = None if group is None else _treated(frame, group, subject)

    index = frame.index
    frame = frame.reset_index(drop=True)
    codes, patients = pd.factorize(frame[subject])
    present = frame[value].notna().to_numpy()
    samples = np.bincount(codes[present], minlength=len(patients))
    if (samples == 0).any():
        lost = ", ".join(map(str, patients[samples == 0]))
        raise ModelError(
            f"no sample with a value: patient {lost}. Leave such patients out, and report that "
            f"you did: frame.dropna(subset=[{value!r}])"
        )
    label = np.zeros(len(patients), np.int8)
    if treated is not None:
        label[codes] = treated
        _check_groups(label, group)
    repeated = np.zeros(len(frame), bool)
    repeated[present] = frame[present].duplicated([subject, time])
    if repeated.any() and duplicates == "refuse":
        row = frame.loc[repeated.argmax()]
        raise ModelError(
            f"patient {row[subject]} has two values at {time} {row[time]:g}. One row per sample is "
            "expected: give duplicates='mean' to average repeated measurements or "
            "duplicates='keep' to take them as samples of their own, or choose one marker"
        )
    of_sample = present
    if duplicates == "mean":
        means = frame[present].groupby([subject, time], sort=False)[value].transform("mean")
        frame[value] = means.reindex(frame.index)
        of_sample = present & ~repeated
    y = frame[value].to_numpy(float)
    t = frame[time].to_numpy(float)
    if not 1e-100 < np.abs(y[present]).max() < 1e100 and np.ptp(y[present]) > 0:
        raise ModelError(
            f"the values of {value} are of the size {np.abs(y[present]).max():.0e}: choose a unit "
            "in which they are closer to 1"
        )
    if np.ptp(y[present]) <= 1e-12 * np.abs(y[present]).max():
        raise ModelError(
            f"every value of {value} is {y[present][0]:g}: a constant has no slope to estimate. "
            "If all are below the limit of detection, say so in place of a model"
        )
    if np.ptp(t[present]) == 0:
        raise ModelError(f"all samples are at {time} {t[present][0]:g}: a slope needs two times")
    order = np.lexsort((t, codes))
    order = order[of_sample[order]]
    return Trajectories(
        codes[order],
        t[order],
        y[order],
        pd.Index(patients),
        label,
        1 if group is None else 2,
        names,
        np.bincount(codes[~present & ~below], minlength=len(patients)),
        np.bincount(codes[below], minlength=len(patients)),
        index[order],
        order,
        int(repeated.sum()),
        duplicates,
        rule,
    )


@keeps_origin("frame")
def patient_slopes(
    frame: pd.DataFrame,
    *,
    value: str = "value",
    time: str = "day",
    group: str | None = "treated",
    subject: str = "patient_id",
    duplicates: str = "refuse",
) -> pd.DataFrame:
    """The least-squares line of each patient alone.

    Parameters
    ----------
    frame, value, time, group, subject, duplicates
        As for :func:`rescat.fit_slopes`.

    Returns
    -------
    DataFrame, one row per patient
        ``subject``, ``group`` (control, treated or all), ``samples``, ``intercept`` and ``slope``;
        both are missing for a patient who was sampled at one time only.

    Raises
    ------
    ModelError
        As :func:`rescat.fit_slopes`.

    Notes
    -----
    The summary-measures approach: Matthews, Altman, Campbell and Royston (1990), British Medical
    Journal 300: 230-235.

    Examples
    --------
    >>> import rescat
    >>> lines = rescat.patient_slopes(rescat.simulate_trial(5, slope=(0, 0.02)))
    >>> print(lines.head(3).round(3).to_string(index=False))
    subject   group  samples  intercept  slope    origin
        S01 treated        5      1.410  0.011 synthetic
        S02 treated        5      1.437  0.009 synthetic
        S03 treated        5      1.743  0.012 synthetic
    """
    return own_lines(
        trajectories(
            frame, value=value, time=time, group=group, subject=subject, duplicates=duplicates
        )
    )


def own_lines(data: Trajectories) -> pd.DataFrame:
    """The least-squares line of each patient; see :func:`patient_slopes`."""
    n = data.n_samples
    mean_t = np.bincount(data.patient, data.time) / n
    mean_y = np.bincount(data.patient, data.value) / n
    t = data.time - mean_t[data.patient]
    sxx = np.bincount(data.patient, t * t)
    sxy = np.bincount(data.patient, t * data.value)
    # More than rounding leaves of several samples at one time.
    spread = sxx > 1e-20 * np.bincount(data.patient, data.time**2)
    slope = np.divide(sxy, sxx, out=np.full(len(n), np.nan), where=spread)
    names = np.array(GROUPS if data.groups == 2 else ("all",))
    return pd.DataFrame(
        {
            "subject": data.patients,
            "group": names[data.label],
            "samples": n,
            "intercept": mean_y - slope * mean_t,
            "slope": slope,
        }
    )


def _check_marker(frame: pd.DataFrame) -> None:
    if "marker" in frame and frame["marker"].nunique() > 1:
        markers = ", ".join(map(str, frame["marker"].unique()[:4]))
        raise ModelError(
            f"the frame holds {frame['marker'].nunique()} markers ({markers}, …), and a model has "
            "one: choose it with frame.query(\"marker == 'IL6'\")"
        )


def _check_detection(frame: pd.DataFrame, value: str, below: np.ndarray) -> str | None:
    """The rule for values below the limit of detection; an error if there is none and should be."""
    if "detection_rule" in frame:
        rules = frame["detection_rule"].unique()
        if len(rules) > 1 or rules[0] not in DETECTION_RULES:
            raise ModelError(
                f"column detection_rule: found {', '.join(map(str, rules))}, expected one of "
                f"{', '.join(DETECTION_RULES)}, the same in every row"
            )
        return str(rules[0])
    if below.any():
        raise ModelError(
            f"{below.sum()} of {len(frame)} values are below the limit of detection. Say what "
            "becomes of them before the fit, and before any logarithm: "
            f"rescat.apply_detection_rule(frame, 'half', value={value!r})"
        )
    return None


def _check_numbers(frame: pd.DataFrame, column: str, subject: str, may_be_missing: bool) -> None:
    kind = frame[column].dtype
    if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_complex_dtype(kind):
        raise ModelError(f"column {column} holds values of the type {kind}, expected numbers")
    numbers = frame[column].to_numpy(float, na_value=np.nan)
    faulty = np.isinf(numbers) if may_be_missing else ~np.isfinite(numbers)
    if faulty.any():
        place = int(faulty.argmax())
        hint = (
            "The logarithm of zero gives -inf: see rescat.apply_detection_rule. A missing value is "
            "an empty cell (NaN)"
            if may_be_missing
            else "Every sample needs its time: leave out the rows without one"
        )
        raise ModelError(
            f"row {frame.index[place]} (patient {frame[subject].iloc[place]}), column {column}: "
            f"found {numbers[place]}, expected a number. {hint}"
        )


def _treated(frame: pd.DataFrame, group: str, subject: str) -> np.ndarray:
    """The group of each row, as 0 or 1."""
    labels = frame[group].unique()
    if frame[group].isna().any() or not set(labels) <= {0, 1}:
        shown = ", ".join(map(str, labels[:5]))
        raise ModelError(
            f"column {group}: found {shown}, expected True (treated) or False (control). Make "
            "such a column: frame.assign(treated=frame['arm'] == 'MSC'); or give group=None for "
            "one slope"
        )
    treated = frame[group].to_numpy(np.int8)
    codes, people = pd.factorize(frame[subject])
    own = np.zeros(len(people), np.int8)
    own[codes] = treated
    if (own[codes] != treated).any():
        mixed = frame.groupby(subject)[group].nunique().gt(1)
        raise ModelError(
            f"patient {mixed.idxmax()} is in both groups of column {group}, expected one: a "
            "patient does not change group in this model"
        )
    return treated


def _check_groups(label: np.ndarray, group: str) -> None:
    for k, name in enumerate(GROUPS):
        n = int((label == k).sum())
        if n < 2:
            raise ModelError(
                f"the {name} group of column {group} has {n} patient{'s' * (n != 1)}, expected two "
                "or more: the spread between patients cannot be seen in fewer. For one slope of "
                "all patients give group=None"
            )
