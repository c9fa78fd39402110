"""Text without which an expression cannot match."""

import re

import pytest

from tracker.attribution import catalogue_file
from tracker.attribution.required_text import required_text


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^Amp <amp@ampcode\\.com>", "amp <amp@ampcode.com>"),
        ("^Codex(?: CLI)? <(?:codex|noreply)@openai\\.com>", "@openai.com>"),
        ("^(?:one|two)\\[bot\\] <", "[bot] <"),
        ("a|b", ""),
        ("(?:a|b)c", "c"),
        ("abc?d", "ab"),
        ("abc*", "ab"),
        ("x{2}abc", "abc"),
        ("x{12345}abc", "abc"),
        ("[^]a-z\\]]+abc", "abc"),
        ("\\bword\\d", "word"),
        ("", ""),
        ("((a)b)c", "c"),
        ("\\(x\\|y\\)", "(x|y)"),
        ("<bot\\x40corp\\.example>$", ""),
        ("(?x) bot @ corp", ""),
        ("(?i:a)bc", ""),
        ("a\\1bc", ""),
    ],
)
def test_longest_plain_text_outside_groups(pattern: str, text: str) -> None:
    assert required_text(pattern) == text


def test_no_rule_of_the_catalogue_matches_without_it() -> None:
    """Each rule is tried on texts that it matches: its own plain parts, with each alternative of its groups."""
    rules = [rule for agent in catalogue_file.load() for rule in (*agent.authors, *agent.names)]
    assert sum(bool(rule.contains) for rule in rules) > len(rules) // 2
    tried = 0
    for rule in rules:
        for text in _examples(rule.pattern):
            if re.search(rule.pattern, text, re.IGNORECASE):
                tried += 1
                assert rule.contains in text.lower(), rule
    assert tried > 50


def _examples(pattern: str) -> list[str]:
    """Return texts that an expression of the catalogue may match."""
    found = [re.sub(r"\\(.)", r"\1", re.sub(r"\[\^@>\]\*|\\d\+|\[\\w-\]\+", "1", pattern)).strip("^$")]
    while any("(?:" in text for text in found) and len(found) < 500:
        expanded = []
        for text in found:
            group = re.search(r"\(\?:([^()]*)\)(\??)", text)
            options = [*group[1].split("|"), *([""] if group[2] else [])] if group else [None]
            expanded += [text if one is None or group is None else text.replace(group[0], one, 1) for one in options]
        if expanded == found:
            break
        found = expanded
    return found
