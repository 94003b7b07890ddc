"""R for pages: the step of the build that fetches it, and leaves out what a page does not use.

It is the package ``webr``: R compiled to WebAssembly. The book has it only if it is asked for
(``make book R=1``), and then on a server alone: ``book/run/r.js`` loads it at a click, below the
code of R that chapter 5 shows in every copy.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..base.errors import BuildError
from ..base.files import BUILD, publish
from ..base.inert import Html

__all__ = ["FOLDER", "LICENCE", "SCRIPT", "WEBR", "r_licences", "wanted", "webr_size", "write_webr"]

PACKAGE, VERSION = "webr", "0.6.0"
# As npm writes it: SHA-512, in base 64.
INTEGRITY = (
    "sha512-M2b8m3/ZBk7XMIR7LD97s5k/9jUla83Z0Hl4b+WnrK7XmSMpZdajCiP3XkSzHKHDUgscHKe+lVUvk3aym8q0"
    "bw=="
)
WEBR = BUILD / "webr"
FOLDER = "_static/webr"  # of a book
SCRIPT = "r.js"  # of the page, beside what it loads
LICENCE = "licence.txt"
# Of the package, what base R needs; the others are pictures, help pages, translations, fonts,
# packages that the chapter does not use, the terminal and what its authors look for faults with.
_LOADED = (
    "webr.js",
    "webr-worker.js",
    "R.js",
    "R.wasm",
    "libRblas.so",
    "libRlapack.so",
    "vfs/usr/lib/R/library/translations/DESCRIPTION",
)
_LATER = ("vfs/usr/lib/R/share.js.metadata", "vfs/usr/lib/R/share.data.gz")  # Sys.time() asks
# What is in these files beside R, as R says itself (extSoftVersion, La_version), and its licence.
R_VERSION = "4.6.0"
PARTS = {
    "LAPACK": ("3.12.1", "BSD"),
    "PCRE2": ("10.39", "BSD"),
    "TRE": ("0.8.0", "BSD"),
    "XZ Utils": ("5.2.5", "public domain"),
    "Zstandard": ("1.5.5", "BSD"),
    "bzip2": ("1.0.6", "BSD"),
    "zlib": ("1.3.1", "zlib"),
}
_SOURCES = f"https://github.com/r-wasm/webr/tree/v{VERSION}"


def wanted() -> bool:
    """Whether the book is to have R for its pages: only if the environment says R=1."""
    return os.environ.get("R") == "1"


def fetched(folder: Path) -> Path:
    """Fetch the package with npm into a folder, and say where it is.

    Raises
    ------
    BuildError
        If this machine has no npm, or npm could not fetch it.
    """
    program = shutil.which("npm")
    if program is None:
        raise BuildError(
            "make book R=1: found no npm, which fetches R for pages\n  expected: Node.js with npm "
            "(Debian: apt-get install npm), or make book without R=1"
        )
    what = f"{PACKAGE}@{VERSION}"
    # In a folder of its own, so that no settings of a project nearby count.
    done = subprocess.run(
        [program, "pack", what, "--silent", "--ignore-scripts"],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    path = folder / f"{PACKAGE}-{VERSION}.tgz"
    if done.returncode or not path.is_file():
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise BuildError(
            f"make book R=1: npm could not fetch {what}: {said[-1][:200]}\n  expected: a network "
            "that reaches the registry of npm, or make book without R=1"
        )
    return path


def write_webr(folder: Path = WEBR, fetch: Callable[[Path], Path] = fetched) -> None:
    """Write the files of R that ``r.js`` loads, as they came, and their licence.

    Parameters
    ----------
    folder : Path, optional
        Where to.
    fetch : callable, optional
        Fetches the package into a folder, and returns its file.

    Raises
    ------
    BuildError
        If it cannot be fetched, or is not, byte for byte, the one that is known here. What was
        there before stays.
    """
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="webr-") as scratch:
        archive = fetch(Path(scratch))
        digest = hashlib.sha512(archive.read_bytes()).digest()
        found = f"sha512-{base64.b64encode(digest).decode()}"
        if found != INTEGRITY:
            raise BuildError(
                f"{archive.name} is not the package that this book knows: found {found}\n  "
                f"expected: {INTEGRITY}"
            )
        made = Path(scratch) / "made"
        with tarfile.open(archive) as package:
            for name in (*_LOADED, *_LATER):
                _unpack(package, f"package/dist/{name}", made / name)
            _unpack(package, "package/LICENSE.md", made / LICENCE)
        publish(made, folder)


def _unpack(package: tarfile.TarFile, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with package.extractfile(name) as source, target.open("wb") as written:
        shutil.copyfileobj(source, written)


def webr_size(folder: Path = WEBR) -> int:
    """Bytes that the first start of R in a page loads.

    Examples
    --------
    >>> from rescat.book.webr import webr_size
    >>> webr_size()  # doctest: +SKIP
    21017752
    """
    return sum((folder / name).stat().st_size for name in _LOADED)


def r_licences(*, private: bool = False) -> Html:
    """What a page says of the licences of R for pages; nothing where the book is without.

    Parameters
    ----------
    private : bool, optional
        Whether it is a private edition, which has none.
    """
    if private or not wanted():
        return Html("")
    parts = Html(", ").join(
        Html("{} {} ({})").format(name, version, licence)
        for name, (version, licence) in PARTS.items()
    )
    return Html(
        "The R that runs in chapter 5 of this copy, where it is on a server, is webR {webr}, under "
        "the GNU General Public License (GPL), version 3. It is made of R {r} (GPL, version 2 or "
        "3), of {parts}, and of what LLVM's Fortran and Emscripten add to a program (Apache 2.0, "
        "MIT). Its files are those of the package {package} {webr}, as they came; some are left "
        'out. <a href="{folder}/{licence}">The licence</a> comes with them. '
        '<a href="{sources}">The sources of webR {webr}</a> are its changes to R, and what '
        "fetches the sources of R and of the other parts and builds them. Whoever hands on a copy "
        "with R gives the licence with it, says where the sources are, as this page does, and sees "
        "to it that they can be had there as long as the copy can. With a disk or a USB stick go "
        "the sources themselves, or a written offer of them that holds for three years."
    ).format(
        webr=VERSION, r=R_VERSION, parts=parts, package=PACKAGE, folder=FOLDER, licence=LICENCE,
        sources=_SOURCES,
    )  # fmt: skip
