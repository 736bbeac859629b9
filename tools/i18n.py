"""Check and merge the translations of addons: `check ADDON...`, `merge ADDON POT`."""

import shutil
import sys
from pathlib import Path

import polib


def entries(catalog: polib.POFile) -> list[tuple]:
    return [(e.msgid, e.msgctxt, sorted(e.occurrences), e.comment) for e in catalog]


def incomplete(path: Path) -> list[str]:
    catalog = polib.pofile(str(path))
    return [
        f"{path}: {'fuzzy' if entry.fuzzy else 'untranslated'}: {entry.msgid!r}"
        for entry in catalog
        if not entry.obsolete and (entry.fuzzy or not entry.translated())
    ]


def check(*addons: str) -> bool:
    problems = []
    for addon in addons:
        for path in sorted(Path(addon, "i18n").glob("*.po")):
            problems += incomplete(path)
    print("".join(f"{problem}\n" for problem in problems), end="")
    return bool(problems)


def merge(addon: str, exported: str) -> None:
    folder = Path(addon, "i18n")
    folder.mkdir(exist_ok=True)
    committed = folder / f"{addon}.pot"
    new = polib.pofile(exported)
    # the export writes its date: without new terms the file stays as it is
    if not committed.exists() or entries(polib.pofile(str(committed))) != entries(new):
        shutil.copyfile(exported, committed)
    path = folder / "de.po"
    if path.exists():
        catalog = polib.pofile(str(path))
    else:
        catalog = polib.POFile()
        catalog.metadata = dict(new.metadata, Language="de")
    catalog.merge(new)
    for entry in catalog.obsolete_entries():
        catalog.remove(entry)
    catalog.save(str(path))
    print(f"{path}: {len(catalog.untranslated_entries())} to translate")


if __name__ == "__main__":
    sys.exit({"check": check, "merge": merge}[sys.argv[1]](*sys.argv[2:]))
