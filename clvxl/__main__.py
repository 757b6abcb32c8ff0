"""DOOR command line: ``python -m clvxl`` does what ``clvxl`` does."""

from clvxl.cli import main

if __name__ == "__main__":
    main()
