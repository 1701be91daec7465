// Names libcrypto's digests (SHA-256) to Swift.
#pragma once
#include <openssl/evp.h>
