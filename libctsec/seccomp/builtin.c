/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of data/profiles.c as profiles. */
#include <string.h>

#include "data/errno.h"
#include "data/profiles.h"
#include "seccomp/profile.h"

static const uint32_t actions[] = CT_BUILTIN_ACTIONS;

static int word(ct_word *out, uint32_t offset) {
  out->text = ct_builtin_pool + offset;
  out->length = (uint32_t)strlen(out->text);
  return 1;
}

static int words(ct_arena *arena, ct_words *out, uint16_t first, uint16_t count) {
  ct_word *items = ct_arena_array(arena, count, sizeof *items);
  if (!items) return 0;
  for (uint16_t i = 0; i < count; i++) word(&items[i], ct_builtin_words[first + i]);
  out->items = items;
  out->count = count;
  return 1;
}

static int filter(ct_arena *arena, ct_filter *out, const ct_builtin_filter *in) {
  out->has_kernel = in->kernel || in->major;
  out->kernel = in->kernel;
  out->major = in->major;
  out->present = out->has_kernel || in->cap_count || in->arch_count;
  return words(arena, &out->caps, in->caps, in->cap_count) && words(arena, &out->arches, in->arches, in->arch_count);
}

static int conditions(ct_arena *arena, ct_profile_entry *out, const ct_builtin_entry *in) {
  ct_condition *made = ct_arena_array(arena, in->condition_count, sizeof *made);
  uint32_t *offsets = ct_arena_array(arena, in->condition_count, sizeof *offsets);
  if (!made || !offsets) return 0;
  for (uint8_t i = 0; i < in->condition_count; i++) {
    const ct_builtin_condition *from = &ct_builtin_conditions[in->conditions + i];
    made[i].index = from->index;
    made[i].op = from->op;
    made[i].value = from->value;
    made[i].value_two = from->value_two;
  }
  out->conditions = made;
  out->condition_offsets = offsets;
  out->condition_count = in->condition_count;
  return 1;
}

static int entry(ct_arena *arena, ct_profile_entry *out, const ct_builtin_entry *in, uint32_t index) {
  out->index = index;
  out->action = actions[in->action];
  out->action_name = ct_action_name(out->action);
  if (in->errno_ret >= 0) {
    out->has_errno = 1;
    out->errno_ret = (uint64_t)in->errno_ret;
    out->errno_named = out->errno_ret;
    if (in->errno_named) out->errno_name = ct_errno_name(0, (uint32_t)in->errno_ret);
  }
  return words(arena, &out->names, in->names, in->name_count) && conditions(arena, out, in) &&
         filter(arena, &out->includes, &in->includes) && filter(arena, &out->excludes, &in->excludes);
}

static int fill(ct_arena *arena, ct_profile *out, const ct_builtin_profile *in) {
  ct_profile_entry *entries = ct_arena_array(arena, in->entry_count, sizeof *entries);
  ct_arch_row *rows = ct_arena_array(arena, in->row_count, sizeof *rows);
  if (!entries || !rows) return 0;
  for (uint16_t i = 0; i < in->entry_count; i++) {
    if (!entry(arena, &entries[i], &ct_builtin_entries[in->entries + i], i)) return 0;
    out->rule_count += entries[i].names.count;
  }
  for (uint16_t i = 0; i < in->row_count; i++) {
    const ct_builtin_row *row = &ct_builtin_rows[in->rows + i];
    word(&rows[i].arch, row->arch);
    if (!words(arena, &rows[i].subs, row->subs, row->sub_count)) return 0;
  }
  out->form = CT_FORM_BUILTIN;
  out->builtin = in->name;
  out->pointer = "";
  out->entries_key = "syscalls";
  out->default_action = actions[in->default_action];
  out->default_action_name = ct_action_name(out->default_action);
  if (in->default_errno >= 0) {
    out->has_default_errno = 1;
    out->default_errno_ret = out->default_errno_named = (uint64_t)in->default_errno;
    if (in->errno_named) out->default_errno_name = ct_errno_name(0, (uint32_t)in->default_errno);
  }
  out->arch_map = rows;
  out->arch_map_count = in->row_count;
  out->entries = entries;
  out->entry_count = in->entry_count;
  return 1;
}

int ct_profile_builtin(ct_arena *arena, const char *name, size_t length, const ct_profile **profile,
                       ctsec_error **err) {
  for (uint32_t i = 0; i < ct_builtin_profiles_count; i++) {
    const ct_builtin_profile *in = &ct_builtin_profiles[i];
    if (strlen(in->name) != length || memcmp(in->name, name, length)) continue;
    ct_profile *made = ct_arena_alloc(arena, sizeof *made);
    char *source = ct_arena_array(arena, length + 9, 1);
    if (!made || !source || !fill(arena, made, in)) return ct_error_nomem(err);
    memcpy(source, "builtin:", 8);
    memcpy(source + 8, name, length);
    made->source = source;
    *profile = made;
    return 0;
  }
  return ct_error_set(err, CTSEC_E_NOTFOUND,
                      "`%.*s` is no built-in profile: there are docker, docker@20.10, podman, podman@4.3, containerd", (int)length,
                      name);
}
