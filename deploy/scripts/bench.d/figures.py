"""Figures of several runs, and the table that shows them beside the goals of the design."""

import random
from statistics import median

RESAMPLES = 4000


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

    def add(self, name, ours, perf=None, at_most=None, digits=1):
        """A row; the goal is a bound of ours."""
        ratio = f"{ours.median / perf.median:.2f}" if perf and perf.median > 0 else "-"
        goal, met = "-", "-"
        if at_most is not None:
            goal, met = f"<= {at_most:g}", self._met(ours.values, at_most)
        self.rows.append(
            (name, ours.text(digits), perf.text(digits) if perf else "-", ratio, goal, met)
        )

    def add_difference(self, name, ours, perf, at_most):
        """A row of how far the medians of two noisy figures are apart, with its 95 % interval; the
        verdict is one only where the whole interval agrees."""
        low, high = difference_interval(ours.values, perf.values)
        text = f"{ours.median - perf.median:.2f} ({low:.2f} to {high:.2f})"
        met = self._met([low, high], at_most)
        self.rows.append((name, text, "-", "-", f"<= {at_most:g}", met))

    def _met(self, values, bound):
        """Said only when all values agree."""
        if all(value <= bound for value in values):
            return "yes" + self._doubt
        return "no" + self._doubt if all(value > bound for value in values) else "unclear"

    def text(self):
        rows = [self.HEAD, *self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.HEAD))]
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join(lines)


def difference_interval(left, right):
    """The 95 % interval of median(left) - median(right), by bootstrap with a fixed seed."""
    choose = random.Random(1).choices
    apart = sorted(
        median(choose(left, k=len(left))) - median(choose(right, k=len(right)))
        for _ in range(RESAMPLES)
    )
    return apart[RESAMPLES * 25 // 1000], apart[RESAMPLES * 975 // 1000]
