/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "check/check.h"

/* Capability number and rule, where a rule speaks of it. */
static const struct {
  uint8_t number;
  ct_rule_id rule;
} rows[] = {
    {1, CT_RULE_CAP_DAC_OVERRIDE},     {2, CT_RULE_CAP_DAC_READ_SEARCH}, {9, CT_RULE_CAP_LINUX_IMMUTABLE},
    {12, CT_RULE_CAP_NET_ADMIN},       {13, CT_RULE_CAP_NET_RAW},        {15, CT_RULE_CAP_IPC_OWNER},
    {16, CT_RULE_CAP_SYS_MODULE},      {17, CT_RULE_CAP_SYS_RAWIO},      {18, CT_RULE_CAP_SYS_CHROOT},
    {19, CT_RULE_CAP_SYS_PTRACE},      {20, CT_RULE_CAP_SYS_PACCT},      {21, CT_RULE_CAP_SYS_ADMIN},
    {22, CT_RULE_CAP_SYS_BOOT},        {23, CT_RULE_CAP_SYS_NICE},       {24, CT_RULE_CAP_SYS_RESOURCE},
    {25, CT_RULE_CAP_SYS_TIME},        {26, CT_RULE_CAP_SYS_TTY_CONFIG}, {27, CT_RULE_CAP_MKNOD},
    {28, CT_RULE_CAP_LEASE},           {30, CT_RULE_CAP_AUDIT_CONTROL},  {31, CT_RULE_CAP_SETFCAP},
    {32, CT_RULE_CAP_MAC_OVERRIDE},    {33, CT_RULE_CAP_MAC_ADMIN},      {34, CT_RULE_CAP_SYSLOG},
    {35, CT_RULE_CAP_WAKE_ALARM},      {36, CT_RULE_CAP_BLOCK_SUSPEND},  {38, CT_RULE_CAP_PERFMON},
    {39, CT_RULE_CAP_BPF},             {40, CT_RULE_CAP_CHECKPOINT_RESTORE},
};

const char *ct_caps_shown(ct_check *check, uint64_t mask) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  for (int i = 0; i < 64; i++) {
    if (!(mask >> i & 1)) continue;
    const char *name = ctsec_cap_name(i);
    if (buffer.length) ct_buffer_text(&buffer, ", ");
    if (name)
      ct_buffer_text(&buffer, name);
    else
      ct_buffer_unsigned(&buffer, (uint64_t)i);
  }
  const char *text = ct_check_text(check, "%.*s", (int)buffer.length, buffer.data ? buffer.data : "");
  if (buffer.failed) check->failed = 1;
  ct_buffer_free(&buffer);
  return text;
}

static const ct_text *said_in(const ct_texts *list, int number) {
  for (uint32_t i = 0; i < list->count; i++)
    if (ct_cap_named(list->items[i].value, list->items[i].length) == number) return &list->items[i];
  return NULL;
}

static int folded(const char *text, size_t length, const char *word) {
  if (strlen(word) != length) return 0;
  for (size_t i = 0; i < length; i++)
    if ((text[i] | 32) != word[i]) return 0;
  return 1;
}

static int is_all(const ct_text *text) {
  size_t prefix = text->length > 4 && folded(text->value, 3, "cap") && text->value[3] == '_' ? 4 : 0;
  return folded(text->value + prefix, text->length - prefix, "all");
}

static const ct_text *all_in(const ct_texts *list) {
  for (uint32_t i = 0; i < list->count; i++)
    if (is_all(&list->items[i])) return &list->items[i];
  return NULL;
}

/* The member of an array of names, in a set that the input gives. */
static const ct_value *place_in_set(const ct_set *set, int number) {
  const ct_value *array = set->from.at;
  for (uint32_t i = 0; ct_value_is(array, CT_ARRAY) && i < array->count; i++) {
    const ct_value *item = &array->as.items[i];
    if (ct_value_is(item, CT_STRING) && ct_cap_named(item->as.string, item->length) == number) return item;
  }
  return array;
}

static const ct_value *place_of(const ct_container *container, int number) {
  const ct_text *said = said_in(&container->cap_add, number);
  if (!said) said = all_in(&container->cap_add);
  if (said) return said->from.at;
  if (ct_is_set(container->effective.from) && container->effective.mask >> number & 1 && container->effective.from.at)
    return place_in_set(&container->effective, number);
  if (ct_is_set(container->bounding.from) && container->bounding.from.at) return place_in_set(&container->bounding, number);
  if (ct_is_true(&container->privileged)) return container->privileged.from.at;
  if (container->cap_add.from.at) return container->cap_add.from.at;
  return container->host_object ? container->host_object : container->at;
}

/* The container's own profile is the one that is loaded: Docker before 28 may ignore it beside --privileged. */
static int profile_counts(const ct_check *check) {
  const ct_container *container = check->container;
  if (!check->filter.known) return 0;
  return !ct_is_true(&container->privileged) ||
         (container->engine_version.known && ct_version_at_least(&container->engine_version, 28, 0, 0));
}

/* What a capability is worth whose system calls the profile denies: files of /proc and /sys are left. */
static void weigh_filtered(const ct_check *check, struct ctsec_finding *finding, int number) {
  static const struct {
    uint8_t number;
    uint8_t severity;
  } left[] = {{2, CTSEC_SEVERITY_MEDIUM},  {16, CTSEC_SEVERITY_LOW}, {17, CTSEC_SEVERITY_MEDIUM},
              {19, CTSEC_SEVERITY_MEDIUM}, {20, CTSEC_SEVERITY_INFO}, {21, CTSEC_SEVERITY_MEDIUM},
              {22, CTSEC_SEVERITY_LOW},    {25, CTSEC_SEVERITY_LOW}, {34, CTSEC_SEVERITY_LOW},
              {38, CTSEC_SEVERITY_LOW},    {39, CTSEC_SEVERITY_LOW}};
  if (!profile_counts(check) || check->filter.allowed & ct_dangers_of_cap(number)) return;
  for (size_t i = 0; i < sizeof left / sizeof *left; i++)
    if (left[i].number == number) ct_raise(finding, left[i].severity, CT_MESSAGE_REASON_FILTERED);
}

static void check_effective(ct_check *check) {
  const ct_container *container = check->container;
  const ct_facts *facts = &container->facts;
  /* What is permitted can be put into effect at any time. */
  uint64_t effective = facts->after_exec.effective | (container->live ? facts->after_exec.permitted : 0);
  int privileged = ct_is_privileged(container);
  int all = !privileged && (facts->all_caps || all_in(&container->cap_add));
  int net_host = container->namespaces[CT_NS_NET].mode == CT_NS_HOST;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int number = rows[i].number;
    if (!(effective >> number & 1)) continue;
    int severity = ct_rule(rows[i].rule)->severity;
    /* The consequences of one cause that weigh less than it say nothing new. */
    if ((privileged || all) && severity < CTSEC_SEVERITY_HIGH) continue;
    int given = facts->engine_default >> number & 1 && !said_in(&container->cap_add, number);
    struct ctsec_finding *finding = ct_report(check, rows[i].rule, place_of(container, number));
    finding->values.capability = ctsec_cap_name(number);
    finding->observed = ct_check_text(check, "%s in the effective set (%016llx)", ctsec_cap_name(number),
                                      (unsigned long long)effective);
    /* There is no --cap-add to take away: dropping it is the change. */
    if (!said_in(&container->cap_add, number)) finding->fix = CT_RULE_CAP_NET_RAW;
    if (privileged)
      finding->because = CT_RULE_PRIVILEGED;
    else if (all)
      finding->because = CT_RULE_CAP_ALL;
    else if (given && !ct_is_true(&container->user_mapped))
      finding->because = CT_RULE_CAP_DROP_ALL_MISSING;
    if (facts->user_namespace == CT_YES && severity > CTSEC_SEVERITY_MEDIUM) {
      ct_raise(finding, CTSEC_SEVERITY_MEDIUM, CT_MESSAGE_REASON_MAPPED_CAPS);
      continue;
    }
    weigh_filtered(check, finding, number);
    if (net_host && rows[i].rule == CT_RULE_CAP_NET_ADMIN) ct_raise(finding, CTSEC_SEVERITY_HIGH, CT_MESSAGE_REASON_HOST_NET);
    if (net_host && rows[i].rule == CT_RULE_CAP_NET_RAW) ct_raise(finding, CTSEC_SEVERITY_MEDIUM, CT_MESSAGE_REASON_HOST_NET);
  }
}

/* Whose user, or whose other settings, are not known: what is added counts unless they say otherwise. */
static void check_possible(ct_check *check) {
  const ct_container *container = check->container;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const ct_text *said = said_in(&container->cap_add, rows[i].number);
    if (!said || !(container->facts.created.bounding >> rows[i].number & 1)) continue;
    struct ctsec_finding *finding = ct_report(check, rows[i].rule, said->from.at);
    finding->values.capability = ctsec_cap_name(rows[i].number);
    finding->observed = ct_check_text(check, "%s added", finding->values.capability);
    if (container->facts.root == CT_MAYBE) {
      finding->message_id = CT_MESSAGE_CAP_POSSIBLE;
      finding->observed = ct_check_text(check, "%s added, user not known", finding->values.capability);
    }
    if (container->facts.user_namespace == CT_YES)
      ct_raise(finding, CTSEC_SEVERITY_MEDIUM, CT_MESSAGE_REASON_MAPPED_CAPS);
    else
      weigh_filtered(check, finding, rows[i].number);
  }
}

static void check_all(ct_check *check) {
  const ct_container *container = check->container;
  int privileged = ct_is_privileged(container);
  const ct_text *said = all_in(&container->cap_add);
  if (!container->facts.all_caps && !said) return;
  const ct_value *at = said ? said->from.at : privileged && container->privileged.from.at ? container->privileged.from.at : place_of(container, 21);
  if (container->facts.exec_known & CT_FACT_EFFECTIVE && !container->facts.after_exec.effective) return;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_CAP_ALL, at);
  finding->observed = ct_check_text(check, "bounding set %016llx", (unsigned long long)container->facts.after_exec.bounding);
  if (container->facts.user_namespace == CT_YES) ct_raise(finding, CTSEC_SEVERITY_MEDIUM, CT_MESSAGE_REASON_MAPPED_CAPS);
  finding->values.capability = "CAP_NET_BIND_SERVICE";
  if (privileged) finding->because = CT_RULE_PRIVILEGED;
}

static int command_drops_all(const ct_texts *command) {
  for (uint32_t i = 0; i < command->count; i++) {
    const ct_text *word = &command->items[i];
    static const char option[] = "--cap-drop";
    size_t n = sizeof option - 1;
    if (word->length < n || memcmp(word->value, option, n)) continue;
    ct_text value = {{0}, word->value + n + 1, word->length - n - 1};
    if (word->length == n) {
      if (i + 1 == command->count) continue;
      value = command->items[i + 1];
    } else if (word->value[n] != '=') {
      continue;
    }
    if (is_all(&value)) return 1;
  }
  return 0;
}

static int count_bits(uint64_t mask) {
  int count = 0;
  for (; mask; mask &= mask - 1) count++;
  return count;
}

/* Dropping all and adding back is the practice; what counts is what is left, not the word. */
static int all_dropped(const ct_container *container) {
  uint64_t left = container->facts.after_exec.bounding & container->facts.engine_default;
  if (container->format == CT_FORMAT_DOCKER_INSPECT) return all_in(&container->cap_drop) != NULL || !left;
  if (container->create_command.count && command_drops_all(&container->create_command)) return 1;
  return 2 * count_bits(left) <= count_bits(container->facts.engine_default);
}

static void check_drop(ct_check *check) {
  const ct_container *container = check->container;
  if (ct_is_privileged(container) || container->facts.all_caps || all_dropped(container)) return;
  if (!(container->facts.exec_known & CT_FACT_BOUNDING)) return;
  if (container->live && container->live->contained == CT_NO) return;
  const ct_value *at = container->cap_drop.from.at                               ? container->cap_drop.from.at
                       : ct_value_member(container->host_object, "CapDrop")      ? ct_value_member(container->host_object, "CapDrop")
                       : container->bounding.from.at                             ? container->bounding.from.at
                       : container->host_object                                  ? container->host_object
                                                                                 : container->at;
  uint64_t left = container->facts.after_exec.bounding;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_CAP_DROP_ALL_MISSING, at);
  finding->observed = ct_check_text(check, "%d capabilities left: %s", count_bits(left), ct_caps_shown(check, left));
  finding->values.capability = "CAP_NET_BIND_SERVICE";
  finding->values.value = ct_check_text(check, "%d", count_bits(left));
}

/* Which of the two lists a word stands in, as the command line and Compose call it. */
static void name_list(struct ctsec_finding *finding, size_t list) {
  finding->values.name = list == 1 ? "cap-drop" : "cap-add";
  finding->values.source = list == 1 ? "cap_drop" : "cap_add";
}

static void check_unknown(ct_check *check) {
  const ct_container *container = check->container;
  const ct_texts *lists[] = {&container->cap_add, &container->cap_drop, &container->unknown_caps};
  for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
    for (uint32_t i = 0; i < lists[k]->count; i++) {
      const ct_text *text = &lists[k]->items[i];
      if (k < 2 && (is_all(text) || ct_cap_named(text->value, text->length) >= 0))
        continue;
      struct ctsec_finding *finding = ct_report(check, CT_RULE_CAP_UNKNOWN, text->from.at);
      finding->observed = ct_check_text(check, "%.*s", (int)text->length, text->value);
      finding->values.value = finding->observed;
      name_list(finding, k);
    }
  }
}

static int has_prefix(const ct_text *text) { return text->length > 4 && folded(text->value, 3, "cap") && text->value[3] == '_'; }

/* In a pod, "CAP_SYS_ADMIN": CRI-O grants it, containerd adds the prefix once more and then knows no such name. */
static void check_prefixed(ct_check *check) {
  const ct_container *container = check->container;
  if (!container->pod_spec || (check->options && check->options->engine)) return;
  for (uint32_t i = 0; i < container->cap_add.count; i++) {
    const ct_text *text = &container->cap_add.items[i];
    int number = has_prefix(text) ? ct_cap_named(text->value, text->length) : -1;
    for (size_t k = 0; number >= 0 && k < sizeof rows / sizeof *rows; k++) {
      if (rows[k].number != number || container->facts.created.bounding >> number & 1) continue;
      if (container->facts.root == CT_NO) continue;
      struct ctsec_finding *finding = ct_report(check, rows[k].rule, text->from.at);
      finding->values.capability = ctsec_cap_name(number);
      finding->message_id = CT_MESSAGE_CAP_PREFIXED;
      finding->observed = text->value;
    }
  }
}

static int has_lower_case(const ct_text *text) {
  for (size_t i = 0; i < text->length; i++)
    if (text->value[i] >= 'a' && text->value[i] <= 'z') return 1;
  return 0;
}

/* Docker reads any case; a kubelet, an admission check or another engine does not. */
static void check_spelling(ct_check *check) {
  const ct_container *container = check->container;
  const ct_texts *lists[] = {&container->cap_add, &container->cap_drop};
  for (size_t k = 0; k < 2; k++) {
    for (uint32_t i = 0; i < lists[k]->count; i++) {
      const ct_text *text = &lists[k]->items[i];
      int number = ct_cap_named(text->value, text->length);
      int odd = has_lower_case(text) || (container->pod_spec && has_prefix(text));
      if (!odd || (number < 0 && !is_all(text))) continue;
      struct ctsec_finding *finding = ct_report(check, CT_RULE_CAP_CASE, text->from.at);
      finding->observed = finding->values.value = ct_check_text(check, "%.*s", (int)text->length, text->value);
      finding->values.capability = number < 0 ? "ALL" : ctsec_cap_name(number);
      name_list(finding, k);
    }
  }
}

/* What is in the bounding set only: no program has it now, a setuid or file-capability program may bring it back. */
static void check_bounding_only(ct_check *check) {
  const ct_container *container = check->container;
  const ct_facts *facts = &container->facts;
  if (facts->root != CT_NO || !(facts->exec_known & CT_FACT_EFFECTIVE)) return;
  uint64_t idle = facts->after_exec.bounding & ~facts->after_exec.effective, added = 0;
  for (uint32_t i = 0; i < container->cap_add.count; i++) {
    int number = ct_cap_named(container->cap_add.items[i].value, container->cap_add.items[i].length);
    if (number >= 0) added |= UINT64_C(1) << number;
  }
  int regained = facts->no_new_privileges != CT_YES;
  uint64_t named = regained ? idle : idle & added;
  if (!named) return;
  int first = 0;
  uint64_t place = idle & added ? idle & added : named;
  while (!(place >> first & 1)) first++;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_CAP_NOOP_NONROOT, place_of(container, first));
  finding->observed = ct_check_text(check, "bounding set only: %s", ct_caps_shown(check, named));
  finding->values.capability = ctsec_cap_name(first);
  finding->values.value = ct_caps_shown(check, named);
  if (!(named & added)) finding->fix = CT_RULE_NO_NEW_PRIVILEGES;
  if (!regained) return;
  finding->reason = CT_MESSAGE_REASON_REGAINED;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (named >> rows[i].number & 1 && ct_rule(rows[i].rule)->severity >= CTSEC_SEVERITY_HIGH)
      ct_raise(finding, CTSEC_SEVERITY_MEDIUM, CT_MESSAGE_REASON_REGAINED);
}

static void check_no_new_privileges(ct_check *check) {
  const ct_container *container = check->container;
  const ct_facts *facts = &container->facts;
  if (facts->no_new_privileges == CT_MAYBE) return;
  const ct_flag *flag = &container->no_new_privileges;
  if (facts->no_new_privileges == CT_MAYBE) return;
  if (facts->no_new_privileges == CT_YES) {
    /* The API server takes no such pod; where one exists, the kubelet has set nothing of the kind. */
    int admin = said_in(&container->cap_add, 21) != NULL;
    for (uint32_t i = 0; i < container->cap_add.count; i++) admin |= ct_text_is(&container->cap_add.items[i], "CAP_SYS_ADMIN");
    if (!container->pod_spec || !(ct_is_true(&container->privileged) || admin)) return;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_NO_NEW_PRIVILEGES, flag->from.at);
    finding->message_id = CT_MESSAGE_NNP_INVALID;
    finding->observed = ct_check_text(check, "allowPrivilegeEscalation: false beside %s",
                                      admin ? "CAP_SYS_ADMIN" : "privileged: true");
    return;
  }
  const ct_value *at = flag->from.at;
  if (!at) at = ct_value_member(container->host_object, "SecurityOpt");
  if (!at) at = ct_is_spec(container) ? container->config_object : container->host_object;
  struct ctsec_finding *finding = ct_report(check, CT_RULE_NO_NEW_PRIVILEGES, at ? at : container->at);
  const char *off = container->live       ? "NoNewPrivs: 0"
                    : flag->from.defaulted ? ct_unsaid(check, CT_FIELD_NNP_NAME)
                                         : ct_said(check, CT_FIELD_NNP_NAME, container->pod_spec ? "true" : "false");
  uint64_t back = facts->after_setuid.effective;
  if (facts->exec_known & facts->setuid_known & CT_FACT_EFFECTIVE) back &= ~facts->after_exec.effective;
  if (facts->setuid_known & CT_FACT_EFFECTIVE && facts->root == CT_NO && back)
    finding->observed = ct_check_text(check, "%s; a setuid-root program gains %s", off, ct_caps_shown(check, back));
  else
    finding->observed = off;
  if (container->pod_spec) finding->message_id = CT_MESSAGE_NNP_POD;
}

void ct_rules_caps(ct_check *check) {
  const ct_container *container = check->container;
  check_unknown(check);
  check_spelling(check);
  check_prefixed(check);
  check_all(check);
  if (container->facts.exec_known & CT_FACT_EFFECTIVE)
    check_effective(check);
  else if (!container->facts.exec_known && container->facts.root != CT_NO)
    check_possible(check);
  else if (container->facts.after_exec.bounding && container->facts.exec_known) {
    if (!container->user.length && !ct_is_privileged(container)) check_possible(check);
    ct_needs(check, CT_RULE_CAP_NOOP_NONROOT, container->user.from.at ? container->user.from.at : container->at,
             ct_need_of_user(container), "uid", NULL);
  }
  check_drop(check);
  check_bounding_only(check);
  check_no_new_privileges(check);
}
