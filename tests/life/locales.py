# SPDX-License-Identifier: LGPL-2.1-or-later
"""No locale changes a byte: not the Turkish i, nor a decimal comma, nor an eight-bit character set."""
import os
import shutil
import subprocess
import sys
import tempfile

program, order, emulator = sys.argv[1], sys.argv[2], sys.argv[3:]
# A locale is compiled for the byte order of who reads it.
foreign = ["--big-endian"] if order == "BIG_ENDIAN" and sys.byteorder == "little" else []
if not shutil.which("localedef") or not os.path.exists("/usr/share/i18n/locales/tr_TR"):
    print("skipped: localedef or its sources (package locales) are not here")
    sys.exit(77)


def ask(name, folder):
    return subprocess.run([*emulator, program, name], env=dict(os.environ, LOCPATH=folder), capture_output=True, timeout=300)


with tempfile.TemporaryDirectory() as folder:
    plain = ask("C", folder)
    if plain.returncode:
        sys.exit(plain.stderr.decode())
    failed = 0
    for language, charmap in (("tr_TR", "UTF-8"), ("de_DE", "UTF-8"), ("tr_TR", "ISO-8859-9")):
        name = f"{language}.{charmap}"
        made = subprocess.run(["localedef", *foreign, "-i", language, "-f", charmap, f"{folder}/{name}"], capture_output=True)
        if made.returncode:
            print(f"{name}: skipped, localedef could not make it")
            continue
        answer = ask(name, folder)
        if answer.returncode == 77 and emulator:
            print("skipped: the emulated C library reads no locales of this machine")
            sys.exit(77)
        same = answer.returncode == 0 and answer.stdout == plain.stdout
        print(f"{name}: {'the same ' + str(len(plain.stdout)) + ' bytes' if same else 'DIFFERENT ' + answer.stderr.decode()}")
        failed |= not same
sys.exit(failed)
