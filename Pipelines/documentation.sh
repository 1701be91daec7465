#!/bin/sh
# Builds the articles as a website in work/documentation/; a warning of DocC is an error.
#
#   sh Pipelines/documentation.sh && python3 -m http.server --directory work/documentation
#
# and open http://localhost:8000/documentation/grisea
set -eu
cd "$(dirname "$0")/.."
catalogue=Sources/grisea/Documentation.docc
site=work/documentation
mkdir -p "$site"
# Pages are the articles alone: what a command consists of inside is nobody's interface. So the module has no symbols,
# and nothing needs to be built.
symbols=$(mktemp -d)
trap 'rm -rf "$symbols"' EXIT
cat >"$symbols/grisea.symbols.json" <<END
{"metadata": {"formatVersion": {"major": 0, "minor": 6, "patch": 0}, "generator": "grisea"},
 "module": {"name": "grisea", "platform": {}}, "symbols": [], "relationships": []}
END
docc convert "$catalogue" --additional-symbol-graph-dir "$symbols" --fallback-display-name grisea \
  --fallback-bundle-identifier grisea --warnings-as-errors --output-path "$site"
# Articles link to each other's files, so that they can be read where the repository is shown; here they are pages.
for article in "$catalogue"/*.md; do
  name=$(basename "$article" .md)
  page=$(printf %s "$name" | tr '[:upper:]' '[:lower:]')
  find "$site/data" -name '*.json' -exec sed -i "s|\"url\":\"$name\.md|\"url\":\"/documentation/grisea/$page|g" {} +
done
echo "$site"
