/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/resolve.h"

#include <string.h>

#include "data/errno.h"

int ct_reads_conditions(const ct_profile *profile, int engine) {
  if (profile->form == CT_FORM_BUILTIN) return 1;
  if (profile->form == CT_FORM_OCI) return 0;
  return engine != CTSEC_ENGINE_CONTAINERD && engine != CTSEC_ENGINE_NERDCTL;
}

static int is_common(int engine) { return engine == CTSEC_ENGINE_PODMAN || engine == CTSEC_ENGINE_CRIO; }

int ct_reads_kernel(const ct_profile *profile, int engine) {
  return ct_reads_conditions(profile, engine) && (profile->form == CT_FORM_BUILTIN || !is_common(engine));
}

int ct_reads_errno_names(const ct_profile *profile, int engine) {
  if (profile->form == CT_FORM_BUILTIN) return 1;
  return profile->form == CT_FORM_FILE && (!engine || is_common(engine));
}

const char *ct_fate_name(ct_fate fate) {
  static const char names[][19] = {"kept",
                                      "excludes.arches",
                                      "excludes.caps",
                                      "excludes.minKernel",
                                      "includes.arches",
                                      "includes.caps",
                                      "includes.minKernel",
                                      "name"};
  return names[fate];
}

typedef struct resolver {
  ct_arena *arena;
  const ct_profile *profile;
  ct_resolved *out;
  ctsec_error **err;
} resolver;

static const char *joined(resolver *r, const char *a, const char *b) {
  size_t left = strlen(a), right = strlen(b);
  char *text = ct_arena_array(r->arena, left + right + 1, 1);
  if (!text) {
    r->out->diagnostics.failed = 1;
    return "";
  }
  memcpy(text, a, left);
  memcpy(text + left, b, right);
  return text;
}

static ct_diagnostic *note(resolver *r, const char *code, ct_level level, const char *engine, ct_message_id message,
                           const ct_message_value *values, size_t count, uint32_t offset, const char *pointer) {
  ct_diagnostic *made = ct_diagnostics_add(&r->out->diagnostics, code, level, engine, message, values, count);
  ct_profile_place(made, r->profile, offset, pointer);
  return made;
}

/* An error at a place of which only the offset is at hand. */
static int fail(resolver *r, uint32_t offset, const char *pointer, const char *message) {
  ct_place place = CT_NO_PLACE;
  place.source = r->profile->source;
  place.pointer = pointer;
  if (r->profile->document) {
    place.offset = offset;
    ct_document_locate(r->profile->document, offset, &place.line, &place.column);
  }
  return ct_error_at(r->err, CTSEC_E_SCHEMA, &place, "%s", message);
}

static const char *native_name(const ct_resolved *out) {
  const char *name = is_common(out->target.engine) ? out->target.arch->podman : out->target.arch->docker;
  return *name ? name : NULL;
}

static int has_cap(const ct_target *target, const ct_word *word) {
  int bit = ct_cap_exact(word->text, word->length);
  return bit >= 0 && (target->caps >> bit & 1);
}

/* 1, 0; where the kernel is not known, as if it were the newest. */
static int kernel_is(resolver *r, const ct_profile_entry *entry, const ct_filter *filter, const char *member,
                     const char *pointer) {
  const ct_version *kernel = &r->out->target.kernel;
  if (!filter->kernel && !filter->major) return 1;
  if (kernel->known) return ct_version_at_least(kernel, filter->kernel, filter->major, 0);
  ct_buffer version;
  ct_buffer_init(&version);
  ct_buffer_format(&version, "%u.%u", filter->kernel, filter->major);
  ct_buffer_char(&version, '\0');
  if (version.failed) {
    r->out->diagnostics.failed = 1;
    return 1;
  }
  ct_message_value values[] = {{"version", version.data}};
  ct_diagnostic *made =
      note(r, "kernel-unknown", CT_LEVEL_LOW, NULL, CT_MESSAGE_PROFILE_KERNEL_UNKNOWN, values, 1,
           filter->kernel_offset ? filter->kernel_offset : entry->offset, joined(r, pointer, member));
  if (made) made->needs = "kernel";
  ct_buffer_free(&version);
  return 1;
}

static const char *version_text(resolver *r, const ct_filter *filter) {
  ct_buffer version;
  ct_buffer_init(&version);
  ct_buffer_format(&version, "%u.%u", filter->kernel, filter->major);
  const char *text = version.failed ? NULL : ct_arena_copy(r->arena, version.data, version.length);
  ct_buffer_free(&version);
  if (!text) r->out->diagnostics.failed = 1;
  return text;
}

/* moby's order of questions, which containers/common shares. */
static ct_fate decide(resolver *r, const ct_profile_entry *entry, const char *pointer, const char **word) {
  const ct_target *target = &r->out->target;
  const char *native = native_name(r->out);
  const ct_filter *excludes = &entry->excludes, *includes = &entry->includes;
  int kernel = ct_reads_kernel(r->profile, target->engine);
  if (native && ct_words_have(&excludes->arches, native)) {
    *word = native;
    return CT_FATE_EXCLUDES_ARCHES;
  }
  for (uint32_t i = 0; i < excludes->caps.count; i++) {
    if (!has_cap(target, &excludes->caps.items[i])) continue;
    *word = excludes->caps.items[i].text;
    return CT_FATE_EXCLUDES_CAPS;
  }
  if (kernel && excludes->has_kernel && kernel_is(r, entry, excludes, "/excludes/minKernel", pointer)) {
    *word = version_text(r, excludes);
    return CT_FATE_EXCLUDES_KERNEL;
  }
  if (includes->arches.count && (!native || !ct_words_have(&includes->arches, native))) {
    *word = includes->arches.items[0].text;
    return CT_FATE_INCLUDES_ARCHES;
  }
  for (uint32_t i = 0; i < includes->caps.count; i++) {
    if (has_cap(target, &includes->caps.items[i])) continue;
    *word = includes->caps.items[i].text;
    return CT_FATE_INCLUDES_CAPS;
  }
  if (kernel && includes->has_kernel && !kernel_is(r, entry, includes, "/includes/minKernel", pointer)) {
    *word = version_text(r, includes);
    return CT_FATE_INCLUDES_KERNEL;
  }
  return CT_FATE_KEPT;
}

static ct_fate fate_of(resolver *r, const ct_profile_entry *entry, const char *pointer, const char **word) {
  int reads = ct_reads_conditions(r->profile, r->out->target.engine);
  if (reads) return decide(r, entry, pointer, word);
  if (!entry->single) return CT_FATE_KEPT;
  *word = entry->names.items[0].text;
  return CT_FATE_UNREAD_NAME;
}

ct_fate ct_entry_fate(ct_arena *arena, const ct_profile *profile, const ct_target *target, const ct_profile_entry *entry,
                      const char **word) {
  ct_resolved unused = {.target = *target};
  resolver r = {arena, profile, &unused, NULL};
  ct_diagnostics_init(&unused.diagnostics, arena, CTSEC_LANG_EN);
  *word = NULL;
  return fate_of(&r, entry, "", word);
}

/* Errors that the table of containers/common lacks. */
static int podman_knows(const char *name) {
  static const char unknown[] =
      " EADV EBADE EBADFD EBADR EBADRQC EBADSLT EBFONT ECHRNG ECOMM EDEADLOCK EDOTDOT EHWPOISON EINTR EISNAM EKEYEXPIRED "
      "EKEYREJECTED EKEYREVOKED EL2HLT EL2NSYNC EL3HLT EL3RST ELIBACC ELIBBAD ELIBEXEC ELIBMAX ELIBSCN ELNRNG EMULTIHOP "
      "ENAVAIL ENOANO ENOCSI ENODATA ENOKEY ENOLINK ENONET ENOPKG ENOSR ENOSTR ENOTNAM ENOTUNIQ EPROTO EREMCHG EREMOTEIO "
      "ERESTART ERFKILL ESRMNT ESTRPIPE ETIME EUCLEAN EUNATCH EWOULDBLOCK EXFULL ";
  const char *found = unknown;
  size_t length = strlen(name);
  while ((found = strstr(found, name)) && (found[-1] != ' ' || found[length] != ' ')) found++;
  return !found;
}

static int carries(uint32_t action) { return action == CT_RET_ERRNO || action == CT_RET_TRACE; }

/* The error of an action: the name where it is read, else the number, else EPERM. */
static int with_errno(resolver *r, uint32_t action, int has, uint64_t number, const char *name, uint64_t named,
                      uint32_t offset, const char *pointer, const char *member, uint32_t *out) {
  if (!carries(action)) {
    *out = action;
    if (!has && !name) return 0;
    ct_message_value values[] = {{"action", ct_action_name(action)}, {"name", member}};
    note(r, "errno-without-use", CT_LEVEL_LOW, "crun", CT_MESSAGE_PROFILE_ERRNO_UNUSED, values, 2, offset,
         joined(r, pointer, has ? joined(r, "/", member) : ""));
    return 0;
  }
  if (name && ct_reads_errno_names(r->profile, r->out->target.engine)) {
    if (!podman_knows(name)) {
      ct_message_value values[] = {{"name", name}};
      note(r, "errno-name-refused", CT_LEVEL_HIGH, "podman", CT_MESSAGE_PROFILE_ERRNO_NAME_REFUSED, values, 1, offset, pointer);
    }
    uint32_t local = ct_errno_number(r->out->target.arch->abi.audit, name);
    uint64_t meant = local ? local : named;
    if (meant > (action == CT_RET_ERRNO ? 4095u : 65535u))
      return fail(r, offset, pointer, "an error number that its action cannot carry");
    if (has && number != meant && number != named) {
      ct_message_value values[] = {{"name", name}};
      note(r, "errno-differs", CT_LEVEL_MEDIUM, "podman", CT_MESSAGE_PROFILE_ERRNO_DIFFERS, values, 1, offset, pointer);
    }
    *out = action | (uint32_t)meant;
    return 0;
  }
  if (name) {
    ct_message_value values[] = {{"name", name}};
    note(r, "errno-name-ignored", has && number == named ? CT_LEVEL_INFO : CT_LEVEL_MEDIUM,
         ct_engine_name(r->out->target.engine), CT_MESSAGE_PROFILE_ERRNO_NAME_IGNORED, values, 1, offset, pointer);
  }
  *out = action | (uint32_t)(has ? number : 1);
  return 0;
}

static int add_abi(resolver *r, const ct_arch *arch) {
  ct_resolved *out = r->out;
  for (uint32_t i = 0; i < out->abi_count; i++)
    if (out->abis[i] == arch) return 0;
  out->abis[out->abi_count++] = arch;
  return 1;
}

/* To runc the others are no architecture. */
static int runc_knows(const ct_arch *arch) {
  static const char unknown[] = "m68k parisc parisc64 sh sheb ";
  size_t length = strlen(arch->abi.name);
  const char *found = strstr(unknown, arch->abi.name);
  return !found || found[length] != ' ';
}

static int add_word(resolver *r, const ct_word *word, const char *pointer) {
  const ct_arch *arch = ct_arch_scmp(word->text, word->length);
  if (arch && !runc_knows(arch)) {
    ct_message_value values[] = {{"name", word->text}};
    note(r, "arch-refused", CT_LEVEL_MEDIUM, "runc", CT_MESSAGE_PROFILE_ARCH_REFUSED, values, 1, word->offset, pointer);
  }
  if ((!arch || !runc_knows(arch)) && !r->out->refused_arch) r->out->refused_arch = pointer;
  if (!arch && (arch = ct_arch_loose(word->text, word->length))) {
    ct_message_value values[] = {{"name", word->text}, {"arch", arch->scmp}};
    note(r, "arch-without-prefix", CT_LEVEL_MEDIUM, "runc", CT_MESSAGE_PROFILE_ARCH_LOOSE, values, 2, word->offset,
         pointer);
  }
  if (!arch) {
    ct_buffer message;
    ct_buffer_init(&message);
    ct_buffer_format(&message, "`%s` is no architecture of seccomp", word->text);
    ct_buffer_char(&message, '\0');
    int status = message.failed ? ct_error_nomem(r->err) : fail(r, word->offset, pointer, message.data);
    ct_buffer_free(&message);
    return status;
  }
  add_abi(r, arch);
  return 0;
}

static const char *item_pointer(resolver *r, const char *member, uint32_t index, const char *tail, uint32_t sub) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  ct_buffer_text(&buffer, r->profile->pointer);
  ct_buffer_text(&buffer, member);
  ct_buffer_format(&buffer, "/%u%s", index, tail);
  if (sub != UINT32_MAX) ct_buffer_format(&buffer, "/%u", sub);
  const char *text = buffer.failed ? NULL : ct_arena_copy(r->arena, buffer.data, buffer.length);
  ct_buffer_free(&buffer);
  if (!text) r->out->diagnostics.failed = 1;
  return text;
}

/*
 * Neither matches rows for every architecture: moby's two tables do not meet
 * for mipsel and loongarch64, and have no mips, m68k, parisc and sh.
 */
static int row_is_read(const ct_resolved *out) {
  static const char *const known[] = {"x86_64", "aarch64", "mips64", "mips64n32", "mipsel64", "mipsel64n32", "s390x",
                                      /* Docker only. */
                                      "x86", "arm", "ppc", "ppc64", "ppc64le", "riscv64", "s390"};
  size_t count = sizeof known / sizeof *known;
  if (is_common(out->target.engine))
    count = 7;
  else if (out->target.engine != CTSEC_ENGINE_DOCKER)
    return 1;
  for (size_t i = 0; i < count; i++)
    if (!strcmp(out->target.arch->abi.name, known[i])) return 1;
  return 0;
}

static int resolve_abis(resolver *r) {
  const ct_profile *profile = r->profile;
  ct_resolved *out = r->out;
  int status;
  for (uint32_t i = 0; i < profile->architectures.count; i++)
    if ((status = add_word(r, &profile->architectures.items[i],
                           item_pointer(r, "/architectures", i, "", UINT32_MAX))))
      return status;
  int reads = ct_reads_conditions(profile, out->target.engine);
  if (profile->arch_map_count && !reads)
    note(r, "arch-map-ignored", CT_LEVEL_MEDIUM, ct_engine_name(out->target.engine), CT_MESSAGE_PROFILE_MAP_IGNORED,
         NULL, 0, profile->offset, joined(r, profile->pointer, "/archMap"));
  int found = 0;
  for (uint32_t i = 0; i < profile->arch_map_count && reads; i++) {
    const ct_arch_row *row = &profile->arch_map[i];
    if (!ct_arch_scmp(row->arch.text, row->arch.length))
      note(r, "arch-map-unknown", CT_LEVEL_LOW, NULL, CT_MESSAGE_PROFILE_MAP_UNKNOWN,
           &(ct_message_value){"name", row->arch.text}, 1, row->arch.offset,
           item_pointer(r, "/archMap", i, "/architecture", UINT32_MAX));
    if (found || !ct_word_is(&row->arch, out->target.arch->scmp)) continue;
    if (!row_is_read(out)) {
      note(r, "arch-map-unread", CT_LEVEL_MEDIUM, ct_engine_name(out->target.engine), CT_MESSAGE_PROFILE_MAP_UNREAD,
           &(ct_message_value){"arch", out->target.arch->scmp}, 1, row->arch.offset,
           item_pointer(r, "/archMap", i, "", UINT32_MAX));
      continue;
    }
    found = 1;
    add_abi(r, out->target.arch);
    for (uint32_t s = 0; s < row->subs.count; s++)
      if ((status = add_word(r, &row->subs.items[s], item_pointer(r, "/archMap", i, "/subArchitectures", s))))
        return status;
  }
  out->native_added = add_abi(r, out->target.arch);
  return 0;
}

static uint32_t flags_of(const ct_profile *profile) {
  uint32_t flags = 0;
  if (ct_words_have(&profile->flags, "SECCOMP_FILTER_FLAG_LOG")) flags |= CT_FILTER_FLAG_LOG;
  return flags;
}

static void note_engine(resolver *r, const ct_profile_entry *entry, const char *pointer) {
  int engine = r->out->target.engine;
  int reads = ct_reads_conditions(r->profile, engine);
  if (!reads && (entry->includes.present || entry->excludes.present))
    note(r, "conditions-ignored", CT_LEVEL_MEDIUM, ct_engine_name(engine), CT_MESSAGE_PROFILE_CONDITIONS_IGNORED, NULL, 0,
         entry->offset, pointer);
  if (reads && r->profile->form == CT_FORM_FILE && (entry->includes.has_kernel || entry->excludes.has_kernel) &&
      engine != CTSEC_ENGINE_DOCKER)
    note(r, "kernel-ignored", is_common(engine) ? CT_LEVEL_MEDIUM : CT_LEVEL_INFO, "podman",
         CT_MESSAGE_PROFILE_KERNEL_IGNORED, NULL, 0, entry->offset, pointer);
}

/* Podman and CRI-O do not run this validation; who does refuses what they accept. */
static void note_validation(resolver *r, const char *action, uint32_t offset, const char *pointer) {
  if (!is_common(r->out->target.engine) || r->profile->form == CT_FORM_BUILTIN) return;
  if (strcmp(action, "SCMP_ACT_KILL_PROCESS") && strcmp(action, "SCMP_ACT_KILL_THREAD") && strcmp(action, "SCMP_ACT_NOTIFY"))
    return;
  ct_message_value values[] = {{"action", action}};
  note(r, "validation-refuses", CT_LEVEL_INFO, ct_engine_name(r->out->target.engine), CT_MESSAGE_PROFILE_VALIDATION, values,
       1, offset, pointer);
}

static void note_words(resolver *r, const ct_profile_entry *entry, const char *pointer) {
  const ct_filter *filters[] = {&entry->includes, &entry->excludes};
  static const char members[][10] = {"/includes", "/excludes"};
  for (int f = 0; f < 2; f++) {
    for (uint32_t i = 0; i < filters[f]->caps.count; i++) {
      const ct_word *word = &filters[f]->caps.items[i];
      if (ct_cap_exact(word->text, word->length) >= 0) continue;
      ct_message_value values[] = {{"name", word->text}};
      note(r, "capability-never-matches", CT_LEVEL_MEDIUM, NULL, CT_MESSAGE_PROFILE_CAP_UNKNOWN, values, 1,
           word->offset, joined(r, pointer, members[f]));
    }
    for (uint32_t i = 0; i < filters[f]->arches.count; i++) {
      const ct_word *word = &filters[f]->arches.items[i];
      int known = 0;
      for (uint32_t a = 0; ct_arch_at(a) && !known; a++) {
        const ct_arch *arch = ct_arch_at(a);
        known = (*arch->docker && ct_word_is(word, arch->docker)) || ct_word_is(word, arch->podman);
      }
      if (known) continue;
      const ct_arch *meant = ct_arch_spelt(word->text, word->length);
      ct_message_value values[] = {{"name", word->text}, {"nearest", meant && *meant->docker ? meant->docker : "amd64"}};
      note(r, "arch-never-matches", CT_LEVEL_MEDIUM, NULL, CT_MESSAGE_PROFILE_ARCH_UNKNOWN, values, 2, word->offset,
           joined(r, pointer, members[f]));
    }
  }
}

static int resolve_entry(resolver *r, const ct_profile_entry *entry, ct_resolved_entry *out) {
  const ct_profile *profile = r->profile;
  out->entry = entry;
  out->pointer = ct_profile_entry_pointer(r->arena, profile, entry, "");
  if (!out->pointer) return ct_error_nomem(r->err);
  note_engine(r, entry, out->pointer);
  note_validation(r, entry->action_name, entry->offset, out->pointer);
  note_words(r, entry, out->pointer);
  out->fate = fate_of(r, entry, out->pointer, &out->word);
  if (out->fate == CT_FATE_KEPT) r->out->kept++;
  return with_errno(r, entry->action, entry->has_errno, entry->errno_ret, entry->errno_name, entry->errno_named,
                    entry->has_errno ? entry->errno_offset : entry->offset, out->pointer, "errnoRet", &out->action);
}

int ct_resolve(ct_arena *arena, const ct_profile *profile, const ctsec_options *options, ct_resolved **resolved,
               ctsec_error **err) {
  ct_resolved *out = ct_arena_alloc(arena, sizeof *out);
  if (!out) return ct_error_nomem(err);
  resolver r = {arena, profile, out, err};
  out->profile = profile;
  ct_diagnostics_init(&out->diagnostics, arena, ct_options_lang(options));
  int status = ct_target_read(arena, profile, options, &out->target, err);
  if (status) return status;
  out->default_pointer = joined(&r, profile->pointer, "/defaultAction");
  out->flags = flags_of(profile);
  note_validation(&r, profile->default_action_name, profile->offset, out->default_pointer);
  if ((status = resolve_abis(&r))) return status;
  status = with_errno(&r, profile->default_action, profile->has_default_errno, profile->default_errno_ret,
                      profile->default_errno_name, profile->default_errno_named,
                      profile->has_default_errno ? profile->default_errno_offset : profile->offset, profile->pointer,
                      "defaultErrnoRet", &out->default_action);
  if (status) return status;
  out->entries = ct_arena_array(arena, profile->entry_count, sizeof *out->entries);
  if (!out->entries) return ct_error_nomem(err);
  for (uint32_t i = 0; i < profile->entry_count; i++)
    if ((status = resolve_entry(&r, &profile->entries[i], &out->entries[i]))) return status;
  if (out->diagnostics.failed) return ct_error_nomem(err);
  *resolved = out;
  return 0;
}
