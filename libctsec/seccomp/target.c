/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For whom a profile is resolved. */
#include <string.h>

#include "seccomp/resolve.h"

/* Docker's default set. */
#define DEFAULT_CAPS UINT64_C(0xa80425fb)

static int builtin_engine(const ct_profile *profile) {
  const char *name = profile->builtin;
  if (!name) return 0;
  const char *at = strchr(name, '@');
  return ct_engine_find(name, at ? (size_t)(at - name) : strlen(name));
}

int ct_target_read(ct_arena *arena, const ct_profile *profile, const ctsec_options *options, ct_target *target,
                   ctsec_error **err) {
  ct_target made = {0};
  const char *arch = options && options->arch ? options->arch : "x86_64";
  made.arch = ct_arch_spelt(arch, strlen(arch));
  if (!made.arch) return ct_error_set(err, CTSEC_E_ARG, "arch: `%s` is no architecture", arch);
  made.engine = options ? options->engine : 0;
  if (options) made.engine_version = options->engine_version;
  if (!made.engine && profile->engine) made.engine = profile->engine;
  if (profile->form == CT_FORM_BUILTIN && !profile->engine) made.engine = builtin_engine(profile);
  if (options) made.kernel = options->kernel;
  made.runtime = options && options->runtime ? options->runtime : "policy";
  made.libseccomp = options ? options->libseccomp : NULL;
  made.caps = DEFAULT_CAPS;
  if (options && options->caps) {
    int status = ct_caps_read(options->caps, strlen(options->caps), &made.caps, err);
    if (status) return status;
  } else if (profile->has_caps) {
    int status = ct_caps_of_profile(arena, profile, options, &made, &made.caps, err);
    if (status) return status;
  }
  *target = made;
  return 0;
}

void ct_target_write(ct_json *json, const ct_target *target) {
  ct_json_object(json);
  ct_json_key_text(json, "arch", target->arch->abi.name);
  ct_json_key_text(json, "engine", ct_engine_name(target->engine));
  ct_json_key_text(json, "runtime", target->runtime);
  ct_json_key_text(json, "libseccomp", target->libseccomp);
  ct_json_key(json, "kernel");
  if (target->kernel.known) {
    char text[40];
    ct_buffer version;
    ct_buffer_init(&version);
    ct_buffer_format(&version, "%u.%u", target->kernel.major, target->kernel.minor);
    if (target->kernel.patch) ct_buffer_format(&version, ".%u", target->kernel.patch);
    size_t length = version.failed || version.length >= sizeof text ? 0 : version.length;
    if (length) memcpy(text, version.data, length);
    ct_buffer_free(&version);
    ct_json_string(json, text, length);
  } else {
    ct_json_null(json);
  }
  ct_json_key_mask(json, "caps", target->caps);
  ct_json_end(json);
}
