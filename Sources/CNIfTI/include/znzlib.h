// nifti2_io.h includes <znzlib.h>, which Debian installs one folder deeper.
#include <nifti/znzlib.h>
