# What the service `jobs` of docker-compose.yml runs: docs/jobs.md says how to use it.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
RUN pip wheel --no-cache-dir --require-hashes --no-deps --wheel-dir /wheels -r requirements.lock
COPY . ./
RUN pip install --no-cache-dir --no-index --find-links /wheels hatchling \
    && pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.13-slim
# Of what the lock holds, all checked by its hash, only what intrograph needs to run.
RUN --mount=from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels intrograph \
    && useradd --no-create-home intrograph
USER intrograph
# It is the same for whatever user is named, and it holds nothing that has to stay: locks and caches.
ENV HOME=/tmp XDG_CONFIG_HOME=/config
ENTRYPOINT ["intrograph"]
CMD ["pull", "--watch"]
