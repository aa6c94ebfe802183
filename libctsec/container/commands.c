/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scripts: which of their commands make a container, enter one, or describe one in a way that is not read. */
#include <string.h>

#include "container/run.h"
#include "container/text.h"
#include "ctsec/container.h"
#include "syntax/argv.h"

#define listed(list, word) ct_commands_listed(list, (word)->as.string, (word)->length)

/* How far back and forth a script is searched for what a variable stands for. */
#define COMMANDS_SEARCHED 1024u

/* Options of the engine itself that take a value: `docker -H tcp://... run`. */
static int global_takes_value(const ct_value *word) {
  return listed("-H --host -c --context --config -l --log-level --tlscacert --tlscert --tlskey --root --runroot --storage-driver "
                "--storage-opt --url --connection --identity --runtime -n --namespace -a --address --data-root "
                "--cgroup-manager --events-backend --hooks-dir --tmpdir --network-config-dir --volumepath --cni-path "
                "--cni-netconfpath --snapshotter --hosts-dir --imagestore --module ",
                word);
}

/* What the script sets the variable of a word to: $NAME or ${NAME...}. */
static int engine_set(const ct_value *word) {
  const char *name = word->as.string + 1 + (word->as.string[1] == '{');
  size_t length = 0;
  while ((name[length] | 32) >= 'a' ? (name[length] | 32) <= 'z' || name[length] == '_' : name[length] >= '0' && name[length] <= '9') length++;
  const ct_value *script = word->parent ? word->parent->parent : NULL;
  for (uint32_t i = 0; script && length && i < script->count && i < COMMANDS_SEARCHED; i++) {
    const ct_value *command = &script->as.items[i];
    for (uint32_t k = 0; k < command->count && k < 8; k++) {
      const char *text = command->as.items[k].as.string;
      if (!strncmp(text, name, length) && text[length] == '=' && ct_commands_engine(text + length + 1))
        return ct_commands_engine(text + length + 1);
    }
  }
  return 0;
}

/* The engine that a word names, or that a variable may stand for: by what is set, by its own name, else docker for what looks like it. */
static int engine_of(const ct_value *command, uint32_t at, ct_command *found) {
  const ct_value *word = &command->as.items[at];
  int engine = ct_commands_engine(word->as.string);
  found->open_engine = NULL;
  if (engine || !ct_word_is_open(word) || word->as.string[0] == '*') return engine;
  engine = engine_set(word);
  if (engine) return engine;
  found->open_engine = word;
  static const char names[][10] = {"podman", "nerdctl", "docker", "container", "engine"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (ct_commands_mention(word->as.string, names[i])) return i ? i == 1 ? CTSEC_ENGINE_NERDCTL : CTSEC_ENGINE_DOCKER : CTSEC_ENGINE_PODMAN;
  for (uint32_t i = at + 2; i < command->count; i++)
    if (listed("--rm --privileged --cap-add --cap-drop --security-opt --volume --publish --network --entrypoint -it -ti ",
               &command->as.items[i]))
      return CTSEC_ENGINE_DOCKER;
  return 0;
}

/* Whether one of the words from `at` on, of the first few, is listed. */
static int follows(const ct_value *command, uint32_t at, const char *list) {
  for (uint32_t end = at + 8; at < command->count && at < end; at++)
    if (listed(list, &command->as.items[at])) return 1;
  return 0;
}

/* Of an engine at this word: what it does. */
static int look_behind(const ct_value *command, uint32_t at, ct_command *found) {
  const ct_value *words = command->as.items;
  found->word = &words[at];
  for (at++; at < command->count && words[at].as.string[0] == '-'; at++)
    if (global_takes_value(&words[at])) at++;
  if (at < command->count && listed("container ", &words[at])) at++;
  if (at >= command->count) return 0;
  found->at = at + 1;
  if (listed("run create ", &words[at]))
    found->kind = CT_COMMAND_RUNS;
  else if (listed("exec ", &words[at]))
    found->kind = CT_COMMAND_ENTERS;
  else if (listed("update clone runlabel ", &words[at]) || (!found->open_engine && ct_word_splits(&words[at])) ||
           (listed("service stack kube play pod compose quadlet ", &words[at]) &&
            follows(command, at + 1, "create update deploy play kube clone up run install ")))
    found->kind = CT_COMMAND_DESCRIBES;
  return found->kind;
}

/* Other programs that make containers. */
static int describes(const ct_value *command, uint32_t at, ct_command *found) {
  const char *name = command->as.items[at].as.string, *slash = strrchr(name, '/');
  if (slash) name = slash + 1;
  if (!ct_commands_listed("docker-compose podman-compose ctr crictl runc crun kubectl buildah ", name, strlen(name)) ||
      !follows(command, at + 1, "up run runp create debug "))
    return 0;
  found->word = &command->as.items[at];
  return found->kind = CT_COMMAND_DESCRIBES;
}

void ct_command_find(const ct_value *command, ct_command *found) {
  const ct_value *words = command->as.items;
  memset(found, 0, sizeof *found);
  found->word = words;
  found->name = words->as.string;
  if (ct_command_is_text(command)) {
    found->kind = CT_COMMAND_HOLDS;
    return;
  }
  int behind = 0;
  ct_runs runs = CT_RUNS_NOTHING;
  uint32_t at = 0;
  for (; at < command->count; at++) {
    const ct_value *word = &words[at];
    runs = ct_commands_runs(word->as.string, word->length);
    found->engine = engine_of(command, at, found);
    if (found->engine && look_behind(command, at, found)) return;
    if (!found->engine && describes(command, at, found)) return;
    found->appended |= listed("xargs parallel ", word);
    if (runs == CT_RUNS_PROGRAM || runs == CT_RUNS_TEXT || (!behind && ct_word_is_open(word))) {
      behind = 1;
    } else if (behind) {
      if (runs == CT_RUNS_PRINTER) return;
    } else if (runs == CT_RUNS_KEYWORD) {
      /* function NAME { */
      at += listed("function ", word);
    } else if (!ct_commands_assigns(word->as.string)) {
      break;
    }
  }
  /* Words of a program that may or may not run them. */
  if (at >= command->count || runs || found->engine) return;
  const ct_value *first = &words[at];
  for (at++; at < command->count; at++) {
    found->engine = ct_commands_engine(words[at].as.string);
    if (!found->engine || !look_behind(command, at, found)) continue;
    found->kind = CT_COMMAND_HOLDS;
    found->name = first->as.string;
    return;
  }
}

typedef struct script {
  ctsec_containers *containers;
  const ctsec_options *options;
  ctsec_error **err;
} script;

/* A remark about a word, or from there on; one line of it, up to what an assignment gives. */
static int note(const script *s, uint32_t container, ct_message_id message, const ct_value *at, const char *name) {
  if (!name) name = s->containers->document->text + at->offset;
  size_t length = strcspn(name, message == CT_MESSAGE_RUN_OPEN_VALUE || name[0] == '$' ? "\n" : "=\n\\;|&)");
  name = ct_arena_copy(&s->containers->arena, name, length < 60 ? length : 60);
  return name ? ct_containers_note(s->containers, container, message, at, name, NULL, s->err) : ct_error_nomem(s->err);
}

static ct_container *start(const script *s, const ct_value *command) {
  ct_container *container = &s->containers->items[s->containers->count];
  memset(container, 0, sizeof *container);
  container->root = s->containers;
  container->document = s->containers->document;
  container->at = command;
  container->format = CT_FORMAT_RUN;
  return container;
}

static int read_run(const script *s, const ct_value *command, const ct_command *what) {
  ct_container *container = start(s, command);
  ctsec_error *error = NULL;
  ct_reader reader = {&s->containers->arena, s->containers->document, s->options, container, &error, 0};
  ct_read_run(&reader, command, what);
  /* Its number among all commands, also where one before it could not be read. */
  uint32_t index = s->containers->count + s->containers->error_count;
  int status = reader.status ? reader.status : ct_containers_finish_one(s->containers, container, s->options, index, &error);
  if (status) return ct_containers_keep_error(s->containers, error, s->err);
  uint32_t number = s->containers->count - 1;
  if (container->open_options)
    status = note(s, number, CT_MESSAGE_RUN_OPEN_OPTIONS, container->open_options, container->open_options->as.string);
  for (uint32_t i = 0; i < container->open_values.count && !status; i++) {
    const ct_text *value = &container->open_values.items[i];
    status = note(s, number, CT_MESSAGE_RUN_OPEN_VALUE, value->from.at, value->value);
  }
  if (!status && what->open_engine)
    status = note(s, number, CT_MESSAGE_RUN_OPEN_ENGINE, what->open_engine, what->open_engine->as.string);
  return status;
}

/* Options of exec that give a process more than the container has, kept with the container that a command here made. */
static int read_exec(const script *s, const ct_value *command, const ct_command *what) {
  ct_container entered, *container = NULL;
  memset(&entered, 0, sizeof entered);
  ctsec_error *error = NULL;
  ct_reader reader = {&s->containers->arena, s->containers->document, s->options, &entered, &error, 0};
  ct_read_run(&reader, command, what);
  if (reader.status) return ct_containers_keep_error(s->containers, error, s->err);
  int root = entered.user.uid_state == CT_SET && entered.user.from.at && !entered.user.uid;
  const ct_value *open = entered.open_options ? entered.open_options
                         : entered.privileged.from.state == CT_UNKNOWN ? entered.privileged.from.at
                                                                       : NULL;
  if (open) return note(s, UINT32_MAX, CT_MESSAGE_RUN_OPEN_OPTIONS, open, open->as.string);
  if (!ct_is_true(&entered.privileged) && !root) return 0;
  for (uint32_t i = 0; i < s->containers->count && entered.image.value; i++)
    if (s->containers->items[i].name && ct_text_is(&entered.image, s->containers->items[i].name)) container = &s->containers->items[i];
  int status = 0;
  if (!container) {
    container = start(s, command);
    container->partial = container->entered = 1;
    container->engine = what->engine;
    container->host_object = container->config_object = command;
    if (ct_is_set(entered.image.from)) container->name = entered.image.value;
    status = ct_containers_finish_one(s->containers, container, s->options, s->containers->count + s->containers->error_count, s->err);
  }
  reader.container = container;
  reader.err = s->err;
  if (ct_is_true(&entered.privileged)) ct_append_text(&reader, &container->execs, entered.privileged.from.at, "--privileged", 12);
  if (root) ct_append_text(&reader, &container->execs, entered.user.from.at, entered.user.text, entered.user.length);
  return status ? status : reader.status;
}

int ct_read_commands(ctsec_containers *containers, const ctsec_options *options, ctsec_error **err) {
  const script s = {containers, options, err};
  const ct_value *root = containers->document->roots;
  ct_command *found = ct_arena_array(&containers->arena, root->count, sizeof *found);
  if (!found) return ct_error_nomem(err);
  size_t runs = 0;
  const ct_command *passed = NULL;
  for (uint32_t i = 0; i < root->count; i++) {
    const ct_value *command = &root->as.items[i];
    ct_command_find(command, &found[i]);
    if (found[i].kind == CT_COMMAND_RUNS || found[i].kind == CT_COMMAND_ENTERS) runs++;
    int status = ct_containers_check_count(containers, options, runs, command, err);
    if (status) return status;
  }
  containers->items = ct_arena_array(&containers->arena, runs ? runs : 1, sizeof *containers->items);
  if (!containers->items) return ct_error_nomem(err);
  /* What enters a container comes after what makes it. */
  for (int pass = CT_COMMAND_RUNS; pass <= CT_COMMAND_ENTERS; pass++) {
    for (uint32_t i = 0; i < root->count; i++) {
      const ct_value *command = &root->as.items[i];
      const ct_command *what = &found[i];
      int status = 0;
      if (what->kind == (ct_command_kind)pass) {
        status = pass == CT_COMMAND_RUNS ? read_run(&s, command, what) : read_exec(&s, command, what);
      } else if (what->kind > CT_COMMAND_ENTERS && pass == CT_COMMAND_RUNS) {
        passed = passed ? passed : what;
        status = note(&s, UINT32_MAX, what->kind == CT_COMMAND_DESCRIBES ? CT_MESSAGE_RUN_NOT_READ : CT_MESSAGE_RUN_HELD, what->word,
                      what->kind == CT_COMMAND_DESCRIBES ? NULL : what->name);
      }
      if (status) return status;
    }
  }
  if (containers->count) return 0;
  if (containers->error_count) return ct_containers_refuse(containers, err);
  return ct_error_value(err, CTSEC_E_SCHEMA, containers->document, passed ? passed->word : root,
                        passed ? "this command is not read, and no other here runs or creates a container"
                               : "no command here runs or creates a container (docker, podman or nerdctl)");
}
