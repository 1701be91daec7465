#!/bin/sh
# Makes what others install, without root and without Swift, in work/packages/: a tarball, a wheel and a Debian package.
# All hold one bundle: the program, the libraries that it needs, glibc and its loader among them, and a launcher. Two
# runs on the same commit, the same system and in a folder of the same path write the same bytes.
set -eu
cd "$(dirname "$0")/.."
. Pipelines/prepare.sh
. Pipelines/packaging/opencl.sh
. Pipelines/packaging/notices.sh
. Pipelines/packaging/sizes.sh

require_swift
# libgfortran is linked into the program from an archive, which is in a package of the compiler's version.
compiler=$(gcc -dumpversion 2>/dev/null || echo 12)
# shellcheck disable=SC2086
install_missing $packages gcc binutils xz-utils python3 icu-devtools "libgfortran-${compiler%%.*}-dev"

LC_ALL=C
TZ=UTC
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export LC_ALL TZ SOURCE_DATE_EPOCH
umask 022

scratch=$PWD/.build/static
made=$scratch/made
out=$PWD/work/packages
rm -rf "$made" "$out"
mkdir -p "$made/archives" "$made/locale" "$out"

# --- The program: Swift's runtime and all libraries of which there are archives are linked into it, and of these only
# what it uses. What comes first on the linker's path wins over the system's shared libraries.
system=$(dirname "$(gcc -print-file-name=libdeflate.a)")
for archive in "$system"/libdeflate.a "$system"/libpng.a "$system"/libcrypto.a "$system"/liblapacke.a \
  "$system"/lapack/liblapack.a "$system"/blas/libblas.a "$(gcc -print-file-name=libgfortran.a)" \
  "$(gcc -print-file-name=libquadmath.a)"; do
  ln -s "$(readlink -f "$archive")" "$made/archives/${archive##*/}"
done
# LAPACKE needs LAPACK, and that the Fortran runtime, which a linker's script says.
echo 'GROUP ( liblapacke.a liblapack.a libblas.a libgfortran.a libquadmath.a )' >"$made/archives/liblapacke.so"
swift_library=$(dirname "$(dirname "$(command -v swiftc | xargs readlink -f)")")/lib/swift_static/linux
locale_symbol=$(python3 Pipelines/packaging/locale_data.py "$swift_library/lib_FoundationICU.a" "$made/locale")
clang -Os -Wall -c -o "$made/without_proc.o" Pipelines/packaging/without_proc.c
set -- -c release --static-swift-stdlib --scratch-path "$scratch" --product grisea -Xlinker "-L$made/archives" \
  -Xlinker "$made/locale/english.o" -Xlinker --defsym -Xlinker "$locale_symbol=grisea_locale_data" \
  -Xlinker "$made/without_proc.o" -Xlinker --wrap=open -Xlinker --disable-new-dtags \
  -Xlinker --build-id=none
say "Building the program"
swift build "$@" >&2
program=$(swift build "$@" --show-bin-path)/grisea

# --- The bundle, in the tree that bin/, lib/ and share/ are of.
bundle=$made/bundle
mkdir -p "$bundle/bin" "$bundle/lib/grisea"
# Hashes of modules have the folder of the build in them, and the program does not read them.
strip --strip-all --remove-section=.swift_modhash -o "$bundle/lib/grisea/program" "$program"
# As `name => path (address)`; the loader is the one without an arrow.
ldd "$program" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p; s/^\t\(\/[^ ]*ld-linux[^ ]*\) .*/\1/p' | sort -u >"$made/libraries"
while read -r library; do
  case $library in
    */libOpenCL.*) opencl_stub "$system/libdnnl.so" "$made" && cp "$made/libOpenCL.so.1" "$bundle/lib/grisea/" ;;
    */ld-linux*) cp -L "$library" "$bundle/lib/grisea/grisea" ;;
    *) cp -L "$library" "$bundle/lib/grisea/" ;;
  esac
done <"$made/libraries"
chmod 755 "$bundle"/lib/grisea/*
build=$(cd "$bundle/lib/grisea" && sha256sum -- * | sha256sum | cut -d ' ' -f 1)
gcc -Os -static -s -Wall -Wextra -ffile-prefix-map="$PWD"=. "-DGRISEA_BUILD=\"$build\"" \
  -o "$bundle/bin/grisea" Pipelines/packaging/launcher.c
grisea=$bundle/bin/grisea
version=$("$grisea" --version)

# --- What stands beside the program: completion scripts, manual pages, documentation, notices.
share=$bundle/share
mkdir -p "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d" \
  "$share/man/man1" "$share/doc/grisea"
"$grisea" --generate-completion-script bash >"$share/bash-completion/completions/grisea"
"$grisea" --generate-completion-script zsh >"$share/zsh/site-functions/_grisea"
"$grisea" --generate-completion-script fish >"$share/fish/vendor_completions.d/grisea.fish"
say "Writing manual pages"
# argument-parser's own tool, which its plugin calls after it has built the whole package once more.
parser=$scratch/checkouts/swift-argument-parser
swift build -c release --package-path "$parser" --scratch-path "$scratch/parser" --product generate-manual >&2
"$scratch/parser/release/generate-manual" "$grisea" --multi-page --output-directory "$share/man/man1" \
  --date "$(date -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)" >&2
documentation "$share/doc/grisea"
notices "$share/doc/grisea/licenses" "$made/libraries" "$made/archives" "$scratch/checkouts" "$swift_library"

# --- The packages.
name=grisea-$version-linux-x86_64
say "Writing $name.tar.xz"
chmod -R u=rwX,go=rX "$bundle"
# Without xz's filter for x86, which would save a tenth of the code: buildah, for one, does not know it.
tar -C "$made" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=gnu \
  --transform "s,^bundle,$name," -cf - bundle | xz --threads=1 --lzma2=preset=6,dict=64MiB >"$out/$name.tar.xz"

say "Writing the wheel"
python=$made/python/grisea
mkdir -p "$made/python"
cp -R Pipelines/packaging/python/grisea "$python"
"$grisea" --experimental-dump-help | python3 Pipelines/packaging/python_module.py >"$python/_commands.py"
mkdir "$python/bundle"
cp -R "$bundle/bin" "$bundle/lib" "$python/bundle/"
python3 Pipelines/packaging/wheel.py "$version" "$python" "$share" "$out" >&2

say "Writing the Debian package"
debian=$made/debian
mkdir -p "$debian/DEBIAN" "$debian/usr"
cp -R "$bundle/bin" "$bundle/lib" "$bundle/share" "$debian/usr/"
gzip -9n "$debian"/usr/share/man/man1/*
cp "$share/doc/grisea/licenses/NOTICES.txt" "$debian/usr/share/doc/grisea/copyright"
(cd "$debian" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$debian/DEBIAN/md5sums"
sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$(du -ks --apparent-size "$debian/usr" | cut -f 1)/" \
  Pipelines/packaging/debian-control >"$debian/DEBIAN/control"
chmod -R u=rwX,go=rX "$debian"
dpkg-deb --root-owner-group -Zxz -z4 --build "$debian" "$out/grisea_${version}_amd64.deb" >&2

(cd "$out" && sha256sum -- *) >"$made/SHA256SUMS"
mv "$made/SHA256SUMS" "$out/"
sizes "$bundle" "$out"
