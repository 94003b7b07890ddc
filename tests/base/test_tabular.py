"""The maker of tables: numbers, headings, what the style sheet needs, and text that stays text."""

import re

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from rescat.base.inert import Html
from rescat.base.tabular import heading, in_digits, table


def made(frame, **words) -> BeautifulSoup:
    return BeautifulSoup(str(table(frame, **words)), "html.parser")


def cells(page, column: int) -> list[str]:
    return [cell.get_text() for cell in page.select(f"tbody tr > :nth-child({column})")]


@pytest.mark.parametrize(
    ("number", "decimals", "shown"),
    [
        (-0.0071, 3, "−0.007"), (-0.0004, 3, "0.000"), (0, 2, "0.00"), (2021, None, "2021"),
        (9999.5, 0, "10000"), (123456, None, "123,456"), (1e-5, None, "1 × 10⁻⁵"),
        (-1 / 3, None, "−0.333333"), (np.float64(7), None, "7"), (np.int64(-3), None, "−3"),
        (-np.inf, 2, "−∞"), (1234567.5, 1, "1,234,567.5"),
    ],
)  # fmt: skip
def test_numbers(number, decimals, shown):
    assert in_digits(number, decimals) == shown


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_a_number_is_the_one_that_was_written(number, decimals):
    shown = in_digits(number, decimals)
    assert float(shown.replace("−", "-").replace(",", "")) == pytest.approx(
        round(number, decimals), abs=1e-9
    )
    assert "-" not in shown


def test_points_stand_in_a_line_and_no_digit_is_invented():
    page = made(pd.DataFrame({"a": [7, 12.5, -0.25, None]}))
    shown = cells(page, 1)
    assert [text.strip() for text in shown] == ["7", "12.5", "−0.25", ""]
    behind = [len(text) - len(re.match(r"\S*?\d+", text)[0]) for text in shown[:3]]
    assert behind == [3, 3, 3]  # the point and two digits, or as much room
    assert "--a1:var(--end)" in page.table["style"]


def test_a_sign_before_a_number_is_a_part_of_it():
    style = made(pd.DataFrame({"p": ["< 0.001", "0.03", ""], "q": ["< IL6", "1", "2"]})).table[
        "style"
    ]
    assert "--a1:" in style
    assert "--a2:" not in style


def test_words_dates_and_missing_values():
    frame = pd.DataFrame(
        {
            "day": pd.to_datetime(["2021-05-01", None]),
            "met": pd.array([True, None], dtype="boolean"),
            "who": ["<b>", Html("<i>x</i>")],
        }
    ).astype({"who": object})
    page = made(frame)
    assert cells(page, 1) == ["2021-05-01", ""]
    assert cells(page, 2) == ["yes", ""]
    assert cells(page, 3) == ["<b>", "x"]
    assert "--a" not in page.table["style"]


def test_headings_are_words():
    assert [heading(name) for name in ("p_value", "patient_id", "Day 0", "ecdf_max", "t")] == [
        "P value", "Patient ID", "Day 0", "eCDF max", "t"
    ]  # fmt: skip
    page = made(pd.DataFrame([[1, 2]], columns=["a_b", "c"]), labels={"c": "See"}, row_heads=True)
    assert [str(head) for head in page.select("thead th")] == [
        '<th scope="col">A b</th>', '<th scope="col">See</th>'
    ]  # fmt: skip
    assert page.select_one("tbody th")["scope"] == "row"


@pytest.mark.parametrize("empty", ["", " ", Html("<br>")])
def test_no_heading_is_empty(empty):
    with pytest.raises(ValueError, match="without a heading"):
        table(pd.DataFrame({"a": [1]}), labels={"a": empty})


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip))
def test_a_heading_in_the_style_is_that_text_and_nothing_more(text):
    style = made(pd.DataFrame({"a": [1]}), labels={"a": text}).table["style"]
    rest = "';--a1:var(--end);--b1:var(--whole)"
    assert re.fullmatch(rf"--c1:'([^'\\]|\\[0-9a-f]+ )*{re.escape(rest)}", style)
    inside = style.removeprefix("--c1:'").removesuffix(rest)
    assert re.sub(r"\\([0-9a-f]+) ", lambda code: chr(int(code[1], 16)), inside) == text


def test_room_grows_with_what_is_in_it():
    def fit(columns: int, text: str) -> int:
        frame = pd.DataFrame({f"Heading {n}": [text] for n in range(columns)})
        return int(made(frame).table["data-fit"])

    assert fit(2, "1.5") == 0
    assert [fit(n, "Satterthwaite") for n in (2, 3, 5, 7, 12)] == [0, 2, 2, 4, 6]
    assert fit(3, "some words " * 20) >= fit(3, "some words")


def test_sentences_share_what_figures_leave():
    frame = pd.DataFrame({"n": [1], "a": ["some words " * 30], "b": ["some words " * 10]})
    style = made(frame).table["style"]
    shares = {int(n): int(w) for n, w in re.findall(r"--w(\d):(\d+)%", style)}
    assert set(shares) == {2, 3}
    assert shares[2] == pytest.approx(3 * shares[3], abs=3)
    assert "--g2:1/-1" in style
    assert "%" not in made(frame[["n", "a"]]).table["style"]


def test_figures_stay_on_their_line():
    frame = pd.DataFrame({"a": ["-0.1 (-0.2 to 0.1)", "26.9 and 29.9"], "b": ["to do", "x"]})
    style = made(frame).table["style"]
    assert "--b1:var(--whole)" in style
    assert "--b2" not in style


def test_a_long_word_may_be_broken_and_no_other():
    frame = pd.DataFrame({"a": ["Abstract"], "b": ["https://example.org/a/long/address"]})
    assert "--o2:anywhere" in made(frame).table["style"]
    assert "--o1" not in made(frame).table["style"]
