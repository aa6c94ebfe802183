# SPDX-License-Identifier: LGPL-2.1-or-later
"""cffi takes the headers with no more than comments, # lines and CTSEC_API removed, and every function is found."""
import pathlib
import re
import sys

try:
    import cffi
except ImportError:
    print("cffi is not installed: skipped")
    sys.exit(77)

root = pathlib.Path(__file__).resolve().parents[2]
ffi = cffi.FFI()
names = []
for header in sorted((root / "include/ctsec").glob("*.h"), key=lambda h: (h.name != "error.h", h.name)):
    text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
    text = re.sub(r"^#.*$", "", text, flags=re.M).replace("CTSEC_API", "")
    names += [(header.name, text)]
# Types first: headers may name each other's.
types = "".join(t for _, text in names for t in re.findall(r"^typedef .*?;\n", text, flags=re.M))
ffi.cdef("".join(dict.fromkeys(types.splitlines(True))))
for name, text in names:
    ffi.cdef(re.sub(r"^typedef .*?;\n", "", text, flags=re.M))
if any(option.startswith("-fsanitize") for option in sys.argv):
    sys.exit(0)
try:
    library = ffi.dlopen(str(pathlib.Path(sys.argv[1]) / "libctsec/libctsec.so.0"))
except OSError as error:
    print(f"the library cannot be loaded alone ({error}): skipped")
    sys.exit(77)
functions = re.findall(r"^function .*?(\w+)\(", (root / "tests/abi/api.txt").read_text(), flags=re.M)
for function in functions:
    getattr(library, function)
print(f"{len(functions)} functions declared and found")
