"""Downloads files into a cache, by pooch, and checks them."""

from __future__ import annotations

from pathlib import Path

from polytape.errors import DatasetError
from polytape_datasets.errors import MissingFilesError, MissingPackageError


def download(dataset: str, url: str, file: str, checksum: str, folder: Path | None) -> Path:
    """Return the path of a file that is downloaded unless it has been before.

    Args:
        dataset: the dataset it belongs to.
        url: where it comes from.
        file: its name.
        checksum: `algorithm:checksum`, as pooch takes it.
        folder: where to keep it; by default in the user's cache folder.

    Raises:
        MissingPackageError: if pooch is not installed.
        MissingFilesError: if the download fails.
        DatasetError: if what came is not what was published.
    """
    try:
        import pooch
    except ImportError as error:
        raise MissingPackageError(
            f"{dataset} is not at hand, and pooch, which would download it, is not installed. Run "
            '`pip install "polytape[datasets]"`, or name a folder that holds its files by POLYTAPE_DATA_DIR.'
        ) from error
    target = Path(pooch.os_cache("polytape")) / dataset if folder is None else folder
    pooch.get_logger().setLevel("WARNING")
    try:
        return Path(pooch.retrieve(url, checksum, fname=file, path=target))
    except ValueError as error:  # by this pooch says that the checksum is another one
        raise DatasetError(
            f"{dataset}: what {url} gave is not the published file: {error}. Try again later, or get the "
            "file elsewhere "
            f"and put it into {target}."
        ) from error
    except OSError as error:  # no network, no such host, no permission to write: requests' errors are OSErrors, too
        raise MissingFilesError(
            f"{dataset} is not at hand, and {url} could not be downloaded into {target}: {_reason(error)}. "
            "Download it on "
            "another way and put it there, or name the folder that holds it by POLYTAPE_DATA_DIR."
        ) from error


def _reason(error: BaseException) -> str:
    """The root of a chain of errors in few words: network libraries wrap it several times."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return f"{type(error).__name__}: {error}"
