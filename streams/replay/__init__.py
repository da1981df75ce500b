"""Runs the deciders again over inbound and commands, and compares with the live decisions (DESIGN.md 8, Replay; delivery.md B.6).

In memory alone: nothing is written anywhere and nothing is carried out, because a decider can only answer with events. Inputs are taken
in the order of the live decisions' sources, with their times and with the tenant's policy in the version that the decision names. What
is not a decider's answer is taken from the log as a fact: that an aggregate was parked, and how appends were cut (base, slot).
"""

from streams.replay.replaying import replay
from streams.replay.report import Difference, Report

__all__ = ["Difference", "Report", "replay"]
