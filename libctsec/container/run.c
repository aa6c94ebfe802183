/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "container/run.h"

#include <string.h>

#include "container/text.h"
#include "data/texts.h"
#include "syntax/argv.h"

enum { BOOL, VALUE, LIST };
enum { D = 1, P = 2, N = 4 };

/* One option as it was met: `at` is its value within the word. */
typedef struct option {
  ct_reader *reader;
  ct_container *container;
  const ct_value *at;
  const char *text;
  size_t length;
  int open;
} option;

typedef void handler(const option *o);

static int is(const char *text, size_t length, const char *word) {
  return strlen(word) == length && !memcmp(text, word, length);
}

static void refuse(const option *o, const char *what) {
  if (o->reader->status) return;
  o->reader->status =
      ct_error_value(o->reader->err, CTSEC_E_SCHEMA, o->reader->document, o->at, "`%.*s` is no %s",
                     (int)o->length, o->text, what);
}

static void unknown(ct_origin *from, const option *o) { *from = (ct_origin){CT_UNKNOWN, 0, o->at}; }

static void set_bool(const option *o, ct_flag *flag) {
  int value;
  if (o->open)
    unknown(&flag->from, o);
  else if (ct_parse_bool(o->text, o->length, &value))
    ct_set_flag(flag, o->at, value);
  else
    refuse(o, "boolean");
}

static void set_integer(const option *o, ct_number *number) {
  int64_t value;
  if (o->open)
    unknown(&number->from, o);
  else if (ct_parse_integer(o->text, o->length, &value))
    ct_set_number(number, o->at, value);
  else
    refuse(o, "integer");
}

static void set_size(const option *o, ct_number *number) {
  int64_t value;
  if (o->open)
    unknown(&number->from, o);
  else if (ct_parse_size(o->text, o->length, &value))
    ct_set_number(number, o->at, value);
  else
    refuse(o, "size");
}

static void set_text(const option *o, ct_text *text) {
  ct_set_text(text, o->at, o->text, o->length);
  if (o->open) text->from.state = CT_UNKNOWN;
}

static void append(const option *o, ct_texts *list) {
  ct_append_text(o->reader, list, o->at, o->text, o->length);
}

static void take_add_host(const option *o) { append(o, &o->container->extra_hosts); }
static void take_annotation(const option *o) {
  ct_append_pair(o->reader, &o->container->annotations, o->at, o->text, o->length);
}
/* A list that the shell adds to stays unknown. */
static void append_known(const option *o, ct_texts *list) {
  if (o->open)
    unknown(&list->from, o);
  else
    append(o, list);
}
static void take_cap_add(const option *o) { append_known(o, &o->container->cap_add); }
static void take_cap_drop(const option *o) { append_known(o, &o->container->cap_drop); }
static void take_cgroup_parent(const option *o) { set_text(o, &o->container->cgroup_parent); }
static void take_cpu_period(const option *o) { set_integer(o, &o->container->cpu_period); }
static void take_cpu_quota(const option *o) { set_integer(o, &o->container->cpu_quota); }
static void take_cpu_shares(const option *o) { set_integer(o, &o->container->cpu_shares); }
static void take_cpuset(const option *o) { set_text(o, &o->container->cpuset); }
static void take_cpus(const option *o) {
  int64_t nano;
  if (o->open)
    unknown(&o->container->nano_cpus.from, o);
  else if (ct_parse_processors(o->text, o->length, &nano))
    ct_set_number(&o->container->nano_cpus, o->at, nano);
  else
    refuse(o, "number of processors");
}

static void take_device(const option *o) { ct_read_device(o->reader, o->at, o->text, o->length); }
static void take_device_cgroup_rule(const option *o) {
  ct_device_rule *rule = CT_APPEND(o->reader, &o->container->device_rules, o->at);
  if (!rule) return;
  rule->at = o->at;
  ct_read_device_rule(rule, o->text, o->length);
}
static void take_entrypoint(const option *o) { append(o, &o->container->entrypoint); }

/* A name alone takes its value from the caller's environment, and so does NAME=$VARIABLE in effect: its value is not known. */
static void take_env(const option *o) {
  const char *equal = memchr(o->text, '=', o->length);
  size_t length = o->open && equal ? (size_t)(equal - o->text) : o->length;
  ct_append_pair(o->reader, &o->container->env, o->at, o->text, length);
}
static void take_expose(const option *o) { append(o, &o->container->exposed); }

static void take_gpus(const option *o) {
  ct_device_request *request = CT_APPEND(o->reader, &o->container->device_requests, o->at);
  if (!request) return;
  request->at = o->at;
  ct_set_text(&request->driver, o->at, "nvidia", 6);
  ct_append_text(o->reader, &request->ids, o->at, o->text, o->length);
}
static void take_group_add(const option *o) { append(o, &o->container->groups); }
static void take_health_cmd(const option *o) { append(o, &o->container->healthcheck); }
static void take_no_healthcheck(const option *o) {
  ct_append_text(o->reader, &o->container->healthcheck, o->at, "NONE", 4);
}
static void take_idmap(const option *o) { ct_set_flag(&o->container->user_mapped, o->at, 1); }
static void take_interactive(const option *o) { set_bool(o, &o->container->stdin_open); }
static void take_label(const option *o) {
  ct_append_pair(o->reader, &o->container->labels, o->at, o->text, o->length);
}
static void take_memory(const option *o) { set_size(o, &o->container->memory); }
static void take_memory_swap(const option *o) { set_size(o, &o->container->memory_swap); }
static void take_name(const option *o) {
  if (!o->open) o->container->name = o->text;
}

static void take_namespace(const option *o, ct_namespace_kind kind) {
  ct_read_namespace(o->reader, o->at, kind);
  if (o->open) unknown(&o->container->namespaces[kind].from, o);
}
static void take_cgroupns(const option *o) { take_namespace(o, CT_NS_CGROUP); }
static void take_ipc(const option *o) { take_namespace(o, CT_NS_IPC); }
static void take_network(const option *o) { take_namespace(o, CT_NS_NET); }
static void take_pid(const option *o) { take_namespace(o, CT_NS_PID); }
static void take_uts(const option *o) { take_namespace(o, CT_NS_UTS); }
static void take_userns(const option *o) {
  take_namespace(o, CT_NS_USER);
  /* podman: auto, keep-id and nomap make a mapping */
  if (!o->open && (!strncmp(o->text, "auto", 4) || !strncmp(o->text, "keep-id", 7) || !strncmp(o->text, "nomap", 5)))
    ct_set_flag(&o->container->user_mapped, o->at, 1);
}

static void take_oom_kill_disable(const option *o) { set_bool(o, &o->container->oom_kill_disable); }
static void take_oom_score_adj(const option *o) { set_integer(o, &o->container->oom_score_adj); }
static void take_pids_limit(const option *o) { set_integer(o, &o->container->pids); }
static void take_platform(const option *o) { set_text(o, &o->container->platform); }
static void take_privileged(const option *o) { set_bool(o, &o->container->privileged); }
static void take_publish(const option *o) { ct_read_port(o->reader, o->at, o->text, o->length); }
static void take_publish_all(const option *o) { set_bool(o, &o->container->publish_all); }
static void take_read_only(const option *o) { set_bool(o, &o->container->readonly_rootfs); }

/* As it stands in the command that podman's inspect output keeps. */
static void take_read_only_tmpfs(const option *o) {
  static const char off[] = "--read-only-tmpfs=false";
  int value;
  if (ct_parse_bool(o->text, o->length, &value) && !value)
    ct_append_text(o->reader, &o->container->create_command, o->at, off, sizeof off - 1);
}
static void take_runtime(const option *o) { set_text(o, &o->container->runtime); }

static void take_restart(const option *o) {
  const char *colon = memchr(o->text, ':', o->length);
  size_t name = colon ? (size_t)(colon - o->text) : o->length;
  const char *copy = ct_arena_copy(o->reader->arena, o->text, name);
  if (!copy) {
    ct_read_nomem(o->reader);
    return;
  }
  ct_set_text(&o->container->restart, o->at, copy, name);
  int64_t retries;
  if (colon && ct_parse_integer(colon + 1, o->length - name - 1, &retries))
    ct_set_number(&o->container->restart_retries, o->at, retries);
}

static void take_security_opt(const option *o) {
  ct_read_security_option(o->reader, o->at, o->text, o->length);
  if (!o->open) return;
  if (!strncmp(o->text, "seccomp", 7)) unknown(&o->container->seccomp.from, o);
  if (!strncmp(o->text, "apparmor", 8)) unknown(&o->container->apparmor.from, o);
}
static void take_sysctl(const option *o) {
  ct_append_pair(o->reader, &o->container->sysctls, o->at, o->text, o->length);
}
static void take_tty(const option *o) { set_bool(o, &o->container->tty); }
static void take_ulimit(const option *o) {
  if (!o->open) ct_read_ulimit(o->reader, o->at, o->text, o->length);
}
static void take_user(const option *o) {
  ct_read_user_text(&o->container->user, o->at, o->text, o->length);
  if (o->open) o->container->user.uid_state = o->container->user.gid_state = CT_UNKNOWN;
}
static void take_volumes_from(const option *o) { append(o, &o->container->volumes_from); }
static void take_workdir(const option *o) { set_text(o, &o->container->working_dir); }

/* By custom $PWD is a folder of the project, and $HOME is one. */
static void leave_path_open(ct_text *path) {
  static const char known[][7] = {"$PWD", "${PWD}", "$HOME", "${HOME}", "$(pwd)", "`pwd`"};
  if (!path->length || (!memchr(path->value, '$', path->length) && !memchr(path->value, '`', path->length))) return;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    size_t length = strnlen(known[i], sizeof known[i]);
    if (path->length >= length && !memcmp(path->value, known[i], length) && !memchr(path->value + length, '$', path->length - length)) return;
  }
  path->from.state = CT_UNKNOWN;
}

static void take_volume(const option *o) {
  ct_read_volume(o->reader, o->at, o->text, o->length, o->open);
  if (o->open && !o->reader->status) leave_path_open(&o->container->mounts.items[o->container->mounts.count - 1].source);
}

static void take_tmpfs(const option *o) {
  ct_mount *mount = CT_APPEND(o->reader, &o->container->mounts, o->at);
  if (!mount) return;
  const char *colon = memchr(o->text, ':', o->length);
  size_t path = colon ? (size_t)(colon - o->text) : o->length;
  const char *copy = ct_arena_copy(o->reader->arena, o->text, path);
  if (!copy) {
    ct_read_nomem(o->reader);
    return;
  }
  mount->at = o->at;
  ct_set_text(&mount->type, o->at, "tmpfs", 5);
  ct_set_text(&mount->destination, o->at, copy, path);
  ct_set_flag(&mount->writable, o->at, 1);
  if (colon) ct_read_mount_options(o->reader, mount, o->at, colon + 1, o->length - path - 1, o->open);
}

static void take_use_api_socket(const option *o) {
  int value;
  if (!ct_parse_bool(o->text, o->length, &value) || !value) return;
  static const char socket[] = "/var/run/docker.sock:/var/run/docker.sock";
  ct_read_volume(o->reader, o->at, socket, sizeof socket - 1, 0);
}

/* What the keys of one --mount say. */
typedef struct mount_keys {
  const char *driver_device;
  size_t driver_device_length;
  int driver_bind;
} mount_keys;

static void take_mount_key(const option *o, ct_mount *mount, mount_keys *keys, const char *key, size_t key_length,
                           const char *value, size_t length) {
  int truth = 1;
  if (is(key, key_length, "type")) {
    ct_set_text(&mount->type, o->at, value, length);
  } else if (is(key, key_length, "source") || is(key, key_length, "src")) {
    ct_set_text(&mount->source, o->at, value, length);
    if (o->open) leave_path_open(&mount->source);
  } else if (is(key, key_length, "target") || is(key, key_length, "dst") || is(key, key_length, "destination")) {
    ct_set_text(&mount->destination, o->at, value, length);
  } else if (is(key, key_length, "readonly") || is(key, key_length, "ro") || is(key, key_length, "rw")) {
    if (length && !ct_parse_bool(value, length, &truth)) refuse(o, "mount");
    ct_set_flag(&mount->writable, o->at, is(key, key_length, "rw") ? truth : !truth);
  } else if (is(key, key_length, "bind-propagation")) {
    ct_set_text(&mount->propagation, o->at, value, length);
  } else if (is(key, key_length, "volume-opt")) {
    if (length > 7 && !memcmp(value, "device=", 7)) {
      keys->driver_device = value + 7;
      keys->driver_device_length = length - 7;
    }
    if (length > 2 && !memcmp(value, "o=", 2) && strstr(value, "bind")) keys->driver_bind = 1;
  }
}

/* key=value,... as CSV: a field in double quotes may hold commas. */
static void take_mount(const option *o) {
  ct_mount *mount = CT_APPEND(o->reader, &o->container->mounts, o->at);
  if (!mount) return;
  mount->at = o->at;
  ct_set_text(&mount->type, o->at, "volume", 6);
  ct_set_flag(&mount->writable, o->at, 1);
  mount_keys keys = {0};
  for (size_t at = 0; at < o->length && !o->reader->status;) {
    int quoted = o->text[at] == '"';
    const char *start = o->text + at + (quoted ? 1 : 0);
    const char *end = memchr(start, quoted ? '"' : ',', o->length - (size_t)(start - o->text));
    size_t size = end ? (size_t)(end - start) : o->length - (size_t)(start - o->text);
    const char *field = ct_arena_copy(o->reader->arena, start, size);
    if (!field) {
      ct_read_nomem(o->reader);
      return;
    }
    const char *equal = memchr(field, '=', size);
    size_t key = equal ? (size_t)(equal - field) : size;
    take_mount_key(o, mount, &keys, field, key, equal ? equal + 1 : "", equal ? size - key - 1 : 0);
    at = (size_t)(start - o->text) + size + (quoted ? 1 : 0) + 1;
  }
  if (is(mount->type.value, mount->type.length, "volume")) {
    /* A volume whose driver binds a folder of the host is a bind in all but name. */
    mount->name = mount->source;
    mount->source = (ct_text){0};
    if (keys.driver_bind && keys.driver_device) {
      ct_set_text(&mount->type, o->at, "bind", 4);
      ct_set_text(&mount->source, o->at, keys.driver_device, keys.driver_device_length);
    }
  }
  if (!ct_is_set(mount->destination.from)) refuse(o, "mount: it has no target");
}

/* Names and numbers instead of pointers: each would cost the loader a relocation. */
#define HANDLERS(H) \
  H(add_host) H(annotation) H(cap_add) H(cap_drop) H(cgroup_parent) H(cgroupns) H(cpu_period) H(cpu_quota) \
  H(cpu_shares) H(cpus) H(cpuset) H(device) H(device_cgroup_rule) H(entrypoint) H(env) H(expose) H(gpus) \
  H(group_add) H(health_cmd) H(idmap) H(interactive) H(ipc) H(label) H(memory) H(memory_swap) H(mount) H(name) \
  H(network) H(no_healthcheck) H(oom_kill_disable) H(oom_score_adj) H(pid) H(pids_limit) H(platform) \
  H(privileged) H(publish) H(publish_all) H(read_only) H(read_only_tmpfs) H(restart) H(runtime) H(security_opt) H(sysctl) H(tmpfs) \
  H(tty) H(ulimit) H(use_api_socket) H(user) H(userns) H(uts) H(volume) H(volumes_from) H(workdir)

enum {
  what_0,
#define HANDLER(name) what_##name,
  HANDLERS(HANDLER)
#undef HANDLER
};

static handler *const handlers[] = {
    NULL,
#define HANDLER(name) take_##name,
    HANDLERS(HANDLER)
#undef HANDLER
};

/* Its name is a block of texts. */
typedef struct flag {
  uint8_t take;
  char letter;
  uint8_t kind;
  uint8_t engines;
} flag;

static const flag flags[] = {
#define FLAG(letter, name, kind, engines, what) {what_##what, letter, kind, engines},
#include "data/run_flags.def"
#undef FLAG
};

static const flag *find_flag(const char *name, size_t length, char letter) {
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
    if (letter ? flags[i].letter == letter : is(name, length, ct_text_of(CT_BLOCK_RUN_FLAGS, (uint32_t)i))) return &flags[i];
  return NULL;
}

/* A value of its own for the part of a word that begins at `start`, so that findings point at it. */
static const ct_value *part_of(ct_reader *reader, const ct_value *word, size_t start, size_t length) {
  ct_value *part = reader->status ? NULL : ct_arena_alloc(reader->arena, sizeof *part);
  const char *text = part ? ct_arena_copy(reader->arena, word->as.string + start, length) : NULL;
  if (!text) {
    ct_read_nomem(reader);
    return NULL;
  }
  *part = *word;
  part->as.string = text;
  part->length = (uint32_t)length;
  /* Quotes move letters; then the word itself is the place. */
  if (word->end - word->offset == word->length) {
    part->offset = word->offset + (uint32_t)start;
    part->end = part->offset + (uint32_t)length;
  }
  return part;
}

/* A variable stands where options do: what else is said here is not known. */
static void leave_open(ct_reader *reader, const ct_value *word) {
  reader->container->partial = 1;
  if (!reader->container->open_options) reader->container->open_options = word;
}

/*
 * What the shell decides and this cannot know is kept for a remark; returns whether nothing of it is known. Others say so
 * themselves (capabilities, the user), or matter to nobody (a name, a label).
 */
static int is_unknown(ct_reader *reader, const flag *found, const ct_value *at) {
  static const uint8_t noted[] = {what_device, what_device_cgroup_rule, what_sysctl,   what_publish, what_mount,     what_volume,
                                  what_runtime, what_cgroupns,          what_ipc,      what_network, what_pid,       what_userns,
                                  what_uts,     what_security_opt,      what_group_add, what_read_only, what_tmpfs,  what_annotation};
  const char *dollar = memchr(at->as.string, '$', at->length);
  const char *mark = memchr(at->as.string, found->take == what_publish ? ':' : '=', at->length);
  size_t kind = 0;
  while (kind < sizeof noted && noted[kind] != found->take) kind++;
  if (kind == sizeof noted || !dollar) return 0;
  ct_text source = {{CT_SET, 0, at}, at->as.string, at->length};
  leave_path_open(&source);
  if (found->take == what_volume && source.from.state == CT_SET) return 0;
  ct_append_text(reader, &reader->container->open_values, at, at->as.string, at->length);
  return kind < 2 || (kind < 5 && (!mark || mark > dollar));
}

static void call(ct_reader *reader, const flag *found, const ct_value *at, int open) {
  if (!at || !handlers[found->take] || (open && is_unknown(reader, found, at))) return;
  option given = {reader, reader->container, at, at->as.string, at->length, open};
  handlers[found->take](&given);
}

static void take(ct_reader *reader, const flag *found, const ct_value *word, size_t start, size_t length) {
  /* Docker takes a comma as part of the value, the others separate values by it. */
  int splits = found->kind == LIST && reader->container->engine != CTSEC_ENGINE_DOCKER;
  do {
    const char *text = word->as.string + start;
    const char *comma = splits ? memchr(text, ',', length) : NULL;
    size_t size = comma ? (size_t)(comma - text) : length;
    call(reader, found, part_of(reader, word, start, size), ct_word_is_open(word));
    if (!comma) return;
    start += size + 1;
    length -= size + 1;
  } while (!reader->status);
}

static void refuse_word(ct_reader *reader, const ct_value *word, const char *format) {
  if (reader->status) return;
  reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, word, format, word->as.string);
}

/* -it, -dp 80:80, -v/:/host: letters until one takes the rest or the next word. Returns whether the next word was taken. */
static int take_letters(ct_reader *reader, const ct_value *word, const ct_value *next) {
  for (size_t i = 1; i < word->length && !reader->status; i++) {
    const flag *found = find_flag(NULL, 0, word->as.string[i]);
    if (!found && ct_word_is_open(word)) {
      leave_open(reader, word);
      return 0;
    }
    if (!found) {
      refuse_word(reader, word, "`%s` holds a letter that is no option");
      return 0;
    }
    size_t rest = i + 1;
    if (found->kind == BOOL && !(rest < word->length && word->as.string[rest] == '=')) {
      ct_value truth = *word;
      truth.as.string = "true";
      truth.length = 4;
      call(reader, found, part_of(reader, &truth, 0, 4), 0);
      continue;
    }
    if (rest < word->length) {
      if (word->as.string[rest] == '=') rest++;
      take(reader, found, word, rest, word->length - rest);
      return 0;
    }
    if (!next) {
      refuse_word(reader, word, "`%s` needs a value");
      return 0;
    }
    take(reader, found, next, 0, next->length);
    return 1;
  }
  return 0;
}

static int take_long(ct_reader *reader, const ct_value *word, const ct_value *next) {
  const char *name = word->as.string + 2;
  const char *equal = memchr(name, '=', word->length - 2);
  size_t length = equal ? (size_t)(equal - name) : word->length - 2;
  const flag *found = find_flag(name, length, 0);
  if (!found) {
    /* With = it can be passed over; without, nobody knows whether the next word belongs to it. */
    if (ct_word_is_open(word) && (!equal || memchr(name, '$', length)))
      leave_open(reader, word);
    else if (!equal) refuse_word(reader, word, "`%s` is no option that this version knows");
    return 0;
  }
  if (equal) {
    take(reader, found, word, length + 3, word->length - length - 3);
    return 0;
  }
  if (found->kind == BOOL) {
    ct_value truth = *word;
    truth.as.string = "true";
    truth.length = 4;
    call(reader, found, part_of(reader, &truth, 0, 4), 0);
    return 0;
  }
  if (!next) {
    refuse_word(reader, word, "`%s` needs a value");
    return 0;
  }
  take(reader, found, next, 0, next->length);
  return 1;
}

/* Reads options from *at on, up to the first word that is none; 0 where that failed. */
static int take_options(ct_reader *reader, const ct_value *command, uint32_t *at, int enters) {
  for (; *at < command->count && !reader->status; ++*at) {
    const ct_value *word = &command->as.items[*at];
    const ct_value *next = *at + 1 < command->count ? &command->as.items[*at + 1] : NULL;
    if (word->length < 2 || word->as.string[0] != '-') break;
    if (!strcmp(word->as.string, "--")) {
      ++*at;
      break;
    }
    if (enters && ct_commands_listed("-l --latest --no-session ", word->as.string, word->length)) {
      /* podman exec: the container that was made last. */
      if (word->as.string[1] == 'l' || word->as.string[2] == 'l') reader->container->image.from = (ct_origin){CT_UNKNOWN, 0, word};
      continue;
    }
    *at += (uint32_t)(word->as.string[1] == '-' ? take_long(reader, word, next) : take_letters(reader, word, next));
  }
  return !reader->status;
}

static int is_many(const char *text) {
  static const char marks[][6] = {"[@]", "[*]", ":+", "arg", "opt", "flag", "param"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (ct_commands_mention(text, marks[i])) return 1;
  return text[1] == '@' || text[1] == '*';
}

/* A copy of nothing but its reader: whether options and an image follow. */
static int options_follow(const ct_reader *reader, const ct_value *command, uint32_t at) {
  ct_container scratch;
  memset(&scratch, 0, sizeof scratch);
  scratch.engine = reader->container->engine;
  ct_reader trial = *reader;
  trial.container = &scratch;
  trial.err = NULL;
  return command->as.items[at].as.string[0] == '-' && take_options(&trial, command, &at, 0) && at < command->count;
}

/*
 * Words that the shell makes of a variable may be options, or the image. By its name, else where options and an image stand
 * behind it, it is options.
 */
static int is_options(const ct_reader *reader, const ct_value *command, uint32_t at) {
  const ct_value *word = &command->as.items[at];
  const char *text = word->as.string;
  if (!ct_word_splits(word) || (text[0] != '$' && text[0] != '`')) return 0;
  if (is_many(text)) return 1;
  if (ct_commands_mention(text, "image") || ct_commands_mention(text, "img") || ct_commands_mention(text, "tag") || strpbrk(text + 1, "/:@")) return 0;
  return at + 1 < command->count && options_follow(reader, command, at + 1);
}

void ct_read_run(ct_reader *reader, const ct_value *command, const ct_command *what) {
  ct_container *container = reader->container;
  uint32_t at = what->at;
  container->engine = what->engine;
  container->host_object = container->config_object = command;
  while (take_options(reader, command, &at, what->kind == CT_COMMAND_ENTERS) && at < command->count && is_options(reader, command, at))
    leave_open(reader, &command->as.items[at++]);
  if (reader->status || container->image.from.at) return;
  if (at >= command->count) {
    if (!what->appended && !container->open_options)
      reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, command, "the command names no %s",
                                      what->kind == CT_COMMAND_ENTERS ? "container" : "image");
    container->image.from = (ct_origin){CT_UNKNOWN, 0, command};
    return;
  }
  const ct_value *image = &command->as.items[at];
  ct_set_text(&container->image, image, image->as.string, image->length);
  if (ct_word_is_open(image)) container->image.from.state = CT_UNKNOWN;
  for (at++; at < command->count; at++) {
    const ct_value *word = &command->as.items[at];
    ct_append_text(reader, &container->command, word, word->as.string, word->length);
  }
}
