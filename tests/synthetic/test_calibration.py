"""The rates of the calibration study in words."""

import rescat


def test_every_rate_has_its_name():
    table = rescat.load_table("calibration")
    words = rescat.rates_in_words(table)
    assert len(words) == len(table)
    row = table.query("scenario == 'D' and test == 'welch'").iloc[0]
    assert words["d_welch"] == f"{100 * row['rejections'] / row['sets']:.1f} %"
    power = table.query("slope_difference > 0 and test == 'wald'").iloc[0]
    assert words["power_wald"] == f"{100 * power['rate']:.0f} %"
