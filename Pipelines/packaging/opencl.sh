# Read by package.sh.

# opencl_stub LIBRARY FOLDER: writes FOLDER/libOpenCL.so.1, in which the functions of OpenCL that LIBRARY calls say that
# there is no platform (CL_PLATFORM_NOT_FOUND_KHR, -1001, of the extension cl_khr_icd). Debian's oneDNN is built for
# graphics processors too and needs OpenCL's loader, which would look for the system's drivers. grisea computes on the
# processor alone.
opencl_stub() {
  nm -D --undefined-only "$1" | sed -n 's/^ *U \(cl[A-Z][A-Za-z]*\)@\(OPENCL_[0-9.]*\)$/\2 \1/p' | sort >"$2/opencl.names"
  sed 's/.* \(.*\)/int \1(void) { return -1001; }/' "$2/opencl.names" >"$2/opencl.c"
  # Functions carry the version of OpenCL which brought them; each version inherits from the one before.
  awk '
    $1 != version { if (version) { print "}" before ";"; before = " " version }; version = $1; print version " { global:" }
    { print "  " $2 ";" }
    END { print "  local: *; }" before ";" }
  ' "$2/opencl.names" >"$2/opencl.map"
  clang -Os -shared -nostdlib -fPIC -Wl,-soname,libOpenCL.so.1 -Wl,--version-script="$2/opencl.map" \
    -o "$2/libOpenCL.so.1" "$2/opencl.c"
}
