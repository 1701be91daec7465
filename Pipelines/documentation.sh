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
# Pages are the articles alone: what a command consists of inside is nobody's interface.
swift package --allow-writing-to-directory "$site" generate-documentation --target grisea --warnings-as-errors \
  --symbol-graph-minimum-access-level public --exclude-extended-types --output-path "$site"
# Articles link to each other's files, so that they can be read where the repository is shown; here they are pages.
for article in "$catalogue"/*.md; do
  name=$(basename "$article" .md)
  page=$(printf %s "$name" | tr '[:upper:]' '[:lower:]')
  find "$site/data" -name '*.json' -exec sed -i "s|\"url\":\"$name\.md|\"url\":\"/documentation/grisea/$page|g" {} +
done
echo "$site"
