# One image, everything embedded: the same as `make run`, for places that prefer a container.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements/ requirements/
RUN python -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
 && .venv/bin/uv pip install --no-cache --python .venv/bin/python --require-hashes --no-deps -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY extractors/ extractors/
COPY intake/ intake/
COPY workers/ workers/
COPY review_ui/ review_ui/
RUN .venv/bin/uv pip install --no-cache --python .venv/bin/python --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --create-home --home-dir /data postroom
COPY --from=build /app/.venv /app/.venv
USER postroom
WORKDIR /data
VOLUME /data
ENV POSTROOM_HOME=/data/var POSTROOM_HOST=0.0.0.0 OMP_THREAD_LIMIT=1
EXPOSE 8000
CMD ["/app/.venv/bin/postroom", "up"]
