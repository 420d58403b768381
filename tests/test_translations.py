"""The Japanese interface is complete: every string of the code has a translation, and none is left over."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURALS = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
IN_TEMPLATE = re.compile(
    r"""(?<![\w.])n?gettext\((?P<u>u?)(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<![\w.])_\((?P<short>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
)
IN_SCRIPT = re.compile(
    r"""(?<![\w.])(?:gettext|ngettext|_)\(\s*(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
)


def with_context(context: str | None, text: str) -> str:
    """A string and its context as gettext joins them in a compiled catalogue."""
    return f"{context}\x04{text}" if context else text


def python_strings() -> Iterator[tuple[str, Path]]:
    for folder in ("apps", "techpack_site"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                    continue
                first = node.args[0]
                if node.func.id in CALLS | PLURALS and isinstance(first, ast.Constant):
                    yield first.value, path
                if node.func.id in WITH_CONTEXT and isinstance(first, ast.Constant):
                    yield with_context(first.value, ast.literal_eval(node.args[1])), path


def template_strings() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "templates").rglob("*.*")):
        for match in IN_TEMPLATE.finditer(templatize(path.read_text(encoding="utf-8"))):
            yield ast.literal_eval(match["text"] or match["short"]), path


def script_strings() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "static" / "src").rglob("*.js")):
        for match in IN_SCRIPT.finditer(path.read_text(encoding="utf-8")):
            yield ast.literal_eval(match["text"]), path


CATALOGUES = {
    "django": lambda: [*python_strings(), *template_strings()],
    "djangojs": lambda: [*script_strings()],
}


def catalogue(domain: str) -> dict[str, polib.POEntry]:
    entries = polib.pofile(ROOT / "locale" / "ja" / "LC_MESSAGES" / f"{domain}.po")
    return {with_context(entry.msgctxt, entry.msgid): entry for entry in entries}


@pytest.mark.parametrize("domain", CATALOGUES)
def test_every_string_is_translated(domain):
    known = catalogue(domain)
    missing = {
        f"{text!r} in {path.relative_to(ROOT)}"
        for text, path in CATALOGUES[domain]()
        if text not in known or not known[text].translated()
    }
    assert not missing, "\n".join(sorted(missing))


@pytest.mark.parametrize("domain", CATALOGUES)
def test_no_translation_is_left_over(domain):
    used = {text for text, _path in CATALOGUES[domain]()}
    assert not sorted(set(catalogue(domain)) - used)


@pytest.mark.parametrize("domain", CATALOGUES)
def test_placeholders_survive_translation(domain):
    holes = re.compile(r"%\(\w+\)[sd]|%[sd]")
    for text, entry in catalogue(domain).items():
        for translated in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            if not entry.msgid_plural:
                assert sorted(holes.findall(translated)) == sorted(holes.findall(text)), text
