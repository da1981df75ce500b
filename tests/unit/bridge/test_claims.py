"""The claim store: content-addressed, durable when `put` returns, closed to references outside of it."""

from hashlib import sha256
from pathlib import Path

import pytest

from bridge.claims import ClaimError, FileClaims, S3Claims, claim_store
from runtime.errors import ConfigurationError
from runtime.settings import Sqs


async def test_what_is_put_is_got_and_twice_is_once(tmp_path: Path) -> None:
    claims = FileClaims(tmp_path / "claims")
    reference, digest = await claims.put(b"body")
    assert (reference, digest) == await claims.put(b"body")
    assert digest == sha256(b"body").hexdigest()
    assert await claims.get(reference) == b"body"
    assert [path.name for path in (tmp_path / "claims").rglob("*") if path.is_file()] == [digest]


async def test_what_is_not_there_or_not_ours_is_refused(tmp_path: Path) -> None:
    claims = FileClaims(tmp_path / "claims")
    (tmp_path / "secret").write_text("x")
    around = f"{(tmp_path / 'claims').as_uri()}/../secret"
    for reference in ((tmp_path / "secret").as_uri(), around, (tmp_path / "claims" / "aa" / "none").as_uri()):
        with pytest.raises(ClaimError):
            await claims.get(reference)


async def test_a_store_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "claims").write_text("a file is in the way")
    with pytest.raises(ClaimError, match="cannot be written"):
        await FileClaims(tmp_path / "claims").put(b"body")


def test_the_setting_names_a_store() -> None:
    sqs = Sqs.model_construct(profile=None, region="us-east-1")
    assert isinstance(claim_store("file:.trunkline/claims", sqs), FileClaims)
    found = claim_store("s3://bucket/some/prefix", sqs)
    assert isinstance(found, S3Claims)
    assert (found.bucket, found.prefix) == ("bucket", "some/prefix")
    for name in ("", "claims", "s3://", "ftp://host/x"):
        with pytest.raises(ConfigurationError, match="TRUNKLINE_BRIDGE__CLAIM_STORE"):
            claim_store(name, sqs)
