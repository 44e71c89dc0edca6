"""Certificates on disk."""

from __future__ import annotations

import json
from pathlib import Path

from forcegen.domain.certificate import Certificate
from forcegen.io.validation import validated
from forcegen.io.yaml import parse, read_text

# A price a row: of a theatre with 130,000 rows 6 MiB.
_LARGEST = 64 * 2**20


def read_certificate(path: Path | str) -> Certificate:
    """Return the certificate in a file.

    Raises
    ------
    InputError
        If it cannot be read or is malformed.
    """
    path = Path(path)
    return validated(parse(read_text(path, str(path), _LARGEST), str(path)), Certificate)


def certificate_text(certificate: Certificate) -> str:
    """Return a certificate as JSON."""
    return json.dumps(certificate.model_dump(mode="json", exclude_none=True), indent=1) + "\n"
