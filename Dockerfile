# One image for every process of Trunkline: the command decides which. By itself it migrates, then runs the processor (the bridge).
FROM python:3.11-slim AS build
COPY . /source
RUN python -m pip install --no-cache-dir uv
RUN uv build --wheel --out-dir /wheels /source

FROM python:3.11-slim
COPY --from=build /source/deploy/requirements.lock /wheels/requirements.lock
COPY --from=build /wheels /wheels
RUN python -m pip install --no-cache-dir --require-hashes -r /wheels/requirements.lock
RUN python -m pip install --no-cache-dir --no-deps /wheels/*.whl
RUN useradd --system --home-dir /var/lib/trunkline --create-home trunkline
USER trunkline
WORKDIR /var/lib/trunkline
RUN mkdir claims
ENV TRUNKLINE_DATA=/var/lib/trunkline
# Health and metrics of whatever runs in the container are on 8010; the API is there anyway, and so are the webhooks.
ENV TRUNKLINE_HTTP_HOST=0.0.0.0 TRUNKLINE_BRIDGE__HTTP_PORT=8010 TRUNKLINE_STREAMS__HTTP_PORT=8010 TRUNKLINE_PROJECTIONS__HTTP_PORT=8010 \
    TRUNKLINE_WEBHOOKS__PORT=8010
EXPOSE 8010
CMD ["sh", "-c", "trunkline migrate && exec run_communication_processor"]
