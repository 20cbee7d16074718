"""Set up everything that MJP Portfolio needs, with nothing but Python's own library.

Run as ``python3 -m mjp.bootstrap VERB`` in the root of the checkout; the Makefile does. Verbs:

``app``       packages, assets and translations to run the application
``dev``       the same, with what tests and checks need
``browser``   find or install Chromium and print its path
``office``    find or install LibreOffice Calc and print the path of its program
``gettext``   find or install the gettext tools
``postgres``  print the URL of a PostgreSQL server for tests, starting one if needed; ``--stop`` ends that one
``redis``     find or install Redis, for tests
``lock``      recompile the lock files; further arguments go to ``uv pip compile``

What is up to date is left alone. An expected failure is one line on standard error and exit code 1.
"""

# An older Python reads this file too, and __main__.py, to say that it is too old.
MINIMUM_PYTHON = (3, 11)
