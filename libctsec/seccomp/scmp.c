/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The only file that calls libseccomp. */
#include "seccomp/scmp.h"

#ifdef CT_HAVE_LIBSECCOMP

#include <seccomp.h>

int ct_scmp_version(ct_version *version, ctsec_error **err) {
  const struct scmp_version *found = seccomp_version();
  if (!found) return ct_error_set(err, CTSEC_E_UNSUPPORTED, "libseccomp does not say its version");
  *version = (ct_version){1, found->major, found->minor, found->micro};
  return 0;
}

#else

int ct_scmp_version(ct_version *version, ctsec_error **err) {
  (void)version;
  return ct_error_set(err, CTSEC_E_UNSUPPORTED, "libseccomp: this build cannot ask the host's; give its version");
}

#endif
