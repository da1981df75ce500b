"""The usual door: FastAPI, the signature checked as Twilio's library does, one send_message of aioboto3 per request.

`python -m benchmarks.peers.webhook QUEUE_URL PUBLIC_URL AUTH_TOKEN PORT`
"""

import json
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha1
from hmac import compare_digest, digest
from typing import Any
from urllib.parse import parse_qsl

import aioboto3
import uvicorn
from aiobotocore.config import AioConfig
from fastapi import FastAPI, HTTPException, Request, Response


def application(queue_url: str, public_url: str, token: str) -> FastAPI:
    """Takes Twilio's texts at /webhooks/sms/twilio."""
    clients: list[Any] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with aioboto3.Session().client("sqs", config=AioConfig(max_pool_connections=64)) as sqs:
            clients.append(sqs)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/readyz")
    async def readyz() -> dict[str, bool]:
        return {"ready": True}

    @app.post("/webhooks/sms/twilio")
    async def take(request: Request) -> Response:
        fields = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        signed = public_url + request.url.path + "".join(name + value for name, value in sorted(fields))
        wanted = b64encode(digest(token.encode(), signed.encode(), sha1)).decode()
        if not compare_digest(wanted, request.headers.get("X-Twilio-Signature", "")):
            raise HTTPException(403)
        body = json.dumps({"headers": dict(request.headers), "fields": dict(fields)})
        await clients[0].send_message(QueueUrl=queue_url, MessageBody=body)
        return Response("<Response/>", media_type="text/xml")

    return app


if __name__ == "__main__":
    url, public, secret, port = sys.argv[1:]
    uvicorn.run(application(url, public, secret), port=int(port), log_level="warning", access_log=False)
