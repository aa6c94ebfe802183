/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "seccomp/loaded.h"

#include <stdlib.h>
#include <string.h>

#include "data/errno.h"
#include "data/libseccomp.h"
#include "seccomp/scmp.h"

const char *ct_loaded_name(ct_loaded_kind kind) { return kind == CT_LOADED_CRUN ? "crun" : "runc"; }

int ct_loaded_find(const char *name, ct_loader *loader) {
  size_t length = strcspn(name, "@");
  if (length != 4) return 0;
  if (!memcmp(name, "runc", 4))
    loader->kind = CT_LOADED_RUNC;
  else if (!memcmp(name, "crun", 4))
    loader->kind = CT_LOADED_CRUN;
  else
    return 0;
  ct_version *version = &loader->version;
  if (name[4]) ct_version_parse(name + 5, strlen(name + 5), version);
  /* What was not said is the newest of its series. */
  if (version->known == 3) version->minor = UINT32_MAX;
  if (version->known > 1) version->patch = UINT32_MAX;
  return 1;
}

static int since(const ct_loader *loader, uint32_t major, uint32_t minor, uint32_t patch) {
  return !loader->version.known || ct_version_at_least(&loader->version, major, minor, patch);
}

const char *ct_loaded_why_name(ct_loaded_why why) {
  static const char names[][24] = {"default",   "rule",       "architecture-not-listed", "enosys-stub",
                                      "companion", "unconfined", "undetermined",            "refused"};
  return names[why];
}

/* Every new rule is compared with those of its number. */
#define GROUP_MOST 1024

/* Rules for a name that an arch lacks: they are in no filter, but libseccomp keeps them, and may refuse one. */
typedef struct absent {
  uint32_t table;
  const char *name;
  ct_loaded_group group;
} absent;

typedef struct builder {
  ct_arena *arena;
  const ct_resolved *resolved;
  ct_loaded *out;
  ctsec_error **err;
  ct_word *dropped;
  /* Of the entry at hand, in the arena: what was resolved need not outlive what is built. */
  const char *pointer;
  absent *absents;
  uint32_t absent_count;
  uint64_t rules;
  uint64_t most_rules;
} builder;

/* Calls that socketcall and ipc carry, by the number they have there; sorted. */
static const struct {
  char name[14];
  uint8_t ipc;
  uint8_t call;
} carried[] = {
    {"accept", 0, 5}, {"accept4", 0, 18}, {"bind", 0, 2}, {"connect", 0, 3}, {"getpeername", 0, 7},
    {"getsockname", 0, 6}, {"getsockopt", 0, 15}, {"listen", 0, 4}, {"msgctl", 1, 14}, {"msgget", 1, 13},
    {"msgrcv", 1, 12}, {"msgsnd", 1, 11}, {"recv", 0, 10}, {"recvfrom", 0, 12}, {"recvmmsg", 0, 19},
    {"recvmsg", 0, 17}, {"semctl", 1, 3}, {"semget", 1, 2}, {"semop", 1, 1}, {"semtimedop", 1, 4}, {"send", 0, 9},
    {"sendmmsg", 0, 20}, {"sendmsg", 0, 16}, {"sendto", 0, 11}, {"setsockopt", 0, 14}, {"shmat", 1, 21},
    {"shmctl", 1, 24}, {"shmdt", 1, 22}, {"shmget", 1, 23}, {"shutdown", 0, 13}, {"socket", 0, 1},
    {"socketpair", 0, 8},
};

/* The row of a call, or -1. */
static int carried_row(const char *name) {
  int low = 0, high = (int)(sizeof carried / sizeof *carried) - 1;
  while (low <= high) {
    int middle = (low + high) / 2, order = strcmp(carried[middle].name, name);
    if (!order) return middle;
    if (order < 0)
      low = middle + 1;
    else
      high = middle - 1;
  }
  return -1;
}

/* The multiplexer of a call on this arch: 1, its number and the call's number there. */
static int carrier(const ct_arch *arch, const char *name, uint32_t *number, uint32_t *call) {
  int row = carried_row(name);
  if (row < 0) return 0;
  *call = carried[row].call;
  return ct_arch_number(arch, carried[row].ipc ? "ipc" : "socketcall", number);
}

static int knows_name(const ct_loaded *loaded, const char *name) {
  int row = loaded->loader.host ? ct_number_row_of(name) : -1;
  if (loaded->loader.host) return row >= 0 && loaded->loader.host[row] & CT_SCMP_KNOWN;
  return ct_libseccomp_knows(&loaded->loader.names, name);
}

static int knows_number(const ct_loaded *loaded, const char *name, const ct_arch *arch) {
  uint32_t number, call;
  int row = loaded->loader.host ? ct_number_row_of(name) : -1;
  /* Of what a multiplexer carries the library tells a pseudo number only, though it may have a direct one too. */
  if (loaded->loader.host && !carrier(arch, name, &number, &call))
    return row >= 0 && loaded->loader.host[row] >> (arch - ct_arch_at(0)) & 1;
  return ct_libseccomp_numbers(&loaded->loader.names, name, arch->abi.name);
}

const char *ct_loaded_carrier(const ct_arch *arch, const char *name) {
  uint32_t number, call;
  if (!carrier(arch, name, &number, &call)) return NULL;
  return carried[carried_row(name)].ipc ? "ipc" : "socketcall";
}

int ct_loaded_subcall(const ct_arch *arch, const char *name, uint32_t *call) {
  uint32_t number;
  return carrier(arch, name, &number, call);
}

static int refuse(builder *b, const char *why, const char *pointer) {
  if (b->out->refused) return 0;
  b->out->refused = why;
  b->out->refused_pointer = pointer;
  return 0;
}

static ct_loaded_group *group_at(builder *b, ct_loaded_table *table, uint32_t number) {
  uint32_t low = 0, high = table->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (table->groups[middle].number < number)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < table->count && table->groups[low].number == number) return &table->groups[low];
  ct_loaded_group *groups = ct_arena_grow(b->arena, table->groups, table->count, sizeof *groups);
  if (!groups) return NULL;
  memmove(groups + low + 1, groups + low, (table->count - low) * sizeof *groups);
  memset(&groups[low], 0, sizeof *groups);
  groups[low].number = number;
  table->groups = groups;
  table->count++;
  return &groups[low];
}

/* Conditions as libseccomp keeps them; the number left, or -1 where memory is out. */
static int64_t cut_conditions(builder *b, const ct_arch *arch, const ct_condition *from, uint32_t count,
                              const ct_condition **out) {
  ct_condition *made = ct_arena_array(b->arena, count, sizeof *made);
  if (!made) return -1;
  uint64_t width = arch->abi.bits == 64 ? UINT64_MAX : UINT32_MAX;
  uint32_t n = 0;
  for (uint32_t i = 0; i < count; i++) {
    ct_condition c = from[i];
    c.value &= width;
    c.value_two &= width;
    if (c.op == CT_OP_MASKED_EQ) c.value_two &= c.value;
    if (c.op == CT_OP_MASKED_EQ && !c.value) continue;
    uint32_t at = n++;
    for (; at && made[at - 1].index > c.index; at--) made[at] = made[at - 1];
    made[at] = c;
  }
  *out = made;
  return n;
}

static int same_conditions(const ct_loaded_rule *a, const ct_loaded_rule *b) {
  if (a->count != b->count) return 0;
  for (uint32_t i = 0; i < a->count; i++) {
    const ct_condition *x = &a->conditions[i], *y = &b->conditions[i];
    if (x->index != y->index || x->op != y->op || x->value != y->value) return 0;
    if (x->op == CT_OP_MASKED_EQ && x->value_two != y->value_two) return 0;
  }
  return 1;
}

static int is_same_action(const ct_loaded_group *group) {
  for (uint32_t i = 1; i < group->count; i++)
    if (group->rules[i].action != group->rules[0].action) return 0;
  return 1;
}

/* Measured against libseccomp: masks, upper halves and several conditions among several rules can go wrong. */
static int is_single_low(const ct_loaded_group *group) {
  for (uint32_t i = 0; i < group->count; i++) {
    if (group->rules[i].count != 1) return 0;
    const ct_condition *c = &group->rules[i].conditions[0];
    if (c->op == CT_OP_MASKED_EQ || c->value > UINT32_MAX || c->index != group->rules[0].conditions[0].index) return 0;
  }
  return 1;
}

/* One EQ each, on the same argument: no call matches two of them. */
static int is_switch(const ct_loaded_group *group) {
  for (uint32_t i = 0; i < group->count; i++) {
    const ct_loaded_rule *rule = &group->rules[i];
    if (rule->count != 1 || rule->conditions[0].op != CT_OP_EQ) return 0;
    if (rule->conditions[0].index != group->rules[0].conditions[0].index) return 0;
  }
  return is_single_low(group);
}

/* "Both are so: A; one is not: B; the other is not: B", which covers every call and overlaps only in B. Measured: right in this order only. */
static int is_both_or_neither(const ct_loaded_group *group) {
  const ct_loaded_rule *both = NULL, *one[2] = {NULL, NULL};
  if (group->count != 3) return 0;
  for (uint32_t i = 0, n = 0; i < 3; i++) {
    const ct_loaded_rule *rule = &group->rules[i];
    if (rule->count == 2 && !i)
      both = rule;
    else if (rule->count == 1 && n < 2)
      one[n++] = rule;
    else
      return 0;
  }
  if (!both || !one[1] || one[0]->action != one[1]->action) return 0;
  if (one[0]->conditions[0].index == one[1]->conditions[0].index) return 0;
  for (int i = 0; i < 2; i++) {
    const ct_condition *not = &one[i]->conditions[0];
    int found = 0;
    for (int c = 0; c < 2; c++)
      found |= both->conditions[c].op == CT_OP_EQ && both->conditions[c].index == not->index &&
               both->conditions[c].value == not->value;
    if (!found || not->op != CT_OP_NE || not->value > UINT32_MAX) return 0;
  }
  return 1;
}

static void classify(ct_loaded_group *group) {
  if (group->doubtful)
    group->shape = CT_SHAPE_UNDETERMINED;
  else if (!group->rules[0].count)
    group->shape = CT_SHAPE_PLAIN;
  else if (group->many)
    group->shape = CT_SHAPE_UNDETERMINED;
  else if (group->count == 1 || (is_same_action(group) && is_single_low(group)) ||
           is_switch(group) || is_both_or_neither(group))
    group->shape = CT_SHAPE_ANY;
  else
    group->shape = CT_SHAPE_UNDETERMINED;
}

/* How libseccomp joins a rule to those that a number has already. */
static int join(builder *b, ct_loaded_group *group, const ct_loaded_rule *rule) {
  if (group->count && !group->rules[0].count) {
    if (rule->action == group->rules[0].action) return 0;
    group->lost = rule->pointer;
    group->winner = group->rules[0].pointer;
    group->first_stays = !rule->count;
    return 0;
  }
  if (!rule->count && group->count) {
    for (uint32_t i = 0; i < group->count; i++)
      if (group->rules[i].action != rule->action) group->lost = group->rules[i].pointer, group->winner = rule->pointer;
    classify(group);
    if (group->shape == CT_SHAPE_UNDETERMINED) group->doubtful = 1;
    group->count = 0;
  }
  if (group->count >= GROUP_MOST) {
    group->many = 1;
    return 0;
  }
  for (uint32_t i = 0; i < group->count; i++) {
    if (!same_conditions(&group->rules[i], rule)) continue;
    if (group->rules[i].action == rule->action) return 0;
    return refuse(b, "two actions for the same conditions (EEXIST)", rule->pointer);
  }
  ct_loaded_rule *rules = ct_arena_grow(b->arena, group->rules, group->count, sizeof *rules);
  if (!rules) return ct_error_nomem(b->err);
  rules[group->count++] = *rule;
  group->rules = rules;
  return 0;
}

static ct_loaded_group *absent_at(builder *b, uint32_t table, const char *name) {
  for (uint32_t i = 0; i < b->absent_count; i++)
    if (b->absents[i].table == table && !strcmp(b->absents[i].name, name)) return &b->absents[i].group;
  absent *grown = ct_arena_grow(b->arena, b->absents, b->absent_count, sizeof *grown);
  if (!grown) return NULL;
  b->absents = grown;
  memset(&grown[b->absent_count], 0, sizeof *grown);
  grown[b->absent_count].table = table;
  grown[b->absent_count].name = name;
  return &grown[b->absent_count++].group;
}

static int add(builder *b, const ct_loaded_table *table, ct_loaded_group *group, const ct_resolved_entry *entry,
               const ct_condition *conditions, uint32_t count, int companion) {
  ct_loaded_rule rule = {0};
  int64_t left = group ? cut_conditions(b, table->arch, conditions, count, &rule.conditions) : -1;
  if (left < 0) return ct_error_nomem(b->err);
  if (++b->rules > b->most_rules) return ct_error_set(b->err, CTSEC_E_LIMIT, "too many rules for a runtime");
  rule.action = entry->action;
  rule.count = (uint32_t)left;
  rule.pointer = b->pointer;
  rule.companion = companion;
  return join(b, group, &rule);
}

/* The companion's own condition replaces one on argument 0; the others then test the multiplexer's registers. */
static int add_companion(builder *b, ct_loaded_table *table, uint32_t number, uint32_t call,
                         const ct_resolved_entry *entry, const ct_condition *conditions, uint32_t count) {
  ct_condition joined[7];
  uint32_t n = 0;
  joined[n++] = (ct_condition){0, CT_OP_EQ, call, 0};
  for (uint32_t i = 0; i < count && n < 7; i++)
    if (conditions[i].index) joined[n++] = conditions[i];
  return add(b, table, group_at(b, table, number), entry, joined, n, 1);
}

/* One call of seccomp_rule_add(). */
static int add_rule(builder *b, const ct_resolved_entry *entry, const ct_word *name, const ct_condition *conditions,
                    uint32_t count) {
  for (uint32_t t = 0; t < b->out->table_count && !b->out->refused; t++) {
    ct_loaded_table *table = &b->out->tables[t];
    uint32_t number, call;
    int status = 0, direct = 0, carried_here = carrier(table->arch, name->text, &number, &call);
    if (carried_here) status = add_companion(b, table, number, call, entry, conditions, count);
    if (!status && ct_arch_number(table->arch, name->text, &number) &&
        knows_number(b->out, name->text, table->arch)) {
      direct = 1;
      number |= table->arch->abi.x32 ? CT_X32_BIT : 0;
      status = add(b, table, group_at(b, table, number), entry, conditions, count, 0);
    }
    if (status) return status;
    /* Arches with a multiplexer drop the names they lack, but those that it carries. */
    if (direct || (!carried_here && ct_loaded_carrier(table->arch, "socket"))) continue;
    table->pseudo = 1;
    if (!carried_here) status = add(b, table, absent_at(b, t, name->text), entry, conditions, count, 0);
    if (status) return status;
  }
  return 0;
}

static int repeats(const ct_condition *conditions, uint32_t count) {
  unsigned seen = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (seen & 1u << conditions[i].index) return 1;
    seen |= 1u << conditions[i].index;
  }
  return 0;
}

static int add_name(builder *b, const ct_resolved_entry *entry, const ct_word *name) {
  const ct_profile_entry *from = entry->entry;
  uint32_t count = from->condition_count;
  if (b->out->kind == CT_LOADED_CRUN && count > 6) count = 6;
  if (!repeats(from->conditions, count)) return add_rule(b, entry, name, from->conditions, count);
  for (uint32_t i = 0; i < count; i++) {
    int status = add_rule(b, entry, name, &from->conditions[i], 1);
    if (status) return status;
  }
  return 0;
}

static int known(const builder *b, const ct_word *name) {
  return ct_arch_knows(name->text) && knows_name(b->out, name->text);
}

static int drop(builder *b, const ct_word *name) {
  ct_word *words = ct_arena_grow(b->arena, b->dropped, b->out->dropped.count, sizeof *words);
  if (!words) return ct_error_nomem(b->err);
  ct_word *kept = &words[b->out->dropped.count++];
  *kept = *name;
  kept->text = ct_arena_copy(b->arena, name->text, name->length);
  if (!kept->text) return ct_error_nomem(b->err);
  b->dropped = words;
  b->out->dropped.items = words;
  return 0;
}

static void raise_most(builder *b, const ct_word *name) {
  for (uint32_t t = 0; t < b->out->table_count; t++) {
    ct_loaded_table *table = &b->out->tables[t];
    uint32_t number, call;
    /* Where a multiplexer carries the call, its name resolves to a pseudo number, which is negative. */
    if (carrier(table->arch, name->text, &number, &call)) continue;
    if (!ct_arch_number(table->arch, name->text, &number) ||
        !knows_number(b->out, name->text, table->arch))
      continue;
    if (table->arch->abi.x32) number |= CT_X32_BIT;
    if (!number || (table->has_most && number <= table->most)) continue;
    table->has_most = 1;
    table->most = number;
  }
}

static int add_entry(builder *b, const ct_resolved_entry *entry) {
  const ct_profile_entry *from = entry->entry;
  int crun = b->out->kind == CT_LOADED_CRUN;
  uint32_t kind = entry->action & CT_RET_ACTION;
  b->pointer = ct_arena_string(b->arena, entry->pointer);
  if (!b->pointer) return ct_error_nomem(b->err);
  if (crun && from->has_errno && kind != CT_RET_ERRNO && kind != CT_RET_TRACE)
    return refuse(b, "errnoRet with an action that carries none", b->pointer);
  if (kind == CT_RET_NOTIFY && !ct_version_at_least(&b->out->libseccomp, 2, 5, 0))
    return refuse(b, "SCMP_ACT_NOTIFY needs libseccomp 2.5.0", b->pointer);
  for (uint32_t n = 0; n < from->names.count; n++) {
    const ct_word *name = &from->names.items[n];
    if (!crun && kind == CT_RET_NOTIFY && ct_word_is(name, "write"))
      return refuse(b, "SCMP_ACT_NOTIFY for write", b->pointer);
    if (known(b, name)) raise_most(b, name);
    if (entry->action == b->out->default_action) continue;
    int status = known(b, name) ? add_name(b, entry, name) : drop(b, name);
    if (status) return status;
  }
  return 0;
}

static int has_plain(const ct_loaded_table *table) {
  for (uint32_t g = 0; g < table->count; g++)
    if (table->groups[g].shape == CT_SHAPE_PLAIN) return 1;
  return 0;
}

/* The call that is tested first loads the number; it is one without conditions where there is any, of the first ABI of a section. */
static void find_unloaded(ct_loaded *out, uint32_t rules) {
  for (uint32_t t = 0; t < out->table_count; t++) {
    ct_loaded_table *table = &out->tables[t], *other = NULL;
    for (uint32_t o = 0; o < out->table_count; o++)
      if (o != t && out->tables[o].arch->abi.audit == table->arch->abi.audit) other = &out->tables[o];
    /* A tree, and the test for x32, load it themselves. */
    int loads = (out->kind == CT_LOADED_RUNC && rules > 32 && since(&out->loader, 1, 2, 0)) || (table->arch->abi.audit == CT_AUDIT_X86_64 && !other);
    if (loads || (!table->pseudo && !(other && other->pseudo))) continue;
    /* Which of the two comes first is not modelled. */
    table->unloaded = !has_plain(table) || (other && !has_plain(other));
  }
}

static int add_tables(builder *b) {
  const ct_resolved *resolved = b->resolved;
  ct_loaded_table *tables = ct_arena_array(b->arena, resolved->abi_count, sizeof *tables);
  if (!tables) return ct_error_nomem(b->err);
  for (uint32_t i = 0; i < resolved->abi_count; i++) tables[i].arch = resolved->abis[i];
  b->out->tables = tables;
  b->out->table_count = resolved->abi_count;
  return 0;
}

static int is_allowing(uint32_t action) {
  action &= CT_RET_ACTION;
  return action == CT_RET_ALLOW || action == CT_RET_LOG || action == CT_RET_TRACE;
}

/* The kernel takes this flag of filters that notify only; crun then tries again without flags. */
static int flag_without_listener(const ct_resolved *resolved) {
  if (!ct_words_have(&resolved->profile->flags, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")) return 0;
  for (uint32_t i = 0; i < resolved->profile->entry_count; i++)
    if (resolved->entries[i].fate == CT_FATE_KEPT && (resolved->entries[i].action & CT_RET_ACTION) == CT_RET_NOTIFY &&
        resolved->entries[i].entry->names.count)
      return 0;
  return 1;
}

int ct_loaded_build(ct_arena *arena, const ct_resolved *resolved, const ct_loader *loader, ct_loaded **runtime,
                    ctsec_error **err) {
  ct_loaded_kind kind = loader->kind;
  ct_loaded *out = ct_arena_alloc(arena, sizeof *out);
  if (!out) return ct_error_nomem(err);
  builder b = {0};
  b.arena = arena;
  b.resolved = resolved;
  b.out = out;
  b.err = err;
  b.most_rules = 10000000;
  out->kind = kind;
  out->loader = *loader;
  out->libseccomp = loader->libseccomp.known ? loader->libseccomp : CT_LIBSECCOMP_NEWEST;
  if (!loader->names.known) out->loader.names = out->libseccomp;
  out->unconfined = resolved->profile->unconfined;
  out->default_action = resolved->default_action;
  out->stub = kind == CT_LOADED_RUNC && !is_allowing(out->default_action) && since(loader, 1, 0, 0);
  out->no_call = ct_errno_number(resolved->target.arch->abi.audit, "ENOSYS");
  int status = add_tables(&b);
  for (uint32_t t = 0; t < out->table_count && !status; t++)
    out->tables[t].unstubbed =
        resolved->native_added && resolved->abis[t] == resolved->target.arch && !since(loader, 1, 1, 15);
  if (!status && kind == CT_LOADED_RUNC && (out->default_action & CT_RET_ACTION) == CT_RET_NOTIFY)
    status = refuse(&b, "SCMP_ACT_NOTIFY as default action", ct_arena_string(arena, resolved->default_pointer));
  if (!status && kind == CT_LOADED_RUNC && resolved->refused_arch)
    status = refuse(&b, "an architecture that it does not know", ct_arena_string(arena, resolved->refused_arch));
  if (!status && kind == CT_LOADED_RUNC && flag_without_listener(resolved))
    status = refuse(&b, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV without SCMP_ACT_NOTIFY (EINVAL)",
                    ct_arena_string(arena, resolved->profile->pointer));
  for (uint32_t i = 0; i < resolved->profile->entry_count && !status; i++)
    if (resolved->entries[i].fate == CT_FATE_KEPT) status = add_entry(&b, &resolved->entries[i]);
  if (status) return status;
  for (uint32_t t = 0; t < out->table_count; t++)
    for (uint32_t g = 0; g < out->tables[t].count; g++) classify(&out->tables[t].groups[g]);
  uint64_t names = 0;
  for (uint32_t i = 0; i < resolved->profile->entry_count; i++)
    if (resolved->entries[i].fate == CT_FATE_KEPT) names += resolved->profile->entries[i].names.count;
  find_unloaded(out, names > UINT32_MAX ? UINT32_MAX : (uint32_t)names);
  *runtime = out;
  return 0;
}

static const ct_loaded_table *table_of(const ct_loaded *runtime, uint32_t audit, int x32) {
  for (uint32_t i = 0; i < runtime->table_count; i++) {
    const ct_abi *abi = &runtime->tables[i].arch->abi;
    if (abi->audit == audit && abi->x32 == x32) return &runtime->tables[i];
  }
  return NULL;
}

/* runc looks at bit 30 alone, so 0xffffffff counts as x32 here. */
static int is_stubbed(const ct_loaded *runtime, uint32_t audit, uint32_t number) {
  int x32 = audit == CT_AUDIT_X86_64 && (number & CT_X32_BIT);
  const ct_loaded_table *table = table_of(runtime, audit, x32);
  if (!runtime->stub || !table || !table->has_most) return 0;
  if (table->unstubbed) return 0;
  if (!number && (table->arch->abi.audit & 0xffff) == 22 && since(&runtime->loader, 1, 1, 3)) return 1;
  return number > table->most;
}

static const ct_loaded_group *group_of(const ct_loaded_table *table, uint32_t number) {
  uint32_t low = 0, high = table->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (table->groups[middle].number < number)
      low = middle + 1;
    else
      high = middle;
  }
  return low < table->count && table->groups[low].number == number ? &table->groups[low] : NULL;
}

const ct_loaded_group *ct_loaded_find_group(const ct_loaded *runtime, uint32_t audit, uint32_t number) {
  int x32 = audit == CT_AUDIT_X86_64 && (number & CT_X32_BIT) && number != UINT32_MAX;
  const ct_loaded_table *table = table_of(runtime, audit, x32);
  return table ? group_of(table, number) : NULL;
}

static int matches(const ct_loaded_table *table, const ct_loaded_rule *rule, const uint64_t args[6]) {
  for (uint32_t c = 0; c < rule->count; c++)
    if (!ct_condition_holds(&rule->conditions[c], ct_argument(&table->arch->abi, args[rule->conditions[c].index])))
      return 0;
  return 1;
}

void ct_loaded_decide(const ct_loaded *runtime, uint32_t audit, uint32_t number, const uint64_t args[6],
                       ct_loaded_decision *out) {
  *out = (ct_loaded_decision){CT_LOADED_DEFAULT, runtime->default_action, NULL};
  if (runtime->unconfined) {
    *out = (ct_loaded_decision){CT_LOADED_UNCONFINED, CT_RET_ALLOW, NULL};
    return;
  }
  if (runtime->refused) {
    *out = (ct_loaded_decision){CT_LOADED_REFUSED, 0, runtime->refused_pointer};
    return;
  }
  if (is_stubbed(runtime, audit, number)) {
    *out = (ct_loaded_decision){CT_LOADED_STUB, CT_RET_ERRNO | runtime->no_call, NULL};
    return;
  }
  int x32 = audit == CT_AUDIT_X86_64 && (number & CT_X32_BIT) && number != UINT32_MAX;
  const ct_loaded_table *table = table_of(runtime, audit, x32);
  /* Without x32, libseccomp takes all numbers from bit 30 on for those of another arch. */
  if (audit == CT_AUDIT_X86_64 && number >= CT_X32_BIT && number != UINT32_MAX && !table_of(runtime, audit, 1))
    table = NULL;
  if (!table) {
    *out = (ct_loaded_decision){CT_LOADED_BAD_ARCH, CT_RET_KILL_THREAD, NULL};
    return;
  }
  if (table->unloaded) {
    out->why = CT_LOADED_UNDETERMINED;
    return;
  }
  const ct_loaded_group *group = group_of(table, number);
  if (!group || !group->count) return;
  if (group->shape == CT_SHAPE_UNDETERMINED) {
    out->why = CT_LOADED_UNDETERMINED;
    out->pointer = group->rules[0].pointer;
    return;
  }
  for (uint32_t i = 0; i < group->count; i++) {
    const ct_loaded_rule *rule = &group->rules[i];
    if (!matches(table, rule, args)) continue;
    *out = (ct_loaded_decision){rule->companion ? CT_LOADED_COMPANION : CT_LOADED_RULE, rule->action, rule->pointer};
    return;
  }
}
