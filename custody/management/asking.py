"""Questions on a terminal: each answer is checked at once, and asked again when it does not do.

Every question is an option of the command too. An option that does not do ends the command: nobody is there
to be asked again.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from custody.actions.base import ActionError
from custody.actions.entered import clean_text

Check = Callable[[str], str]


class Unfit(Exception):
    """An answer that does not do. The message is for the person who gave it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers: what is stored, and what a person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. ``option`` is its name; ``check`` returns the answer as it is kept, or raises Unfit."""

    option: str
    words: str
    check: Check = str
    choices: Sequence[Choice] = ()
    default: str = ""
    optional: bool = False
    most: int = 200


def flag(option: str) -> str:
    """Return an option as it is typed: ``time_zone`` is ``--time-zone``."""
    return f"--{option.replace('_', '-')}"


class Asker:
    """Takes answers from the options given, and else from the person at the terminal.

    ``asked`` says whether the person was asked anything. Raises Unfit for an option that does not do,
    EOFError when the terminal ends.
    """

    def __init__(self, given: Mapping[str, str | None], say: Callable[[str], Any]) -> None:
        self.given, self.say = given, say
        self.before: dict[str, str] = {}  # answers of an earlier round
        self.asked = False

    def ask(self, question: Question) -> str:
        """Return a checked answer."""
        given = self.given.get(question.option)
        if given is not None:
            try:
                return checked(question, given)
            except Unfit as fault:
                raise Unfit(f"{flag(question.option)}: {fault}") from None
        self.asked = True
        default = self.before.get(question.option, question.default)
        for number, choice in enumerate(question.choices, 1):
            if number == 1:
                self.say(question.words)
            self.say(f"  {number}  {choice.label}")
        words = _("Number of your choice") if question.choices else question.words
        prompt = f"{words} [{_shown(question, default)}]: " if default else f"{words}: "
        while True:
            line = _line(input, prompt).strip() or default
            try:
                answer = checked(question, line)
            except Unfit as fault:
                self.say(str(fault))
                continue
            self.before[question.option] = answer
            return answer

    def ask_password(self, option: str, words: str, check: Check) -> str:
        """Return a password: from the file that the option names, else typed twice and never shown."""
        file = self.given.get(option)
        if file is not None:
            try:
                return check(_from_file(Path(file)))
            except Unfit as fault:
                raise Unfit(f"{flag(option)}: {fault}") from None
        self.asked = True
        while True:
            try:
                password = check(_line(getpass.getpass, f"{words}: "))
            except Unfit as fault:
                self.say(str(fault))
                continue
            if _line(getpass.getpass, _("The same again") + ": ") == password:
                return password
            self.say(_("These two are not the same. Type it anew."))

    def agree(self, words: str) -> bool:
        """Return whether the person says yes to what was shown."""
        while True:
            line = _line(input, f"{words}: ").strip().casefold()
            if line in {"y", "yes", "是", _("yes")}:
                return True
            if line in {"n", "no", "否", _("no")}:
                return False
            self.say(_("Type yes or no."))


def checked(question: Question, line: str) -> str:
    """Return an answer as it is kept. Raises Unfit with what to do instead."""
    try:
        answer = clean_text(line.strip(), question.option, question.most)
    except ActionError as error:
        raise Unfit(error.text.get(get_language() or "en")) from None
    if not answer:
        if question.optional:
            return ""
        raise Unfit(_("Fill this in."))
    if question.choices:
        answer = _chosen(question.choices, answer)
    return question.check(answer)


def _chosen(choices: Sequence[Choice], answer: str) -> str:
    if answer.isascii() and answer.isdecimal() and 1 <= int(answer[:4]) <= len(choices):
        return choices[int(answer[:4]) - 1].value
    if answer in {choice.value for choice in choices}:
        return answer
    raise Unfit(
        _("%(answer)s is not among them. Choose from 1 to %(count)d, or one of: %(values)s")
        % {"answer": answer, "count": len(choices), "values": ", ".join(c.value for c in choices)}
    )


def _shown(question: Question, default: str) -> str:
    """Return a default as it would be typed."""
    values = [choice.value for choice in question.choices]
    return str(values.index(default) + 1) if default in values else default


def _line(read: Callable[[str], str], prompt: str) -> str:
    """Read one line. Raises EOFError when the terminal ended or went away."""
    try:
        return read(prompt)
    except OSError as error:
        raise EOFError from error


def _from_file(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise Unfit(
            _("%(file)s cannot be read: %(error)s.") % {"file": path, "error": error.strerror}
        ) from None
    except UnicodeDecodeError:
        raise Unfit(_("%(file)s is not a text in UTF-8.") % {"file": path}) from None
    if "\n" in text:
        raise Unfit(_("%(file)s has more than one line. Put the password on one.") % {"file": path})
    return text
