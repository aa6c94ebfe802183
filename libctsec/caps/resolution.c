/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ctsec_caps_resolve(): options in, the answer as an object. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "caps/resolve.h"
#include "data/messages.h"

struct ctsec_resolution {
  ct_count owners;
  ct_arena arena;
  int lang;
  const char *engine;
  /* What was asked, for the member `target`. */
  ct_version version;
  ct_version kernel;
  const char *user;
  int privileged;
  int no_new_privileges;
  uint64_t host;
  ct_caps_result result;
  /* One for each remark. */
  const char **remarks;
};

static const ct_message_id remark_messages[] = {
    [CT_CAPS_REFUSED_UNKNOWN] = CT_MESSAGE_CAPS_REFUSED_UNKNOWN,
    [CT_CAPS_REFUSED_MISSING] = CT_MESSAGE_CAPS_REFUSED_MISSING,
    [CT_CAPS_REFUSED_BOTH] = CT_MESSAGE_CAPS_REFUSED_BOTH,
    [CT_CAPS_REFUSED_ALL_BOTH] = CT_MESSAGE_CAPS_REFUSED_ALL_BOTH,
    [CT_CAPS_UNAVAILABLE] = CT_MESSAGE_CAPS_UNAVAILABLE,
    [CT_CAPS_IGNORED] = CT_MESSAGE_CAPS_IGNORED,
    [CT_CAPS_IGNORED_PREFIX] = CT_MESSAGE_CAPS_IGNORED_PREFIX,
    [CT_CAPS_PRIVILEGED_WINS] = CT_MESSAGE_CAPS_PRIVILEGED_WINS,
    [CT_CAPS_ADD_WINS] = CT_MESSAGE_CAPS_ADD_WINS,
    [CT_CAPS_DROP_WINS] = CT_MESSAGE_CAPS_DROP_WINS,
    [CT_CAPS_WITHOUT_EFFECT] = CT_MESSAGE_CAPS_WITHOUT_EFFECT,
    [CT_CAPS_AMBIENT_FILLED] = CT_MESSAGE_CAPS_AMBIENT_FILLED,
    [CT_CAPS_CANNOT_START] = CT_MESSAGE_CAPS_CANNOT_START,
    [CT_CAPS_REGAINED] = CT_MESSAGE_CAPS_REGAINED,
    [CT_CAPS_OLD_INHERITABLE] = CT_MESSAGE_CAPS_OLD_INHERITABLE,
    [CT_CAPS_INHERITABLE_BEFORE] = CT_MESSAGE_CAPS_INHERITABLE_BEFORE,
    [CT_CAPS_INHERITABLE_UNKNOWN] = CT_MESSAGE_CAPS_INHERITABLE_UNKNOWN,
    [CT_CAPS_VERSION_DIFFERS] = CT_MESSAGE_CAPS_VERSION_DIFFERS,
    [CT_CAPS_PATCH_DIFFERS] = CT_MESSAGE_CAPS_PATCH_DIFFERS,
    [CT_CAPS_USER_UNKNOWN] = CT_MESSAGE_CAPS_USER_UNKNOWN,
};

static const char *const remark_codes[] = {
    [CT_CAPS_REFUSED_UNKNOWN] = "unknown-capability",
    [CT_CAPS_REFUSED_MISSING] = "capability-unavailable",
    [CT_CAPS_REFUSED_BOTH] = "added-and-dropped",
    [CT_CAPS_REFUSED_ALL_BOTH] = "added-and-dropped",
    [CT_CAPS_UNAVAILABLE] = "capability-unavailable",
    [CT_CAPS_IGNORED] = "unknown-capability",
    [CT_CAPS_IGNORED_PREFIX] = "spelling-ignored",
    [CT_CAPS_PRIVILEGED_WINS] = "privileged-wins",
    [CT_CAPS_ADD_WINS] = "add-wins",
    [CT_CAPS_DROP_WINS] = "drop-wins",
    [CT_CAPS_WITHOUT_EFFECT] = "without-effect",
    [CT_CAPS_AMBIENT_FILLED] = "ambient-set",
    [CT_CAPS_CANNOT_START] = "cannot-start",
    [CT_CAPS_REGAINED] = "regained-by-setuid",
    [CT_CAPS_OLD_INHERITABLE] = "inheritable-set",
    [CT_CAPS_INHERITABLE_BEFORE] = "version-differs",
    [CT_CAPS_INHERITABLE_UNKNOWN] = "version-differs",
    [CT_CAPS_VERSION_DIFFERS] = "version-differs",
    [CT_CAPS_PATCH_DIFFERS] = "version-differs",
    [CT_CAPS_USER_UNKNOWN] = "user-unknown",
};

static void add_remark(ct_buffer *text, const ct_caps_remark *remark, const char *engine, int lang) {
  ct_buffer caps, word;
  ct_buffer_init(&caps);
  ct_buffer_init(&word);
  ct_caps_add_names(&caps, remark->mask);
  ct_buffer_char(&caps, '\0');
  if (remark->word) ct_buffer_add(&word, remark->word->text, remark->word->length);
  ct_buffer_char(&word, '\0');
  if (caps.failed || word.failed) {
    text->failed = 1;
  } else {
    const ct_message_value values[] = {{"engine", engine}, {"word", word.data}, {"caps", caps.data}};
    ct_message_add(text, remark_messages[remark->kind], lang, values, 3);
    int misspelt = remark->kind == CT_CAPS_REFUSED_UNKNOWN || remark->kind == CT_CAPS_IGNORED;
    const char *nearest = misspelt && remark->word ? ct_cap_nearest(remark->word->text, remark->word->length) : NULL;
    if (nearest) {
      const ct_message_value near = {"caps", nearest};
      if (lang == CTSEC_LANG_EN) ct_buffer_char(text, ' ');
      ct_message_add(text, CT_MESSAGE_CAPS_NEAREST, lang, &near, 1);
    }
  }
  ct_buffer_free(&caps);
  ct_buffer_free(&word);
}

/* "1000", "0:0", "root", "www-data": 1 root, 0 another, -1 not known, -2 a number that is no user id. */
static int is_root(const char *user) {
  if (!user || !*user || *user == ':') return 1;
  const char *colon = strchr(user, ':');
  size_t length = colon ? (size_t)(colon - user) : strlen(user);
  if (length == 4 && !memcmp(user, "root", 4)) return 1;
  uint64_t id = 0;
  for (size_t i = 0; i < length; i++) {
    if (user[i] < '0' || user[i] > '9') return -1;
    id = id * 10 + (uint64_t)(user[i] - '0');
    /* 4294967295 is what setresuid takes for "as it is". */
    if (id >= UINT32_MAX) return strspn(user, "0123456789") == length ? -2 : -1;
  }
  return !id;
}

/* The command lines of podman and nerdctl take several names in one option, separated by commas. */
static ct_caps_word *collect(ct_arena *arena, const ct_text_item *items, int splits, uint32_t *count) {
  uint32_t n = 0;
  for (const ct_text_item *item = items; item; item = item->next) {
    n++;
    for (size_t i = 0; splits && i < item->length; i++) n += item->text[i] == ',';
  }
  ct_caps_word *words = ct_arena_array(arena, n, sizeof *words);
  if (!words) return NULL;
  for (const ct_text_item *item = items; item; item = item->next) {
    const char *copy = ct_arena_copy(arena, item->text, item->length);
    if (!copy) return NULL;
    const char *end = copy + item->length;
    for (;;) {
      const char *comma = splits ? memchr(copy, ',', (size_t)(end - copy)) : NULL;
      words[(*count)++] = (ct_caps_word){copy, (size_t)((comma ? comma : end) - copy)};
      if (!comma) break;
      copy = comma + 1;
    }
  }
  return words;
}

static int resolve(ctsec_resolution *made, const ctsec_options *options, ctsec_error **err) {
  ct_caps_request request = {.root = 1};
  request.engine = options && options->engine ? options->engine : CTSEC_ENGINE_DOCKER;
  made->engine = ct_engine_name(request.engine);
  made->lang = ct_options_lang(options);
  if (options) {
    request.version = options->engine_version;
    request.privileged = options->privileged == 1;
    request.no_new_privileges = options->no_new_privileges == 1;
    request.root = is_root(options->user);
    if (request.root == -2) return ct_error_set(err, CTSEC_E_ARG, "user: `%s` is no user id", options->user);
    int splits = request.engine == CTSEC_ENGINE_PODMAN || request.engine == CTSEC_ENGINE_NERDCTL;
    request.add = collect(&made->arena, options->cap_add, splits, &request.add_count);
    request.drop = collect(&made->arena, options->cap_drop, splits, &request.drop_count);
    if (!request.add || !request.drop) return ct_error_nomem(err);
    made->version = options->engine_version;
    made->kernel = options->kernel;
    if (options->user && !(made->user = ct_arena_string(&made->arena, options->user))) return ct_error_nomem(err);
    if (ct_caps_host(options, &request))
      return ct_error_set(err, CTSEC_E_ARG, "fact host-caps: `%s` is no mask", ct_options_fact(options, "host-caps"));
  }
  made->privileged = request.privileged;
  made->no_new_privileges = request.no_new_privileges;
  made->host = request.host_known ? request.host : CT_CAPS_ALL;
  ct_caps_resolve(&request, &made->result);
  uint32_t count = made->result.remark_count;
  made->remarks = ct_arena_array(&made->arena, count, sizeof *made->remarks);
  if (!made->remarks) return ct_error_nomem(err);
  for (uint32_t i = 0; i < count; i++) {
    const ct_caps_remark *remark = &made->result.remarks[i];
    ct_buffer text;
    ct_buffer_init(&text);
    /* Errors are English; remarks are in the language of results. */
    int is_error = (int)(made->result.refused == remark->kind);
    add_remark(&text, remark, made->engine, is_error ? CTSEC_LANG_EN : made->lang);
    int status = 0;
    if (text.failed)
      status = ct_error_nomem(err);
    else if (is_error)
      status = ct_error_set(err, CTSEC_E_SCHEMA, "%.*s", (int)text.length, text.data);
    else if (!(made->remarks[i] = ct_arena_copy(&made->arena, text.data, text.length)))
      status = ct_error_nomem(err);
    ct_buffer_free(&text);
    if (status) return status;
  }
  return 0;
}

int ctsec_caps_resolve(const ctsec_options *options, ctsec_resolution **resolution, ctsec_error **err) {
  if (!resolution) return ct_error_null(err, "resolution");
  ctsec_resolution *made = calloc(1, sizeof *made);
  if (!made) return ct_error_nomem(err);
  ct_count_up(&made->owners);
  int status = resolve(made, options, err);
  if (status) {
    ctsec_resolution_free(made);
    return status;
  }
  *resolution = made;
  return 0;
}

ctsec_resolution *ctsec_resolution_ref(ctsec_resolution *resolution) {
  if (resolution) ct_count_up(&resolution->owners);
  return resolution;
}

void ctsec_resolution_free(ctsec_resolution *resolution) {
  if (!resolution || !ct_count_down(&resolution->owners)) return;
  ct_arena_free(&resolution->arena);
  free(resolution);
}

static const char set_names[][12] = {"inheritable", "permitted", "effective", "bounding", "ambient"};

static uint64_t set_of(const ct_cap_sets *sets, int32_t set) {
  switch (set) {
    case CTSEC_SET_INHERITABLE: return sets->inheritable;
    case CTSEC_SET_PERMITTED: return sets->permitted;
    case CTSEC_SET_EFFECTIVE: return sets->effective;
    case CTSEC_SET_BOUNDING: return sets->bounding;
    default: return sets->ambient;
  }
}

static const ct_cap_sets *moment_of(const ctsec_resolution *resolution, int32_t moment, uint8_t *known) {
  const ct_caps_result *result = &resolution->result;
  switch (moment) {
    case CTSEC_MOMENT_CREATED: *known = result->created_known; return &result->created;
    case CTSEC_MOMENT_AFTER_EXEC: *known = result->exec_known; return &result->after_exec;
    case CTSEC_MOMENT_AFTER_SETUID_ROOT: *known = result->setuid_known; return &result->after_setuid_root;
    default: return NULL;
  }
}

int ctsec_resolution_set(const ctsec_resolution *resolution, int32_t moment, int32_t set, uint64_t *mask) {
  uint8_t known;
  if (!resolution || !mask || set < CTSEC_SET_INHERITABLE || set > CTSEC_SET_AMBIENT) return CTSEC_E_ARG;
  const ct_cap_sets *sets = moment_of(resolution, moment, &known);
  if (!sets) return CTSEC_E_ARG;
  if (!(known & CT_SET_BIT(set))) return CTSEC_STATE_UNKNOWN;
  *mask = set_of(sets, set);
  return CTSEC_STATE_SET;
}

size_t ctsec_resolution_count(const ctsec_resolution *resolution) {
  return resolution ? resolution->result.remark_count : 0;
}

const char *ctsec_resolution_at(const ctsec_resolution *resolution, size_t index) {
  return index < ctsec_resolution_count(resolution) ? resolution->remarks[index] : NULL;
}

/* With as many parts as were said. */
static void add_version(ct_buffer *out, const ct_version *version) {
  if (version->known) ct_buffer_unsigned(out, version->major);
  if (version->known && version->known < 3) ct_buffer_format(out, ".%u", version->minor);
  if (version->known == 1) ct_buffer_format(out, ".%u", version->patch);
}

static void write_buffer(ct_json *json, const char *key, ct_buffer *text) {
  ct_json_key(json, key);
  if (text->length)
    ct_json_string(json, text->data, text->length);
  else
    ct_json_null(json);
  if (text->failed) json->buffer.failed = 1;
  ct_buffer_free(text);
}

static void write_target(ct_json *json, const ctsec_resolution *resolution) {
  ct_json_key(json, "target");
  ct_json_object(json);
  ct_buffer text;
  ct_buffer_init(&text);
  ct_buffer_text(&text, resolution->engine);
  if (resolution->version.known) ct_buffer_char(&text, '@');
  add_version(&text, &resolution->version);
  write_buffer(json, "engine", &text);
  ct_buffer_init(&text);
  add_version(&text, &resolution->kernel);
  write_buffer(json, "kernel", &text);
  ct_json_key_bool(json, "privileged", resolution->privileged);
  ct_json_key_text(json, "user", resolution->user ? resolution->user : "0");
  ct_json_key_bool(json, "no_new_privileges", resolution->no_new_privileges);
  ct_json_key_mask(json, "host_caps", resolution->host);
  ct_json_end(json);
}

int ctsec_resolution_to_json(const ctsec_resolution *resolution, char **text, size_t *length, ctsec_error **err) {
  if (!resolution) return ct_error_null(err, "resolution");
  if (!text || !length) return ct_error_null(err, "text or length");
  static const char moments[][18] = {"created", "after_exec", "after_setuid_root"};
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/caps/1");
  write_target(&json, resolution);
  ct_json_key_text(&json, "engine", resolution->engine);
  for (int32_t moment = 0; moment < 3; moment++) {
    uint8_t known;
    const ct_cap_sets *sets = moment_of(resolution, moment, &known);
    ct_json_key(&json, moments[moment]);
    ct_json_object(&json);
    for (int32_t set = 0; set < 5; set++) {
      if (known & CT_SET_BIT(set))
        ct_json_key_mask(&json, set_names[set], set_of(sets, set));
      else
        ct_json_key_null(&json, set_names[set]);
    }
    ct_json_end(&json);
  }
  ct_json_key(&json, "diagnostics");
  ct_json_array(&json);
  for (uint32_t i = 0; i < resolution->result.remark_count; i++) {
    ct_json_object(&json);
    ct_json_key_text(&json, "code", remark_codes[resolution->result.remarks[i].kind]);
    ct_json_key_text(&json, "message", resolution->remarks[i]);
    ct_json_end(&json);
  }
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

int ctsec_resolution_to_text(const ctsec_resolution *resolution, char **text, size_t *length, ctsec_error **err) {
  if (!resolution) return ct_error_null(err, "resolution");
  if (!text || !length) return ct_error_null(err, "text or length");
  static const ct_message_id moments[] = {CT_MESSAGE_CAPS_CREATED, CT_MESSAGE_CAPS_AFTER_EXEC,
                                          CT_MESSAGE_CAPS_AFTER_SETUID_ROOT};
  ct_buffer out;
  ct_buffer_init(&out);
  for (int32_t moment = 0; moment < 3; moment++) {
    uint8_t known;
    const ct_cap_sets *sets = moment_of(resolution, moment, &known);
    ct_buffer_format(&out, "%s%s\n", moment ? "\n" : "", ct_message(moments[moment], resolution->lang));
    for (int32_t set = 0; set < 5; set++) {
      ct_buffer_format(&out, "  %s", set_names[set]);
      for (size_t pad = strlen(set_names[set]); pad < 12; pad++) ct_buffer_char(&out, ' ');
      if (known & CT_SET_BIT(set)) {
        uint64_t mask = set_of(sets, set);
        ct_buffer_hex(&out, mask, 16);
        ct_buffer_text(&out, mask ? "  " : "");
        /* A list that stands in the same block already is not repeated. */
        int32_t like = 0;
        while (like < set && (!(known & CT_SET_BIT(like)) || set_of(sets, like) != mask)) like++;
        if (like < set && mask)
          ct_buffer_format(&out, "= %s", set_names[like]);
        else
          ct_caps_add_names(&out, mask);
      } else {
        ct_buffer_text(&out, ct_message(CT_MESSAGE_CAPS_UNDECIDED, resolution->lang));
      }
      ct_buffer_char(&out, '\n');
    }
  }
  for (uint32_t i = 0; i < resolution->result.remark_count; i++)
    ct_buffer_format(&out, "%s- %s\n", i ? "" : "\n", resolution->remarks[i]);
  return ct_buffer_take(&out, text, length) ? ct_error_nomem(err) : 0;
}
