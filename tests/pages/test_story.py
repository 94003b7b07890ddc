"""The five pictures of the first page: their numbers are those of the chapters."""

import re
import tomllib

import numpy as np
import pytest
from bs4 import BeautifulSoup
from shared import ROOT

import rescat
from rescat.data.paper import load_paper
from rescat.data.trial_facts import DAYS
from rescat.pages.story import story, tell

CARDS = BeautifulSoup(str(story()), "html.parser").select("li")


def test_each_picture_has_words_for_who_cannot_see_it_and_leads_to_a_chapter():
    assert len(CARDS) == 5
    for card in CARDS:
        assert card.svg["role"] == "img"
        assert len(card.svg["aria-label"]) > 10
        name = card.a["href"].removeprefix("chapters/").removesuffix(".html")
        assert (rescat.DATA.parent / "notebooks" / f"{name}.py").is_file()


def test_a_dot_for_each_patient():
    arms = rescat.count_arms(rescat.load_patients())
    large = [dot for dot in CARDS[0].select("circle") if dot["r"] == "10"]
    drawn = {
        name: sum(d["class"] == [name] for d in large) for name in ("treated", "control", "matched")
    }
    assert drawn == {"treated": arms["MSC"], "control": arms["CTRL"], "matched": arms["mCTRL"]}


def test_the_risks_that_fit_are_as_wide_as_the_bound():
    rest, fits = CARDS[1].select("rect")
    share = float(fits["width"]) / float(rest["width"])
    assert share == pytest.approx(rescat.upper_bound_of_zero(5), abs=0.005)


def test_the_two_courses_have_the_same_fitted_line():
    """On the days with samples the invented rise has the slope of the printed difference."""
    curves = [
        np.array([[float(n) for n in point.split(",")] for point in line["points"].split()])
        for line in CARDS[2].select("polyline")
    ]
    apart = []
    for straight, course in (curves[:2], curves[2:]):
        days = np.linspace(0, 28, len(course))
        level = np.interp(np.linspace(0, 28, len(course)), np.linspace(0, 28, len(straight)),
                          straight[:, 1]) - course[:, 1]  # fmt: skip
        apart.append((days, level))
    (days, line), (_, rise) = apart
    sampled = DAYS[:-1]
    slope = [np.polyfit(sampled, np.interp(sampled, days, y), 1)[0] for y in (line, rise)]
    assert slope[0] == pytest.approx(slope[1], rel=0.01)
    assert rise[-1] == pytest.approx(0, abs=0.2)


def test_a_square_for_each_test():
    hits, tests = rescat.printed_hits(rescat.load_slopes())
    squares = CARDS[3].select("rect")
    assert len(squares) == tests
    assert sum(square["class"] == ["treated"] for square in squares) == hits


def test_the_periods_do_not_touch():
    first, second = CARDS[4].select("rect")
    end = float(first["x"]) + float(first["width"])
    assert end < float(second["x"])


def test_each_language_has_the_same_pieces_and_no_open_brace():
    """But for what only the ledger knows, which the sheets fill in."""
    written = tomllib.loads((ROOT / "book" / "story.toml").read_text(encoding="utf-8"))
    assert written["en"].keys() == written["it"].keys()
    for language in ("en", "it"):
        told = tell(language)
        said = [*told.trial.values(), *(c.title + c.words + c.alt + c.drawn for c in told.cards)]
        assert len(said) == 10
        assert not any("{" in text for text in said)
        left = set(re.findall(r"\{(\w+)\}", " ".join(told.words.values())))
        assert left == {"n_figures", "n_different", "n_not_both", "version", "date"}


def test_the_numbers_are_the_same_in_each_language():
    def numbers(text: str) -> list[str]:
        return sorted(re.findall(r"\d+(?:[.,]\d+)?", text.replace(",", ".")))

    for one, other in zip(tell("en").cards, tell("it").cards, strict=True):
        assert numbers(one.title + one.words) == numbers(other.title + other.words)
        assert one.chapter == other.chapter


def test_the_conclusion_is_that_of_the_abstract():
    conclusion = tell().trial["The paper’s conclusion"].strip("“”.")
    assert conclusion in " ".join(load_paper().split())
