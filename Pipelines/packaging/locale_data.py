"""Writes a copy of Foundation's locale data that holds English alone, as assembly to be linked.

    locale_data.py LIBRARY FOLDER

LIBRARY is Swift's static `lib_FoundationICU.a`. One of its members is 34 MB of data of the Unicode project (ICU) for
all languages, under one symbol. FOLDER/english.o has the copy as `grisea_locale_data`; the linker is told to take that
for the symbol, whose name is printed. grisea formats nothing in another language than English. Where data are missing
ICU falls back to its root locale, which stays.

The layout of the data is that of ICU's `ucmndata.h`: a header, the number of items, for each item the offsets of its
name and of its bytes, then names and bytes. Items are sorted by name.
"""

import os
import re
import struct
import subprocess
import sys

MEMBER = "icu_packaged_data.cpp.o"

# Resources of one locale, as in `icudt76l/curr/de_AT.res`. Other resources are tables for all, or lists (`res_index`).
LOCALE = re.compile(r"^[^/]+/(?:[a-z]+/)?(?!res_)([a-z]{2,3}(?:_\w*)?)\.res$")
KEPT = {"en", "en_001", "en_US", "en_US_POSIX"}
# Dictionaries that break lines of Thai, Lao, Burmese, Khmer and Chinese; converters of old character sets; names of
# characters; transliteration; spelled numbers.
OTHER = re.compile(r"(\.dict|\.cnv|/unames\.icu|/translit/.*|/rbnf/.*)$")


def is_kept(name):
    if OTHER.search(name):
        return False
    locale = LOCALE.match(name)
    return locale is None or locale.group(1) in KEPT


def items(data):
    """The header's bytes, and name and bytes of each item."""
    header, magic = struct.unpack_from("<HH", data)
    if magic != 0x27DA or data[12:16] != b"CmnD":
        raise SystemExit("locale_data.py: not data of ICU's common format")
    (count,) = struct.unpack_from("<I", data, header)
    table = [struct.unpack_from("<II", data, header + 4 + 8 * index) for index in range(count)]
    ends = [start for _, start in table[1:]] + [len(data) - header]
    found = []
    for (name, start), end in zip(table, ends):
        text = data[header + name : data.index(b"\0", header + name)].decode("ascii")
        found.append((text, data[header + start : header + end]))
    return data[:header], found


def package(header, found):
    names = b""
    offsets = []
    first = 4 + 8 * len(found)
    for name, _ in found:
        offsets.append(first + len(names))
        names += name.encode("ascii") + b"\0"
    position = first + len(names)
    bodies = b""
    table = struct.pack("<I", len(found))
    for offset, (_, body) in zip(offsets, found):
        padding = -(len(header) + position + len(bodies)) % 16
        bodies += b"\0" * padding
        table += struct.pack("<II", offset, position + len(bodies))
        bodies += body
    return header + table + names + bodies


def main():
    library, folder = sys.argv[1:]
    subprocess.run(["ar", "x", "--output", folder, library, MEMBER], check=True)
    member = os.path.join(folder, MEMBER)
    listing = subprocess.run(["nm", member], check=True, capture_output=True, text=True).stdout
    (symbol,) = re.findall(r" R (icudt\d+_dat)$", listing, re.M)
    raw = os.path.join(folder, "all.dat")
    subprocess.run(["objcopy", "-O", "binary", "--only-section=.rodata", member, raw], check=True)
    with open(raw, "rb") as file:
        header, found = items(file.read())
    kept = [item for item in found if is_kept(item[0])]
    with open(os.path.join(folder, "english.dat"), "wb") as file:
        file.write(package(header, kept))
    name = "grisea_locale_data"
    with open(os.path.join(folder, "english.s"), "w") as file:
        file.write(
            f'.section .rodata\n.balign 16\n.globl {name}\n.type {name}, @object\n{name}:\n.incbin "english.dat"\n'
            f'.size {name}, .-{name}\n.section .note.GNU-stack, "", @progbits\n'
        )
    subprocess.run(["as", "-o", "english.o", "english.s"], check=True, cwd=folder)
    os.remove(member)
    os.remove(raw)
    print(symbol)


main()
