#!/bin/bash
# Rebuilds the sample CVs in the folder above from the sources beside this script. Run it from any folder.
#
# It needs (Debian 12): apt-get install --no-install-recommends libreoffice-writer-nogui chromium poppler-utils \
#     texlive-latex-base texlive-latex-recommended lmodern \
#     fonts-liberation fonts-lato fonts-crosextra-carlito fonts-font-awesome
# and Typst as a Python module (pip install typst) in the interpreter named by PYTHON (python3 if unset).
#
# Three CVs are their own source and are not built: the .html, the .md and the .txt in UTF-8.
# The *.truth.json files are made by hand; a changed source asks for a look at its truth.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$(dirname "$source")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export SOURCE_DATE_EPOCH=1767225600 # 2026-01-01, the date in the files where the tool lets one set it

# LibreOffice: flat ODT to the format that is the second argument.
office() {
    soffice -env:UserInstallation="file://$scratch/profile" --headless --convert-to "$2" --outdir "$target" "$source/$1.fodt" >/dev/null 2>&1
}
office amara-okafor-registered-nurse pdf
office rhys-llewellyn-account-manager docx
office oliver-papadopoulos-lawyer docx
office thandiwe-nkosi-human-resources-manager docx
office elodie-garnier-benali-pharmacist odt
office mateusz-kowalczyk-carpenter odt
office ximena-robles-cardenas-customer-service-representative rtf

for name in priya-raghunathan-backend-software-engineer katharina-brandstetter-civil-engineer yuki-tanaka-reyes-data-scientist; do
    "${PYTHON:-python3}" -c 'import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])' "$source/$name.typ" "$target/$name.pdf"
done

sandbox=()
if [ "$(id -u)" = 0 ]; then sandbox=(--no-sandbox); fi # Chromium refuses its sandbox to root
for name in declan-murphy-electrician zoe-castellanos-graphic-designer lucia-fernandez-ortega-chef; do
    chromium --headless "${sandbox[@]}" --disable-gpu --user-data-dir="$scratch/chromium" --no-pdf-header-footer \
        --print-to-pdf="$target/$name.pdf" "file://$source/$name.html" 2>/dev/null
done

pdflatex -interaction=batchmode -halt-on-error -output-directory="$scratch" "$source/stephanie-tremblay-nguyen-accountant.tex" >/dev/null
cp "$scratch/stephanie-tremblay-nguyen-accountant.pdf" "$target/"

# Windows-1252 with Windows line ends, as an old editor saves it.
sed 's/$/\r/' "$source/juergen-weisshaeupl-car-mechanic.txt" | iconv -f utf-8 -t windows-1252 >"$target/juergen-weisshaeupl-car-mechanic.txt"
ls -l "$target"
