"""What goes wrong with datasets."""

from __future__ import annotations

from polytape.errors import DatasetError


class MissingFilesError(DatasetError, FileNotFoundError):
    """Files of a dataset are not where they were looked for, and could not be downloaded."""


class MissingPackageError(DatasetError, ImportError):
    """A dataset needs a package that is not installed."""
