#!/bin/sh
# Rebuilds review_ui/static/vendor from the versions pinned in package.json, in a scratch folder.
# Needs node and npm; run it only to change a version, then commit what it writes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
vendor=$(cd "$here/../static/vendor" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cp "$here/package.json" "$here/govuk.scss" "$scratch/"
cd "$scratch"
npm install --no-audit --no-fund --ignore-scripts --silent

npx sass --no-source-map --style=compressed --no-charset --load-path=node_modules \
    govuk.scss "$vendor/govuk-frontend.css"
font=node_modules/@fontsource/atkinson-hyperlegible-mono
for weight in 400 700; do
    cp "$font/files/atkinson-hyperlegible-mono-latin-$weight-normal.woff2" "$vendor/"
done
cp "$font/LICENSE" "$vendor/OFL.txt"

cd "$vendor"
sha256sum -- *.css *.woff2 *.txt > SHA256SUMS
