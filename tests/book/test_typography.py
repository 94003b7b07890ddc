"""The text of finished pages: minus signs, and numbers that stay with their unit."""

import pytest

from rescat.book.typography import set_text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a slope of -0.007 (-0.01 to -.5)", "a slope of −0.007 (−0.01 to −.5)"),
        ("[-2, -1]; x=-3; -4 °C", "[−2, −1]; x=−3; −4_°C"),
        ("IL-6, COH-01, 2020-04-12, S-100, https://x.org/-5", None),
        ("<td>IL</td><td>-6</td>", "<td>IL</td><td>−6</td>"),
        ("<b>IL</b>-6", None),
        ("45 % of <b>28</b> days, 40 pg/mL", "45_% of <b>28</b>_days, 40_pg/mL"),
        ("45 percent, 3 gold, 2 m", None),
        ("15 ± 3.7, 5 × 10⁻⁷", "15_±_3.7, 5_×_10⁻⁷"),
        ("P = 0.03, n &lt; 5", "P_=_0.03, n_&lt;_5"),
        ("P 0.74, P&lt;0.001; highest P 0.5", "P_=_0.74, P_&lt;_0.001; highest P_=_0.5"),
        ("<em>P</em> = 0.012, P values, P 2 of 3", "<em>P</em>_=_0.012, P values, P 2 of 3"),
        ("Table 2 and Table of contents", "Table_2 and Table of contents"),
        ("<pre>x = -1 <b>-2</b></pre> -3", "<pre>x = -1 <b>-2</b></pre> −3"),
        ('<a href="?q= -1" title="-1">-1</a>', '<a href="?q= -1" title="-1">−1</a>'),
        ("<svg><text>-1</text></svg><!-- -1 -->", None),
        ("", None),
    ],
)
def test_text_is_set(written, shown):
    assert set_text(written).replace("\N{NO-BREAK SPACE}", "_") == (shown or written)
