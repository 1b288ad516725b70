#!/usr/bin/env bash
# Pins every package with its hashes: run.txt for the product, test.txt for the tests beside it.
# layoutparser asks for the Qt build of OpenCV; Postroom needs the headless one. So that build is
# overridden away here, its line is dropped, and everything is installed with --no-deps.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
compile() { # compile OUT ARGS...: universal (every platform and Python), hashed, no addresses
    out=$1; shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --override requirements/overrides.txt "$@" --output-file "$out.new"
    { echo "# Made by requirements/compile.sh from pyproject.toml. Do not edit."
      sed '/^opencv-python==/,/^[a-z]/{/^opencv-python==/d;/^    /d}' "$out.new"; } > "$out"
    rm "$out.new"
}
compile requirements/run.txt pyproject.toml requirements/build.in
compile requirements/test.txt pyproject.toml requirements/build.in --group test --constraint requirements/run.txt
compile requirements/uv.txt requirements/uv.in
