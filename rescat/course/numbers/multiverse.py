"""The numbers that the quiz on the multiverse names."""

from ...data.loaders import load_table

__all__ = ["NUMBERS"]


def _share(marker: str, choice: str = "all", level: str = "all", name: str = "share") -> float:
    table = load_table("multiverse_choices").set_index(["marker", "choice", "level"])
    return 100 * float(table.loc[(marker, choice, level), name])


NUMBERS = {
    "multiverse_nfl": lambda: _share("NFL"),
    "multiverse_randomised_low": lambda: _share("NFL", "controls", "randomised", "share_low"),
    "multiverse_randomised_high": lambda: _share("NFL", "controls", "randomised", "share_high"),
    "multiverse_il6_raw": lambda: _share("IL6", "scale", "raw"),
    "multiverse_il6_log": lambda: _share("IL6", "scale", "log"),
}
