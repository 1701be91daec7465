# Read by quickstart.sh and Tests/run.sh, in the project's folder: makes sure that what the build needs is there.

# Debian packages: images, their compression, primitives of networks, pictures, checksums, linear algebra.
packages="libnifti-dev zlib1g-dev libdeflate-dev libdnnl-dev libpng-dev libssl-dev liblapacke-dev"

say() { printf '%s\n' "$*" >&2; }

require_swift() {
  if ! command -v swift >/dev/null 2>&1; then
    say "swift is not on the PATH. grisea needs Swift 6.1 or newer: https://www.swift.org/install/linux/"
    exit 1
  fi
}

# install_missing PACKAGE...: returns 1, with the reason said, if any of them cannot be had.
install_missing() {
  missing=
  for package in "$@"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    say "Missing:$missing. There is no apt-get here; install them by this system's own means and try again."
    return 1
  fi
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
  else
    say "Missing:$missing. Installing them needs root or sudo; ask someone who has it to run:"
    say "  apt-get install$missing"
    return 1
  fi
  say "Installing$missing"
  # The words of $as_root and $missing are meant to be split. Old package lists may do where new ones cannot
  # be fetched, so only the second command decides.
  # shellcheck disable=SC2086
  $as_root apt-get update -qq >&2 || say "apt-get update failed; trying with the package lists that are here"
  # shellcheck disable=SC2086
  if ! $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >&2; then
    say "apt-get could not install:$missing"
    return 1
  fi
}
