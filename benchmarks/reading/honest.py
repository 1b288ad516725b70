"""How honest the probabilities are: calibration error, reliability, risk and coverage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.reading import figure
from benchmarks.reading.characters import ALPHABETS, Seen, confusions
from benchmarks.reading.measured import Outcome
from benchmarks.reading.scores import Curve, curve, reliability
from benchmarks.reading.section import Section, percent
from benchmarks.reading.sheet import FAMILIES

_GOALS = {"digits": 0.01, "letters": 0.015, "whole fields": 0.02}
_AT = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02)


def characters(seen: Sequence[Seen]) -> Section:
    """Single characters of the measuring hands, the alphabet known."""
    section = Section("   Characters on the same forms, when the field says digits or letters")
    section.say(f"{'':10}{'hands':8}{'n':>8}{'right % (95 %)':>21}   commonest mistakes")
    for alphabet in ALPHABETS:
        own = [each for each in seen if each.alphabet == alphabet]
        for group in dict.fromkeys(["all", *(each.group for each in own)]):
            part = [each for each in own if group in ("all", each.group)]
            right = sum(each.right for each in part)
            told = confusions(part, 4)
            section.say(
                f"{alphabet:10}{group:8}{len(part):8}{percent(right, len(part)):>21}   {told}"
            )
            section.data[f"{alphabet}, {group}"] = {"n": len(part), "right": right}
    return section


def calibration(seen: Sequence[Seen], outcomes: Sequence[Outcome], out: Path) -> Section:
    """Calibration error and curves; figures go to ``out``."""
    section = Section("3. How honest the probabilities are (measuring hands)")
    said = {
        name: (
            [e.sure for e in seen if e.alphabet == name],
            [e.right for e in seen if e.alphabet == name],
        )
        for name in ALPHABETS
    }
    said["whole fields"] = (
        [each.reading.confidence for each in outcomes], [each.right for each in outcomes],
    )  # fmt: skip
    bins = {}
    for name, (sure, right) in said.items():
        error, bins[name] = reliability(sure, right)
        met = section.goal(f"calibration error, {name}", error, _GOALS[name], least=False)
        section.say(
            f"expected calibration error, {name:14}{error:8.4f}   goal {_GOALS[name]:g}: {met} "
            f"(n {len(sure)})"
        )
        section.data[name] = {
            "error": error,
            "bins": [list(map(float, (b.low, b.count, b.said, b.right))) for b in bins[name]],
        }
    section.say()
    section.say(
        f"{'said':>12}"
        + "".join(f"{name.removeprefix('whole ') + ': n, said, right %':>29}" for name in said)
    )
    for low in range(10):
        cells = []
        for name in said:
            here = [b for b in bins[name] if round(b.low * 10) == low]
            cells.append(
                f"{here[0].count:>13}{100 * here[0].said:8.1f}{100 * here[0].right:8.1f}"
                if here else f"{'-':>29}"
            )  # fmt: skip
        section.say(f"{low * 10:>5} to {low * 10 + 10:<3}" + "".join(cells))
    curves = _coverage(section, outcomes)
    drawn = out / "reading.svg"
    figure.save(drawn, bins, curves)
    section.say(f"Drawn: {drawn}")
    return section


def _coverage(section: Section, outcomes: Sequence[Outcome]) -> dict[str, Curve]:
    """Which share of the fields can be taken when so much of it may be wrong."""
    section.say()
    section.say("Share that could be taken, in percent, when of it at most so much is wrong:")
    section.say(f"{'':20}" + "".join(f"{f'{100 * each:g} %':>10}" for each in _AT))
    curves = {}
    for family in FAMILIES:
        own = [each for each in outcomes if each.family == family]
        if not own:
            continue
        curves[family] = curve([e.reading.confidence for e in own], [e.right for e in own])
        shares = [100 * curves[family].at_risk(each) for each in _AT]
        section.say(f"{family:20}" + "".join(f"{each:10.1f}" for each in shares))
        section.data[f"coverage, {family}"] = dict(zip(map(str, _AT), shares, strict=True))
    return curves
