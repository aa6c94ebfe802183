/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The only file that calls libseccomp. */
#include "seccomp/scmp.h"

#ifdef CT_HAVE_LIBSECCOMP

#include <seccomp.h>

#include "base/library.h"
#include "data/numbers.h"
#include "seccomp/arch.h"

CT_LIBRARY_NOTE("[{\"feature\":\"libseccomp\",\"description\":\"--libseccomp host\",\"priority\":\"suggested\",\"soname\":[\"" CT_LIBSECCOMP
                "\"]}]");

int ct_scmp_version(ct_version *version, ctsec_error **err) {
  struct {
    __typeof__(seccomp_version) *version;
  } functions;
  void *library;
  int status = ct_library_open(CT_LIBSECCOMP, "seccomp_version\0", &functions, &library, err);
  if (status) return status;
  const struct scmp_version *found = functions.version();
  if (found)
    *version = (ct_version){1, found->major, found->minor, found->micro};
  else
    status = ct_error_set(err, CTSEC_E_UNSUPPORTED, "libseccomp does not say its version");
  ct_library_close(library);
  return status;
}

/* SCMP_ARCH_* are the audit values, but that of x32, which shares one there. */
static uint32_t token_of(const ct_arch *arch) { return arch->abi.x32 ? 0x4000003eu : arch->abi.audit; }

int ct_scmp_names(ct_arena *arena, const uint32_t **names, ctsec_error **err) {
  struct {
    __typeof__(seccomp_syscall_resolve_name) *resolve;
    __typeof__(seccomp_syscall_resolve_name_arch) *resolve_on;
  } functions;
  void *library;
  uint32_t *made = ct_arena_array(arena, CT_NUMBERS, sizeof *made);
  if (!made) return ct_error_nomem(err);
  int status = ct_library_open(CT_LIBSECCOMP, "seccomp_syscall_resolve_name\0seccomp_syscall_resolve_name_arch\0",
                               &functions, &library, err);
  if (status) return status;
  const ct_arch *arch;
  const ct_number_row *rows = ct_numbers()->rows;
  for (uint32_t row = 0; row < CT_NUMBERS; row++) {
    const char *name = rows[row].name;
    if (functions.resolve(name) == __NR_SCMP_ERROR) continue;
    made[row] = CT_SCMP_KNOWN;
    for (uint32_t i = 0; (arch = ct_arch_at(i)); i++)
      if (functions.resolve_on(token_of(arch), name) >= 0) made[row] |= UINT32_C(1) << i;
  }
  ct_library_close(library);
  *names = made;
  return 0;
}

#else

int ct_scmp_names(ct_arena *arena, const uint32_t **names, ctsec_error **err) {
  (void)arena, (void)names;
  return ct_error_set(err, CTSEC_E_UNSUPPORTED, "libseccomp: this build cannot ask the host's; give its version");
}

int ct_scmp_version(ct_version *version, ctsec_error **err) {
  (void)version;
  return ct_error_set(err, CTSEC_E_UNSUPPORTED, "libseccomp: this build cannot ask the host's; give its version");
}

#endif
