# What the services `dashboard` and `jobs` of docker-compose.yml run: docs/server.md and docs/jobs.md say how.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
RUN pip wheel --no-cache-dir --require-hashes --no-deps --wheel-dir /wheels -r requirements.lock
COPY . ./
RUN pip install --no-cache-dir --no-index --find-links /wheels hatchling \
    && pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /wheels .
# Of what the lock holds, all checked by its hash, only what intrograph needs to run.
RUN python -m venv /opt/intrograph \
    && /opt/intrograph/bin/pip install --no-cache-dir --no-index --find-links /wheels intrograph

FROM python:3.13-slim
COPY --from=build /opt/intrograph /opt/intrograph
RUN useradd --no-create-home intrograph && install -d -o intrograph -m 700 /state
USER intrograph
# A home for whatever user is named: it holds nothing that has to stay, but locks and caches.
ENV HOME=/tmp XDG_CONFIG_HOME=/config PATH=/opt/intrograph/bin:$PATH
ENTRYPOINT ["intrograph"]
CMD ["pull", "--watch"]
