/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths as a document, and for people. */
#include <string.h>

#include "base/utf8.h"
#include "path/path.h"

#define WAYS_MOST 16

uint32_t ct_path_unfold(const ct_levels *levels, ct_term term, uint8_t *found, uint32_t count) {
  const ct_path_step *step = ct_path_best_step(levels, term);
  for (uint32_t i = 0; step && i < step->count; i++) {
    uint8_t wanted = step->terms[i];
    if (wanted >= CT_CONDITION_COUNT) {
      count = ct_path_unfold(levels, (ct_term)wanted, found, count);
      continue;
    }
    if (count < CT_PATH_TERMS_MOST && !memchr(found, wanted, count)) found[count++] = wanted;
  }
  return count;
}

/* Conditions that do not hold, of each way to a term with its goals unfolded. */
static uint32_t find_ways(const ct_levels *levels, ct_term term, ct_term_set *ways, uint32_t most) {
  uint32_t count = 0;
  for (size_t i = 0; i < ct_path_step_count && count < most; i++) {
    const ct_path_step *step = &ct_path_steps[i];
    if (step->gives != term) continue;
    uint32_t first = count, made = 1;
    memset(&ways[count], 0, sizeof *ways);
    for (uint32_t k = 0; k < step->count; k++) {
      unsigned wanted = step->terms[k];
      if (levels->of[wanted] != CT_NO) continue;
      if (wanted < CT_CONDITION_COUNT) {
        for (uint32_t w = first; w < first + made; w++) ways[w].words[wanted >> 6] |= UINT64_C(1) << (wanted & 63);
        continue;
      }
      ct_term_set inner[WAYS_MOST], before[WAYS_MOST];
      uint32_t more = find_ways(levels, (ct_term)wanted, inner, WAYS_MOST), kept = made;
      memcpy(before, &ways[first], made * sizeof *ways);
      made = 0;
      for (uint32_t w = 0; w < kept; w++)
        for (uint32_t m = 0; m < more && first + made < most; m++, made++)
          for (int x = 0; x < 2; x++) ways[first + made].words[x] = before[w].words[x] | inner[m].words[x];
    }
    count += made;
  }
  return count;
}

uint32_t ct_path_blocking(const ct_levels *levels, ct_term term) {
  ct_term_set ways[WAYS_MOST];
  uint32_t layers = 0, count = find_ways(levels, term, ways, WAYS_MOST);
  for (uint32_t i = 0; i < count; i++) {
    /* A way that lacks all that another lacks, and more, is not what stops it. */
    int longer = 0;
    for (uint32_t k = 0; k < count && !longer; k++)
      longer = ct_term_set_holds(&ways[i], &ways[k]) && !ct_term_set_holds(&ways[k], &ways[i]);
    for (unsigned c = 0; !longer && c < CT_CONDITION_COUNT; c++)
      if (ct_term_set_has(&ways[i], c)) layers |= 1u << ct_condition_layer((ct_term)c);
  }
  return layers;
}

/* Another way to the same end asks for less: this one decides nothing. */
static int says_more(const ct_path_step *step) {
  for (const ct_path_step *other = ct_path_steps; other < ct_path_steps + ct_path_step_count; other++)
    if (other->gives == step->gives && other->count < step->count && ct_term_set_holds(&step->set, &other->set)) return 1;
  return 0;
}

/* Facts that would decide a path: of every alternative that nothing closes. */
static uint32_t missing(const ct_path_result *result, ct_term term, const char **needs, uint32_t count, uint32_t most) {
  for (size_t i = 0; i < ct_path_step_count; i++) {
    const ct_path_step *step = &ct_path_steps[i];
    int open = step->gives == term && !says_more(step);
    for (uint32_t k = 0; open && k < step->count; k++) open = result->levels.of[step->terms[k]] != CT_NO;
    for (uint32_t k = 0; open && k < step->count; k++) {
      uint8_t wanted = step->terms[k];
      if (result->levels.of[wanted] != CT_MAYBE) continue;
      if (wanted >= CT_CONDITION_COUNT) {
        count = missing(result, (ct_term)wanted, needs, count, most);
        continue;
      }
      const char *need = result->about.values[wanted].needs;
      uint32_t at = 0;
      while (need && at < count && strcmp(needs[at], need)) at++;
      if (need && at == count && count < most) needs[count++] = need;
    }
  }
  return count;
}

static void add_text(ct_buffer *buffer, ct_message_id id, int lang, const char *word) {
  ct_message_value value = {"name", word ? word : ""};
  ct_message_add(buffer, id, lang, &value, 1);
}

static void key_message(ct_json *json, const char *key, ct_message_id id, int lang, const char *word) {
  ct_buffer text;
  ct_buffer_init(&text);
  add_text(&text, id, lang, word);
  ct_json_key(json, key);
  ct_json_string(json, text.data ? text.data : "", text.length);
  if (text.failed) json->buffer.failed = 1;
  ct_buffer_free(&text);
}

static void write_place(ct_json *json, const ct_path_result *result, const ct_value *at) {
  ct_buffer pointer;
  int64_t line = 0, column = 0;
  if (!at) {
    ct_json_key_null(json, "pointer");
    ct_json_key_null(json, "line");
    ct_json_key_null(json, "column");
    return;
  }
  ct_buffer_init(&pointer);
  ct_value_add_pointer(&pointer, at);
  ct_containers_locate(result->about.container->root, at, &line, &column);
  ct_json_key(json, "pointer");
  ct_json_string(json, pointer.data ? pointer.data : "", pointer.length);
  if (pointer.failed) json->buffer.failed = 1;
  ct_buffer_free(&pointer);
  ct_json_key_signed(json, "line", line);
  ct_json_key_signed(json, "column", column);
}

static const char *step_status(unsigned level) { return level == CT_YES ? "holds" : level == CT_NO ? "fails" : "unknown"; }

static void write_steps(ct_json *json, const ct_path_result *result, ct_term path, int lang) {
  uint8_t found[CT_PATH_TERMS_MOST];
  uint32_t count = ct_path_unfold(&result->levels, path, found, 0);
  ct_json_key(json, "steps");
  ct_json_array(json);
  for (uint32_t i = 0; i < count; i++) {
    const ct_condition_value *value = &result->about.values[found[i]];
    ct_json_object(json);
    ct_json_key_text(json, "condition", ct_condition_name((ct_term)found[i]));
    const char *needs;
    key_message(json, "text", ct_path_says(&result->about, (ct_term)found[i], &needs), lang, value->word);
    ct_json_key_text(json, "status", step_status(result->levels.of[found[i]]));
    ct_json_key_text(json, "layer", ct_path_layer_name(ct_condition_layer((ct_term)found[i])));
    write_place(json, result, value->at);
    ct_json_end(json);
  }
  ct_json_end(json);
}

static void write_path(ct_json *json, const ct_path_result *result, ct_term path, int lang) {
  static const char impacts[][10] = {"host", "data", "network", "kernel", "container"};
  int status = ct_path_status(result->levels.of[path]);
  ct_json_object(json);
  ct_json_key_text(json, "id", ct_path_id(path));
  ct_json_key_text(json, "title", ct_message(ct_path_title(path), lang));
  ct_json_key_text(json, "impact", impacts[ct_path_impact(path)]);
  ct_json_key_text(json, "status", ct_path_status_name(status));
  write_steps(json, result, path, lang);
  const char *needs[CT_PATH_TERMS_MOST];
  uint32_t count = status == CTSEC_PATH_POSSIBLE ? missing(result, path, needs, 0, CT_PATH_TERMS_MOST) : 0;
  ct_json_key(json, "needs");
  ct_json_array(json);
  for (uint32_t i = 0; i < count; i++) ct_json_text(json, needs[i]);
  ct_json_end(json);
  uint32_t layers = status == CTSEC_PATH_BLOCKED ? ct_path_blocking(&result->levels, path) : 0;
  ct_json_key(json, "blocked_by");
  ct_json_array(json);
  for (unsigned i = 1; i <= CT_LAYER_KERNEL; i++)
    if (layers >> i & 1) ct_json_text(json, ct_path_layer_name(i));
  ct_json_end(json);
  ct_json_end(json);
}

static void write_ids(ct_json *json, const char *key, uint64_t paths) {
  ct_json_key(json, key);
  ct_json_array(json);
  for (unsigned i = 0; i < CT_PATH_COUNT; i++)
    if (paths >> i & 1) ct_json_text(json, ct_path_id((ct_term)(CT_FIRST_PATH + i)));
  ct_json_end(json);
}

static void write_container(ct_json *json, const ct_path_result *result, int lang) {
  const ct_container *container = result->about.container;
  ct_json_object(json);
  ct_json_key_text(json, "id", container->id);
  ct_json_key_text(json, "name", container->name);
  ct_json_key_text(json, "format", ct_format_name(container->format));
  ct_json_key_text(json, "source", container->source);
  ct_json_key(json, "paths");
  ct_json_array(json);
  for (int i = CT_FIRST_PATH; i < CT_TERM_COUNT; i++) write_path(json, result, (ct_term)i, lang);
  ct_json_end(json);
  ct_json_key(json, "cuts");
  ct_json_array(json);
  for (uint32_t i = 0; i < result->cut_count; i++) {
    const ct_cut *cut = &result->cuts[i];
    ct_json_object(json);
    key_message(json, "change", cut->text, lang, cut->word);
    write_ids(json, "ends", cut->ends);
    write_ids(json, "ends_possible", cut->ends_possible);
    write_place(json, result, cut->at);
    ct_json_end(json);
  }
  ct_json_end(json);
  ct_json_end(json);
}

int ctsec_paths_to_json(const ctsec_paths *paths, char **text, size_t *length, ctsec_error **err) {
  if (!paths) return ct_error_null(err, "paths");
  if (!text) return ct_error_null(err, "text");
  if (!length) return ct_error_null(err, "length");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/paths/1");
  ct_json_key(&json, "target");
  ct_json_object(&json);
  ct_json_key_text(&json, "arch", paths->options->arch ? paths->options->arch : "x86_64");
  ct_json_key(&json, "facts");
  ct_json_object(&json);
  for (const ct_fact *fact = paths->options->facts; fact; fact = fact->next)
    ct_json_key_text(&json, fact->key, fact->value);
  ct_json_end(&json);
  ct_json_end(&json);
  ct_json_key(&json, "containers");
  ct_json_array(&json);
  for (uint32_t i = 0; i < paths->count; i++) write_container(&json, paths->results[i], ct_options_lang(paths->options));
  ct_json_end(&json);
  ct_json_key(&json, "errors");
  ct_buffer errors;
  ct_buffer_init(&errors);
  ct_buffer_format(&errors, "[%.*s]", (int)paths->errors.length, paths->errors.data ? paths->errors.data : "");
  ct_json_raw(&json, errors.data ? errors.data : "[]", errors.data ? errors.length : 2);
  if (errors.failed || paths->errors.failed) json.buffer.failed = 1;
  ct_buffer_free(&errors);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}

static void add_place(ct_buffer *buffer, const ct_path_result *result, const ct_value *at) {
  int64_t line, column;
  if (!at) return;
  ct_containers_locate(result->about.container->root, at, &line, &column);
  ct_buffer_format(buffer, "  [%lld:%lld]", (long long)line, (long long)column);
}

static void add_open_path(ct_buffer *buffer, const ct_path_result *result, ct_term path, int lang) {
  static const char marks[] = {'x', '+', '?'};
  uint8_t found[CT_PATH_TERMS_MOST];
  uint32_t count = ct_path_unfold(&result->levels, path, found, 0);
  ct_buffer_format(buffer, "    %s  %s\n", ct_path_id(path), ct_message(ct_path_title(path), lang));
  for (uint32_t i = 0; i < count; i++) {
    const ct_condition_value *value = &result->about.values[found[i]];
    /* So it is with nearly every container. */
    if (found[i] == CT_TERM_HOST_KERNEL && value->level == CT_YES) continue;
    ct_buffer_format(buffer, "      %c ", marks[result->levels.of[found[i]]]);
    const char *needs;
    add_text(buffer, ct_path_says(&result->about, (ct_term)found[i], &needs), lang, value->word);
    if (needs) ct_buffer_format(buffer, "  (--fact %s=...)", needs);
    add_place(buffer, result, value->at);
    ct_buffer_char(buffer, '\n');
  }
}

static void add_blocked_path(ct_buffer *buffer, const ct_path_result *result, ct_term path, int lang) {
  uint32_t layers = ct_path_blocking(&result->levels, path);
  const char *between = "";
  ct_buffer_format(buffer, "    %s  %s: ", ct_path_id(path), ct_message(ct_path_title(path), lang));
  for (unsigned i = 1; i <= CT_LAYER_KERNEL; i++) {
    if (!(layers >> i & 1)) continue;
    ct_buffer_format(buffer, "%s%s", between, ct_path_layer_name(i));
    between = ", ";
  }
  ct_buffer_char(buffer, '\n');
}

static void add_status(ct_buffer *buffer, const ct_path_result *result, int status, ct_message_id title, int lang) {
  uint32_t count = 0;
  for (int i = CT_FIRST_PATH; i < CT_TERM_COUNT; i++) {
    if (ct_path_status(result->levels.of[i]) != status) continue;
    if (!count++) ct_buffer_format(buffer, "  %s\n", ct_message(title, lang));
    if (status == CTSEC_PATH_BLOCKED)
      add_blocked_path(buffer, result, (ct_term)i, lang);
    else
      add_open_path(buffer, result, (ct_term)i, lang);
  }
}

static void add_cuts(ct_buffer *buffer, const ct_path_result *result, int lang) {
  if (result->cut_count) ct_buffer_format(buffer, "  %s\n", ct_message(CT_MESSAGE_PATH_CUTS, lang));
  for (uint32_t i = 0; i < result->cut_count && i < 5; i++) {
    const ct_cut *cut = &result->cuts[i];
    ct_buffer_text(buffer, "    - ");
    add_text(buffer, cut->text, lang, cut->word);
    ct_buffer_text(buffer, ": ");
    const char *between = "";
    for (unsigned k = 0; k < CT_PATH_COUNT; k++) {
      if (!(cut->ends >> k & 1)) continue;
      ct_buffer_format(buffer, "%s%s", between, ct_path_id((ct_term)(CT_FIRST_PATH + k)));
      between = " ";
    }
    add_place(buffer, result, cut->at);
    ct_buffer_char(buffer, '\n');
  }
}

void ct_paths_text(const ctsec_paths *paths, ct_buffer *buffer) {
  int lang = ct_options_lang(paths->options);
  for (uint32_t i = 0; i < paths->count; i++) {
    const ct_path_result *result = paths->results[i];
    const ct_container *container = result->about.container;
    const char *source = container->source;
    if (i) ct_buffer_char(buffer, '\n');
    ct_utf8_add_visible(buffer, container->id, strlen(container->id));
    ct_buffer_format(buffer, " (%s", ct_format_name(container->format));
    if (source && *source) {
      ct_buffer_text(buffer, ", ");
      ct_utf8_add_visible(buffer, source, strlen(source));
    }
    ct_buffer_text(buffer, ")\n");
    add_status(buffer, result, CTSEC_PATH_REACHABLE, CT_MESSAGE_PATH_REACHABLE, lang);
    add_cuts(buffer, result, lang);
    add_status(buffer, result, CTSEC_PATH_POSSIBLE, CT_MESSAGE_PATH_POSSIBLE, lang);
    add_status(buffer, result, CTSEC_PATH_BLOCKED, CT_MESSAGE_PATH_BLOCKED, lang);
  }
}
