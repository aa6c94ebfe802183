/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an engine makes of "add", "drop" and "privileged": the only place that knows the engines' rules for capabilities. */
#ifndef CT_CAPS_RESOLVE_H
#define CT_CAPS_RESOLVE_H

#include "caps/credentials.h"

/* Sets that are decided, one bit each in the order of CTSEC_SET_*. */
#define CT_SET_BIT(set) (1u << (set))
#define CT_SETS_ALL 31u

#define CT_DEFAULT_DOCKER UINT64_C(0x00000000a80425fb)
#define CT_DEFAULT_PODMAN UINT64_C(0x00000000800405fb)
#define CT_DEFAULT_CRIO UINT64_C(0x00000000000005fb)

/* What an engine gives where nothing is asked for. */
uint64_t ct_engine_default_caps(int engine);

typedef struct ct_caps_word {
  const char *text;
  size_t length;
} ct_caps_word;

typedef struct ct_caps_request {
  /* CTSEC_ENGINE_*; 0 is docker. */
  int engine;
  ct_version version;
  const ct_caps_word *add;
  uint32_t add_count;
  const ct_caps_word *drop;
  uint32_t drop_count;
  int privileged;
  /* 1 yes, 0 no, -1 not known: a name that only the image resolves. */
  int root;
  int no_new_privileges;
  /* What the engine itself has, where host_known; else every named capability. */
  uint64_t host;
  int host_known;
} ct_caps_request;

enum {
  /* The engine refuses: the rest is not filled in. */
  CT_CAPS_REFUSED_UNKNOWN = 1,
  CT_CAPS_REFUSED_MISSING,
  CT_CAPS_REFUSED_BOTH,
  CT_CAPS_REFUSED_ALL_BOTH,
  /* The engine leaves out what it does not have itself. */
  CT_CAPS_UNAVAILABLE,
  /* The name is passed over; `warns` engines say so. */
  CT_CAPS_IGNORED,
  CT_CAPS_IGNORED_PREFIX,
  CT_CAPS_PRIVILEGED_WINS,
  CT_CAPS_ADD_WINS,
  CT_CAPS_DROP_WINS,
  CT_CAPS_WITHOUT_EFFECT,
  CT_CAPS_AMBIENT_FILLED,
  /* The engine asks the runtime for what it does not have itself. */
  CT_CAPS_CANNOT_START,
  CT_CAPS_REGAINED,
  CT_CAPS_OLD_INHERITABLE,
  CT_CAPS_INHERITABLE_BEFORE,
  CT_CAPS_INHERITABLE_UNKNOWN,
  CT_CAPS_VERSION_DIFFERS,
  CT_CAPS_PATCH_DIFFERS,
  CT_CAPS_USER_UNKNOWN
};

typedef struct ct_caps_remark {
  int kind;
  /* The word it is about; NULL for none. */
  const ct_caps_word *word;
  /* The capabilities it is about. */
  uint64_t mask;
} ct_caps_remark;

#define CT_CAPS_REMARKS 64

typedef struct ct_caps_result {
  /* A CT_CAPS_REFUSED_*, 0 where the engine creates the container. */
  int refused;
  ct_cap_sets created;
  ct_cap_sets after_exec;
  ct_cap_sets after_setuid_root;
  /* CT_SET_BIT()s of the sets that are decided. */
  uint8_t created_known;
  uint8_t exec_known;
  uint8_t setuid_known;
  uint32_t remark_count;
  ct_caps_remark remarks[CT_CAPS_REMARKS];
} ct_caps_result;

/* The capabilities that a kernel has. */
uint64_t ct_caps_of_kernel(const ct_version *kernel);
/* What the engine has, from the fact host-caps or the kernel's version; CTSEC_E_ARG where the fact is no mask. */
int ct_caps_host(const ctsec_options *options, ct_caps_request *request);

/* Allocates nothing. */
void ct_caps_resolve(const ct_caps_request *request, ct_caps_result *result);
/* The list that the engine writes into the bounding set, by the same rules; for callers that know the rest. */
uint64_t ct_caps_granted(const ct_caps_request *request, ct_caps_result *result);

#endif
