/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "caps/resolve.h"

#include <string.h>

uint64_t ct_engine_default_caps(int engine) {
  if (engine == CTSEC_ENGINE_PODMAN) return CT_DEFAULT_PODMAN;
  if (engine == CTSEC_ENGINE_CRIO) return CT_DEFAULT_CRIO;
  return CT_DEFAULT_DOCKER;
}

static void remark(ct_caps_result *result, int kind, const ct_caps_word *word, uint64_t mask) {
  if (result->remark_count == CT_CAPS_REMARKS) return;
  result->remarks[result->remark_count++] = (ct_caps_remark){kind, word, mask};
}

static void refuse(ct_caps_result *result, int kind, const ct_caps_word *word, uint64_t mask) {
  if (result->refused) return;
  result->refused = kind;
  /* The reason is never the one that there is no room for. */
  if (result->remark_count == CT_CAPS_REMARKS) result->remark_count--;
  remark(result, kind, word, mask);
}

static int begins_with_cap(const ct_caps_word *word) {
  return word->length > 4 && (word->text[0] | 0x20) == 'c' && (word->text[1] | 0x20) == 'a' &&
         (word->text[2] | 0x20) == 'p' && word->text[3] == '_';
}

/* Every engine compares before it puts CAP_ in front: CAP_ALL is no word for all. */
static int is_all(const ct_caps_word *word) {
  const char *text = word->text;
  return word->length == 3 && (text[0] | 0x20) == 'a' && (text[1] | 0x20) == 'l' && (text[2] | 0x20) == 'l';
}

typedef struct list {
  uint64_t named;
  int all;
} list;

/* One word by the rules of its engine; -1 where it gives nothing. */
static int number_of(const ct_caps_request *request, ct_caps_result *result, const ct_caps_word *word, uint64_t host) {
  int number = ct_cap_named(word->text, word->length);
  switch (request->engine) {
    case CTSEC_ENGINE_CONTAINERD:
      /* CAP_ is put in front blindly: CAP_X becomes CAP_CAP_X, which the runtime passes over with a warning. */
      if (number < 0 || begins_with_cap(word)) {
        remark(result, number < 0 ? CT_CAPS_IGNORED : CT_CAPS_IGNORED_PREFIX, word, 0);
        return -1;
      }
      return number;
    case CTSEC_ENGINE_NERDCTL:
      if (number < 0) remark(result, CT_CAPS_IGNORED, word, 0);
      return number;
    case CTSEC_ENGINE_CRIO:
      if (number < 0) refuse(result, CT_CAPS_REFUSED_UNKNOWN, word, 0);
      return number;
    case CTSEC_ENGINE_PODMAN:
      if (number < 0)
        refuse(result, CT_CAPS_REFUSED_UNKNOWN, word, 0);
      else if (!(host & CT_CAP_BIT(number)))
        remark(result, CT_CAPS_UNAVAILABLE, word, CT_CAP_BIT(number));
      return number;
    default:
      if (number < 0)
        refuse(result, CT_CAPS_REFUSED_UNKNOWN, word, 0);
      else if (!(host & CT_CAP_BIT(number)))
        refuse(result, CT_CAPS_REFUSED_MISSING, word, CT_CAP_BIT(number));
      return number;
  }
}

static list read_list(const ct_caps_request *request, ct_caps_result *result, const ct_caps_word *words, uint32_t count,
                      uint64_t host) {
  list read = {0, 0};
  for (uint32_t i = 0; i < count; i++) {
    if (is_all(&words[i])) {
      read.all = 1;
      continue;
    }
    int number = number_of(request, result, &words[i], host);
    if (number >= 0) read.named |= CT_CAP_BIT(number);
  }
  return read;
}

static uint64_t host_of(const ct_caps_request *request) { return request->host_known ? request->host : CT_CAPS_ALL; }

uint64_t ct_caps_granted(const ct_caps_request *request, ct_caps_result *result) {
  uint64_t host = host_of(request);
  uint64_t granted = ct_engine_default_caps(request->engine);
  int asked = request->add_count || request->drop_count;
  /* Docker refuses bad names when it creates any container; the others do not look at the lists of a privileged one. */
  int reads_lists = !request->privileged || !request->engine || request->engine == CTSEC_ENGINE_DOCKER;
  list add = {0, 0}, drop = {0, 0};
  /* Podman gives another user than root what was added, privileged or not. */
  int reads_added = reads_lists || (request->engine == CTSEC_ENGINE_PODMAN && !request->root);
  if (reads_added) add = read_list(request, result, request->add, request->add_count, host);
  if (reads_lists) drop = read_list(request, result, request->drop, request->drop_count, host);
  if (request->privileged) {
    int counts = request->engine == CTSEC_ENGINE_PODMAN && request->root != 1 && request->add_count;
    if (asked && !counts) remark(result, CT_CAPS_PRIVILEGED_WINS, NULL, 0);
    return host;
  }
  uint64_t both = add.named & drop.named;
  switch (request->engine) {
    case CTSEC_ENGINE_PODMAN:
      if (add.all && drop.all) refuse(result, CT_CAPS_REFUSED_ALL_BOTH, NULL, 0);
      /* With ALL on one side the names of the other are not compared. */
      if (drop.all) return add.named & host;
      if (add.all) return host & ~drop.named;
      if (both) refuse(result, CT_CAPS_REFUSED_BOTH, NULL, both);
      return ((granted & ~drop.named) | add.named) & host;
    case CTSEC_ENGINE_CONTAINERD:
    case CTSEC_ENGINE_CRIO:
      if (both) remark(result, CT_CAPS_DROP_WINS, NULL, both);
      if (add.all) granted = host;
      if (drop.all) granted = 0;
      return (granted | add.named) & ~drop.named;
    case CTSEC_ENGINE_NERDCTL:
      if (drop.all) return add.all ? host : add.named;
      if (both) remark(result, CT_CAPS_DROP_WINS, NULL, both);
      if (add.all) granted = host;
      return (granted | add.named) & ~drop.named;
    default:
      if (add.all) return host & ~drop.named;
      if (both && !drop.all) remark(result, CT_CAPS_ADD_WINS, NULL, both);
      if (drop.all) return add.named;
      return (granted & ~drop.named) | add.named;
  }
}

/* What was not said of a version is taken as the newest, or the oldest. */
static ct_version fill(const ct_version *said, uint32_t part) {
  ct_version full = *said;
  if (said->known == 3) full.minor = part;
  if (said->known > 1) full.patch = part;
  return full;
}

/* Before the fixes of 2022 engines made the whole list inheritable. 1 yes, 0 no, -1 hangs on a patch level we do not know. */
static int inherits(int engine, const ct_version *version) {
  if (!version->known) return 0;
  switch (engine) {
    case CTSEC_ENGINE_PODMAN:
      return !ct_version_at_least(version, 4, 0, 3);
    case CTSEC_ENGINE_CONTAINERD:
      return !ct_version_at_least(version, 1, 5, 11) ||
             (ct_version_at_least(version, 1, 6, 0) && !ct_version_at_least(version, 1, 6, 2));
    case CTSEC_ENGINE_CRIO:
      /* 1.24 took its fix back and made it a setting. */
      return ct_version_at_least(version, 1, 25, 0) ? 0 : -1;
    case CTSEC_ENGINE_NERDCTL:
      return ct_version_at_least(version, 0, 18, 0) ? 0 : -1;
    default:
      return !ct_version_at_least(version, 20, 10, 14);
  }
}

static const ct_caps_word *first_without_inheritable(int engine) {
  static const ct_caps_word docker = {"20.10.14", 8}, podman = {"4.0.3", 5}, containerd = {"1.6.2", 5};
  switch (engine) {
    case CTSEC_ENGINE_PODMAN: return &podman;
    case CTSEC_ENGINE_CONTAINERD: return &containerd;
    case CTSEC_ENGINE_CRIO:
    case CTSEC_ENGINE_NERDCTL: return NULL;
    default: return &docker;
  }
}

static int is_docker(int engine) { return !engine || engine == CTSEC_ENGINE_DOCKER; }

/* Docker: from 24.0.6 on every user gets the sets; before, others than root got the bounding set only. */
static int fills_for_everyone(int engine, const ct_version *version) {
  return !is_docker(engine) || !version->known || ct_version_at_least(version, 24, 0, 6);
}

/* CRI-O leaves a privileged container to a generator that fills the inheritable and the ambient set too. */
static int fills_all(const ct_caps_request *request) {
  return request->privileged && request->engine == CTSEC_ENGINE_CRIO;
}

/* The capabilities that a podman container of another user than root was asked for by name. */
static uint64_t added_by_name(const ct_caps_request *request, uint64_t bounding) {
  ct_caps_result unused = {0};
  uint64_t host = host_of(request);
  list add = read_list(request, &unused, request->add, request->add_count, host);
  return (add.all ? host : add.named) & bounding;
}

static void create(const ct_caps_request *request, ct_caps_result *result, int root) {
  ct_cap_sets *created = &result->created;
  uint64_t granted = created->bounding;
  if (fills_all(request)) {
    *created = (ct_cap_sets){granted, granted, granted, granted, granted};
    return;
  }
  *created = (ct_cap_sets){.bounding = granted};
  if (request->engine == CTSEC_ENGINE_PODMAN && !root) {
    uint64_t added = added_by_name(request, granted);
    created->permitted = created->effective = created->inheritable = created->ambient = added;
    return;
  }
  if (root || fills_for_everyone(request->engine, &request->version)) created->permitted = created->effective = granted;
  if (inherits(request->engine, &request->version) > 0) created->inheritable = granted;
}

static uint8_t same_sets(const ct_cap_sets *a, const ct_cap_sets *b) {
  uint8_t known = 0;
  if (a->inheritable == b->inheritable) known |= CT_SET_BIT(CTSEC_SET_INHERITABLE);
  if (a->permitted == b->permitted) known |= CT_SET_BIT(CTSEC_SET_PERMITTED);
  if (a->effective == b->effective) known |= CT_SET_BIT(CTSEC_SET_EFFECTIVE);
  if (a->bounding == b->bounding) known |= CT_SET_BIT(CTSEC_SET_BOUNDING);
  if (a->ambient == b->ambient) known |= CT_SET_BIT(CTSEC_SET_AMBIENT);
  return known;
}

static void run(const ct_caps_request *request, ct_caps_result *result, int root) {
  create(request, result, root);
  result->after_exec = ct_sets_exec(&result->created, root, 0, request->no_new_privileges);
  result->after_setuid_root = ct_sets_exec(&result->after_exec, root, 1, request->no_new_privileges);
}

/* What another version would do, where it was not said which one it is. */
static void explain_version(const ct_caps_request *request, const ct_version *said, ct_caps_result *result) {
  int engine = request->engine, others = request->root != 1;
  /* For another user than root, podman always filled it with what was asked for only. */
  if ((engine == CTSEC_ENGINE_PODMAN && request->root == 0) || fills_all(request)) return;
  int filled = inherits(engine, &request->version);
  if (filled > 0) remark(result, CT_CAPS_OLD_INHERITABLE, NULL, result->created.inheritable);
  if (filled < 0) remark(result, CT_CAPS_INHERITABLE_UNKNOWN, NULL, 0);
  if (!said->known) {
    const ct_caps_word *first = first_without_inheritable(engine);
    if (first) remark(result, CT_CAPS_INHERITABLE_BEFORE, first, 0);
    if (others && is_docker(engine)) remark(result, CT_CAPS_VERSION_DIFFERS, NULL, 0);
    return;
  }
  ct_version oldest = fill(said, 0);
  if (inherits(engine, &oldest) != filled ||
      (others && fills_for_everyone(engine, &oldest) != fills_for_everyone(engine, &request->version)))
    remark(result, CT_CAPS_PATCH_DIFFERS, NULL, 0);
}

static void explain(const ct_caps_request *request, ct_caps_result *result) {
  uint64_t lacking = result->created.bounding & ~host_of(request);
  if (lacking) remark(result, CT_CAPS_CANNOT_START, NULL, lacking);
  if (request->root == 0 && request->add_count && !request->privileged) {
    uint64_t lost = added_by_name(request, result->created.bounding) & ~result->after_exec.effective;
    if (lost) remark(result, CT_CAPS_WITHOUT_EFFECT, NULL, lost);
  }
  if (fills_all(request) && request->root != 1) remark(result, CT_CAPS_AMBIENT_FILLED, NULL, 0);
  uint64_t regained = result->after_setuid_root.effective & ~result->after_exec.effective;
  if (request->root == 0 && regained) remark(result, CT_CAPS_REGAINED, NULL, regained);
}

void ct_caps_resolve(const ct_caps_request *asked, ct_caps_result *result) {
  memset(result, 0, sizeof *result);
  ct_caps_request filled = *asked;
  filled.version = fill(&asked->version, UINT32_MAX);
  const ct_caps_request *request = &filled;
  result->created.bounding = ct_caps_granted(request, result);
  if (result->refused) return;
  result->created_known = result->exec_known = result->setuid_known = CT_SETS_ALL;
  run(request, result, request->root != 0);
  if (request->root < 0) {
    /* As root and as another user: what is the same for both is known. */
    ct_caps_result other = *result;
    run(request, &other, 0);
    result->created_known = same_sets(&result->created, &other.created);
    result->exec_known = same_sets(&result->after_exec, &other.after_exec);
    result->setuid_known = same_sets(&result->after_setuid_root, &other.after_setuid_root);
    if (result->exec_known != CT_SETS_ALL) remark(result, CT_CAPS_USER_UNKNOWN, NULL, 0);
  }
  if (!fills_all(request) && inherits(request->engine, &request->version) < 0) {
    uint8_t hidden = (uint8_t)~CT_SET_BIT(CTSEC_SET_INHERITABLE);
    result->created_known &= hidden;
    result->exec_known &= hidden;
    result->setuid_known &= hidden;
  }
  explain(request, result);
  explain_version(request, &asked->version, result);
}

uint64_t ct_caps_of_kernel(const ct_version *kernel) {
  uint64_t mask = 0;
  ct_version has = fill(kernel, UINT32_MAX), since;
  for (int i = 0; i < CT_CAP_COUNT; i++) {
    const char *text = ct_cap_at(i)->since;
    if (ct_version_parse(text, strlen(text), &since) && ct_version_compare(&has, &since) >= 0) mask |= CT_CAP_BIT(i);
  }
  return mask;
}

int ct_caps_host(const ctsec_options *options, ct_caps_request *request) {
  const char *said = ct_options_fact(options, "host-caps");
  if (said) {
    if (ctsec_caps_parse(said, strlen(said), &request->host, NULL)) return CTSEC_E_ARG;
    request->host_known = 1;
  } else if (options && options->kernel.known) {
    request->host = ct_caps_of_kernel(&options->kernel);
    request->host_known = 1;
  }
  return 0;
}
