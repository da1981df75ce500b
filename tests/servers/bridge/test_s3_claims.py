"""The claim store in a bucket."""

import aioboto3
import pytest
from moto.server import ThreadedMotoServer

from bridge.claims import ClaimError, S3Claims
from runtime.settings import Sqs


async def test_a_bucket_keeps_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        async with aioboto3.Session(region_name="us-east-1").client("s3", endpoint_url=url) as client:
            await client.create_bucket(Bucket="claims")
        sqs = Sqs(region="us-east-1")
        claims = S3Claims("claims", "bodies", sqs, url)
        reference, digest = await claims.put(b"body")
        assert reference == f"s3://claims/bodies/{digest}"
        assert await claims.get(reference) == b"body"
        with pytest.raises(ClaimError, match="s3://claims"):
            await claims.get("s3://claims/bodies/none")
        with pytest.raises(ClaimError, match="s3://nowhere"):
            await S3Claims("nowhere", "", sqs, url).put(b"body")
    finally:
        server.stop()
