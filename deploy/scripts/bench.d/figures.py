"""Figures of several runs, and the table that shows them beside the goals of the design."""

from statistics import median


class Figure:
    """The median of its values, with the least and the greatest."""

    def __init__(self, values):
        self.values = list(values)

    @property
    def median(self):
        return median(self.values)

    def text(self, digits=1):
        if not self.values:
            return "-"
        text = f"{self.median:.{digits}f}"
        if len(self.values) > 1:
            text += f" ({min(self.values):.{digits}f}-{max(self.values):.{digits}f})"
        return text


class Table:
    HEAD = ("figure", "nodeflame", "perf record", "ratio", "goal", "met")

    def __init__(self, is_quiet):
        """On a machine with other load no verdict is sure: each gets a question mark."""
        self.rows = []
        self._doubt = "" if is_quiet else "?"

    def doubt(self):
        """Other load was seen: the verdicts from now on are not sure either."""
        self._doubt = "?"

    def add(self, name, ours, perf=None, at_most=None, over_perf=None, digits=1):
        """A row. The goal is a bound of ours, or of how far it is above perf's."""
        ratio = f"{ours.median / perf.median:.2f}" if perf and over_perf is None else "-"
        goal, met = "-", "-"
        if at_most is not None:
            goal, met = f"<= {at_most:g}", self._met(ours.values, at_most)
        elif over_perf is not None and perf:
            apart = [o - p for o, p in zip(ours.values, perf.values)]
            goal, met = f"<= perf + {over_perf:g}", self._met(apart, over_perf)
        self.rows.append(
            (name, ours.text(digits), perf.text(digits) if perf else "-", ratio, goal, met)
        )

    def _met(self, values, bound):
        """Said only when all runs agree."""
        if all(value <= bound for value in values):
            return "yes" + self._doubt
        return "no" + self._doubt if all(value > bound for value in values) else "unclear"

    def text(self):
        rows = [self.HEAD, *self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.HEAD))]
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join(lines)

