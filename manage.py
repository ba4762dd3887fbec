#!/usr/bin/env python3
"""Django's command line. `bin/run` sets up what it needs; see `docs/operating.md`."""

import os
import sys


def main() -> None:
    """Run one management command in the language of the terminal; a database that is not up is said in words,
    not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError
    from django.utils import translation

    try:
        django.setup()
        translation.activate(settings.TERMINAL_LANGUAGE)
        execute_from_command_line(sys.argv)
    except OperationalError:
        if not settings.ENGINE_MISSING:
            raise
        sys.exit(
            "No database: start `bin/run` in another window, or set DATABASE_URL.\n"
            "没有数据库：请在另一个窗口运行 `bin/run`，或设置 DATABASE_URL。"
        )


if __name__ == "__main__":
    main()
