"""Addresses of pages that several rooms lead to."""

from .inert import Html, file_name

__all__ = ["patient_link"]


def patient_link(patient_id: str, folder: str = "../patients/") -> Html:
    """A patient's number that leads to the page of the patient.

    Parameters
    ----------
    patient_id : str
        A number of Table 1 of the paper.
    folder : str
        Address of the pages of the patients, as seen from the page of the link.

    Returns
    -------
    Html

    Examples
    --------
    >>> from rescat.base.addresses import patient_link
    >>> print(patient_link("7"))
    <a href="../patients/7.html">7</a>
    """
    return Html('<a href="{}{}.html">{}</a>').format(folder, file_name(patient_id), patient_id)
