"""What an import understood, asked, changed and found at fault on its way."""

from pathlib import Path

from ..base.errors import Fault
from .mapping import Mapping, Question
from .samples import Sample

__all__ = ["Account"]


class Account:
    """The words so far; each names the place of a cell.

    Parameters
    ----------
    mapping : Mapping

    Attributes
    ----------
    understood : dict of tuple to None
        ``what, found, read_as, how``, each once and in order.
    questions : list of Question
    faults : list of Fault
    log : list of tuple
        ``file, row, column, found, written, rule``.
    """

    def __init__(self, mapping: Mapping):
        self.mapping = mapping
        self.understood: dict[tuple, None] = {}
        self.questions: list[Question] = []
        self.faults: list[Fault] = []
        self.log: list[tuple] = []

    def understand(self, what: str, found: str, read_as: object, how: str) -> None:
        """What a word of the files is taken for."""
        self.understood[what, found, str(read_as), how] = None

    def ask(self, table: str, key: str, why: str, sample: Sample) -> None:
        """A line that the mapping lacks, once."""
        place = f"{sample.sheet.file}, row {sample.row + 1}"
        if not any((q.table, q.key) == (table, key) for q in self.questions):
            self.questions.append(Question(table, key, why, place))

    def note(self, sample: Sample, written: object, rule: str, found: str | None = None) -> None:
        """A cell that was changed or left out; `found` stands for a text that is not repeated."""
        text = "" if written is None else written
        found = sample.text if found is None else found
        self.log.append((sample.sheet.file, sample.row + 1, sample.heading, found, text, rule))

    def fault(
        self, sample: Sample, found: str, expected: str, column: str = "", quoted=True
    ) -> None:
        """Something that cannot be read, with its place."""
        place = Path(sample.sheet.file) if sample.sheet.name else sample.sheet.path
        column = f"{sample.heading} ({column})" if column else sample.heading
        self.faults.append(Fault(place, found, expected, sample.row + 1, column, quoted))
