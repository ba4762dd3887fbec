"""Words for what carries a copy; they too are had from :mod:`custody.terms`."""

from __future__ import annotations

from custody.word import Word


class Medium(Word):
    """What carries a copy: a carrier of secrets of some kind (SSR 27), or a registered system
    on which it lies as a file."""

    PAPER = "paper", "Paper", "纸介质"
    FILM = "film", "Film or plate", "胶片"
    OPTICAL = "optical", "Optical disc", "光盘"
    USB = "usb", "USB drive", "U盘"
    CARD = "card", "Memory card", "存储卡"
    DISK = "disk", "Hard disk or SSD", "硬盘"
    TAPE = "tape", "Tape", "磁带"
    FILE = "file", "File on a registered system", "系统内电子文件"
