/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The only file that calls libseccomp. */
#include "seccomp/scmp.h"

#ifdef CT_HAVE_LIBSECCOMP

#include <seccomp.h>

#include "base/library.h"

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

#else

int ct_scmp_version(ct_version *version, ctsec_error **err) {
  (void)version;
  return ct_error_set(err, CTSEC_E_UNSUPPORTED, "libseccomp: this build cannot ask the host's; give its version");
}

#endif
