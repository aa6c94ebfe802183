/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/suppress.h"

#include <string.h>

#include "base/utf8.h"
#include "check/pss.h"
#include "report/scan.h"

/* * is any text, ? one byte. */
static int matches(const char *pattern, const char *text) {
  const char *star = NULL, *mark = NULL;
  while (*text) {
    if (*pattern == '*') {
      star = pattern++;
      mark = text;
    } else if (*pattern == '?' || *pattern == *text) {
      pattern++;
      text++;
    } else if (star) {
      pattern = star + 1;
      text = ++mark;
    } else {
      return 0;
    }
  }
  while (*pattern == '*') pattern++;
  return !*pattern;
}

/* The whole path, or its last parts. */
static int matches_path(const char *pattern, const char *path) {
  if (matches(pattern, path)) return 1;
  for (const char *at = strchr(path, '/'); at; at = strchr(at + 1, '/'))
    if (matches(pattern, at + 1)) return 1;
  return 0;
}

static int names_a_rule(const char *pattern) {
  for (int i = 0; i < CT_RULE_COUNT; i++)
    if (matches(pattern, ct_rule((ct_rule_id)i)->id)) return 1;
  for (size_t i = 0; ct_pss_check_at(i); i++)
    if (matches(pattern, ct_pss_check_at(i))) return 1;
  for (size_t i = 0; ct_cis_number(i); i++)
    if (matches(pattern, ct_cis_number(i))) return 1;
  return 0;
}

static int two(const char *text) { return (text[0] - '0') * 10 + text[1] - '0'; }

/* "2027-01-31": the first second after it. */
static int parse_date(const char *text, int64_t *end) {
  static const char form[] = "dddd-dd-dd";
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (strlen(text) != sizeof form - 1) return 0;
  for (size_t i = 0; form[i]; i++)
    if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i]) return 0;
  int64_t year = two(text) * 100 + two(text + 2), month = two(text + 5), day = two(text + 8);
  int leap = (year % 4 == 0 && year % 100) || year % 400 == 0;
  if (month < 1 || month > 12 || day < 1 || day > days[month - 1] + (month == 2 && leap)) return 0;
  /* Days since 1970, with years that begin in March. */
  int64_t y = month <= 2 ? year - 1 : year;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t number = y * 365 + y / 4 - y / 100 + y / 400 + of_year - 719468;
  *end = (number + 1) * 86400;
  return 1;
}

const char *ct_waiver_status(const ct_suppressions *suppressions, const ct_waiver *waiver) {
  if (waiver->fault) return "malformed";
  if (waiver->expires && suppressions->now >= waiver->end) return "expired";
  return waiver->matched ? "active" : "unused";
}

typedef struct reading {
  ct_suppressions *to;
  const ct_document *document;
  const ct_selection *selection;
  ctsec_error **err;
  int status;
} reading;

static const char *keep(reading *r, const char *text) {
  const char *copy = ct_arena_string(&r->to->arena, text);
  if (!copy) r->status = ct_error_nomem(r->err);
  return copy;
}

/* The first fault is the caller's error, all are kept. */
static void fault(reading *r, ct_waiver *waiver, const ct_value *at, const char *what, const char *name) {
  if (waiver->fault || r->status == CTSEC_E_NOMEM) return;
  ctsec_error *error = NULL;
  int code = ct_error_value(&error, CTSEC_E_SCHEMA, r->document, at, what, name);
  waiver->fault = code == CTSEC_E_NOMEM ? NULL : ct_arena_string(&r->to->arena, ctsec_error_message(error));
  if (!waiver->fault) {
    ctsec_error_free(error);
    r->status = ct_error_nomem(r->err);
  } else if (!r->status) {
    r->status = code;
    if (r->err)
      *r->err = error;
    else
      ctsec_error_free(error);
  } else {
    ctsec_error_free(error);
  }
}

static void read_member(reading *r, ct_waiver *waiver, const ct_value *member) {
  const struct {
    const char *key;
    const char **field;
  } fields[] = {{"rule", &waiver->rule}, {"container", &waiver->container}, {"path", &waiver->path},
                {"reason", &waiver->reason}, {"expires", &waiver->expires}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    if (strcmp(fields[i].key, member->key)) continue;
    if (member->kind != CT_STRING || !member->length || memchr(member->as.string, '\0', member->length))
      fault(r, waiver, member, "`%s` must be a text", fields[i].key);
    else
      *fields[i].field = keep(r, member->as.string);
    return;
  }
  fault(r, waiver, member, "`%s` is none of rule, container, path, reason, expires", member->key);
}

static void read_waiver(reading *r, const ct_value *value) {
  ct_suppressions *to = r->to;
  ct_waiver *grown = ct_arena_grow(&to->arena, to->waivers, to->waiver_count, sizeof *grown);
  if (!grown) {
    r->status = ct_error_nomem(r->err);
    return;
  }
  to->waivers = grown;
  ct_waiver *waiver = &grown[to->waiver_count++];
  memset(waiver, 0, sizeof *waiver);
  ct_document_locate(r->document, value->offset, &waiver->line, &waiver->column);
  if (value->kind != CT_OBJECT) {
    fault(r, waiver, value, "a waiver must be an object, not %s", ct_kind_name(value->kind));
    return;
  }
  for (uint32_t i = 0; i < value->count; i++) read_member(r, waiver, &value->as.items[i]);
  if (!waiver->rule) fault(r, waiver, value, "%s", "a waiver must name its rule");
  if (waiver->rule && !names_a_rule(waiver->rule))
    fault(r, waiver, ct_value_member(value, "rule"), "no rule `%s`; `ctsec rules` lists them", waiver->rule);
  if (!waiver->reason) fault(r, waiver, value, "%s", "a waiver must give its reason");
  if (!waiver->expires) return;
  if (!parse_date(waiver->expires, &waiver->end))
    fault(r, waiver, ct_value_member(value, "expires"), "`%s` is no date; write it as 2027-01-31", waiver->expires);
  else if (!to->has_now)
    fault(r, waiver, ct_value_member(value, "expires"), "%s", "a waiver ends on a day, and the option `now` was not set");
}

static int parse_any(ct_arena *arena, const char *source, const char *text, size_t length, const ctsec_options *options,
                     const ct_document **document, ctsec_error **err) {
  ctsec_options *own = NULL;
  int status = ct_options_copy(options, &own, err);
  if (!status) status = ctsec_options_set(own, "source", source, strlen(source), err);
  size_t at = 0;
  while (at < length && strchr(" \t\r\n", text[at]) && text[at]) at++;
  int json = at < length && (text[at] == '{' || text[at] == '[');
  if (!status)
    status = json ? ct_json_parse(arena, text, length, own, document, err)
                  : ct_yaml_parse(arena, text, length, own, document, err);
  ctsec_options_free(own);
  return status;
}

int ct_waivers_read(ct_suppressions *suppressions, const char *source, const char *text, size_t length,
                    const ctsec_options *options, ctsec_error **err) {
  ct_arena scratch;
  ct_arena_init(&scratch);
  reading r = {suppressions, NULL, NULL, err, 0};
  suppressions->waivers_source = keep(&r, source);
  if (!r.status) r.status = parse_any(&scratch, source, text, length, options, &r.document, err);
  for (uint32_t d = 0; !r.status && d < r.document->root_count; d++) {
    const ct_value *root = &r.document->roots[d];
    const ct_value *list = root->kind == CT_OBJECT ? ct_value_member(root, "waivers") : root;
    if (root->kind == CT_NULL) continue;
    if (!ct_value_is(list, CT_ARRAY)) {
      r.status = ct_error_value(err, CTSEC_E_SCHEMA, r.document, list ? list : root,
                                "a waiver file is a list, or an object whose member `waivers` is one");
      break;
    }
    for (uint32_t i = 0; i < list->count && r.status != CTSEC_E_NOMEM; i++) read_waiver(&r, &list->as.items[i]);
  }
  ct_arena_free(&scratch);
  return r.status;
}

/* Merges runs, since qsort() hands its comparison no table. */
static void sort_prints(const ct_known *known, uint32_t *places, uint32_t *scratch, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) places[i] = i;
  for (uint32_t width = 1; width < count; width *= 2) {
    for (uint32_t low = 0; low < count; low += 2 * width) {
      uint32_t middle = low + width < count ? low + width : count, high = middle + width < count ? middle + width : count;
      uint32_t a = low, b = middle;
      for (uint32_t to = low; to < high; to++)
        scratch[to] = a < middle && (b >= high || known[places[a]].print <= known[places[b]].print) ? places[a++] : places[b++];
    }
    memcpy(places, scratch, count * sizeof *places);
  }
}

static int sort_known(ct_suppressions *to, ctsec_error **err) {
  to->sorted = ct_arena_array(&to->arena, to->known_count, sizeof *to->sorted);
  uint32_t *scratch = ct_arena_array(&to->arena, to->known_count, sizeof *scratch);
  if (!to->sorted || !scratch) return ct_error_nomem(err);
  sort_prints(to->known, to->sorted, scratch, to->known_count);
  return 0;
}

static int parse_print(const ct_value *value, uint64_t *print) {
  if (!ct_value_is(value, CT_STRING) || value->length != 16) return 0;
  *print = 0;
  for (uint32_t i = 0; i < 16; i++) {
    const char *digits = "0123456789abcdef", *digit = strchr(digits, value->as.string[i]);
    if (!digit || !*digit) return 0;
    *print = *print << 4 | (uint64_t)(digit - digits);
  }
  return 1;
}

static uint8_t is_unasked(const ct_selection *selection, const ct_value *finding) {
  const ct_value *rule = ct_value_member(finding, "rule"), *severity = ct_value_member(finding, "severity");
  ct_rule_id id = ct_rule_find(rule->as.string, rule->length);
  if (id < CT_RULE_COUNT && selection->skip[id]) return 1;
  int level = ct_value_is(severity, CT_STRING) ? ct_severity_find(severity->as.string) : -1;
  return level >= 0 && level < selection->least;
}

static uint32_t count_gone(const ct_suppressions *suppressions) {
  uint32_t gone = 0;
  for (uint32_t i = 0; i < suppressions->known_count; i++)
    gone += !suppressions->known[i].used && !suppressions->known[i].unasked;
  return gone;
}

static int read_known(reading *r, const ct_value *container, const ct_value *finding) {
  ct_suppressions *to = r->to;
  const ct_value *print = ct_value_member(finding, "fingerprint"), *rule = ct_value_member(finding, "rule");
  const ct_value *id = ct_value_member(container, "id");
  uint64_t value;
  if (!parse_print(print, &value) || !ct_value_is(rule, CT_STRING) || !ct_value_is(id, CT_STRING))
    return ct_error_value(r->err, CTSEC_E_SCHEMA, r->document, finding,
                          "a finding of a baseline has the members `rule` and `fingerprint`");
  ct_known *grown = ct_arena_grow(&to->arena, to->known, to->known_count, sizeof *grown);
  if (!grown) return ct_error_nomem(r->err);
  to->known = grown;
  ct_known *known = &grown[to->known_count++];
  *known = (ct_known){value, keep(r, rule->as.string), keep(r, id->as.string), 0, is_unasked(r->selection, finding)};
  return r->status;
}

static int read_container(reading *r, const ct_value *container) {
  const ct_value *findings = ct_value_member(container, "findings");
  if (!ct_value_is(findings, CT_ARRAY))
    return ct_error_value(r->err, CTSEC_E_SCHEMA, r->document, container, "a container of a baseline has the member `findings`");
  int status = 0;
  for (uint32_t i = 0; i < findings->count && !status; i++) status = read_known(r, container, &findings->as.items[i]);
  return status;
}

int ct_baseline_read(ct_suppressions *suppressions, const char *source, const char *text, size_t length,
                     const ctsec_options *options, const ct_selection *selection, ctsec_error **err) {
  ct_arena scratch;
  ct_arena_init(&scratch);
  reading r = {suppressions, NULL, selection, err, 0};
  uint32_t before = suppressions->known_count;
  suppressions->baseline_source = keep(&r, source);
  int status = r.status;
  if (!status) status = parse_any(&scratch, source, text, length, options, &r.document, err);
  if (!status) {
    const ct_value *root = r.document->roots, *schema = ct_value_member(root, "schema");
    const ct_value *containers = ct_value_member(root, "containers");
    if (!ct_value_equals(schema, "ctsec/findings/1") || !ct_value_is(containers, CT_ARRAY))
      status = ct_error_value(err, CTSEC_E_SCHEMA, r.document, schema ? schema : root,
                              "a baseline is a document ctsec/findings/1, as `ctsec scan --format json` writes it");
    for (uint32_t i = 0; !status && i < containers->count; i++) status = read_container(&r, &containers->as.items[i]);
  }
  /* Half a baseline would call the rest new. */
  if (status) suppressions->known_count = before;
  else
    status = sort_known(suppressions, err);
  ct_arena_free(&scratch);
  return status;
}

static const ct_waiver *find_waiver(const ct_suppressions *suppressions, const ctsec_finding *finding) {
  const ct_container *container = finding->container;
  const char *source = container->document->source ? container->document->source : "";
  for (uint32_t i = 0; i < suppressions->waiver_count; i++) {
    const ct_waiver *waiver = &suppressions->waivers[i];
    if (waiver->fault || (waiver->expires && suppressions->now >= waiver->end)) continue;
    if (!matches(waiver->rule, ct_rule(finding->rule)->id) && !(finding->check && matches(waiver->rule, finding->check))) continue;
    if (waiver->container && !matches(waiver->container, container->id) &&
        !(container->name && matches(waiver->container, container->name)))
      continue;
    if (waiver->path && !matches_path(waiver->path, source)) continue;
    return waiver;
  }
  return NULL;
}

/* Each finding of the baseline answers for one. */
static int is_known(ct_suppressions *suppressions, const ctsec_finding *finding) {
  uint64_t print = ct_finding_print(finding);
  uint32_t low = 0, high = suppressions->known_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (suppressions->known[suppressions->sorted[middle]].print < print)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < suppressions->known_count; low++) {
    ct_known *known = &suppressions->known[suppressions->sorted[low]];
    if (known->print != print) return 0;
    if (known->used) continue;
    known->used = 1;
    suppressions->matched++;
    return 1;
  }
  return 0;
}

/* A cause that is not reported explains nothing. */
static void forget_causes(ctsec_findings *findings, uint32_t first, uint32_t last) {
  for (uint32_t k = first; k < last; k++) {
    ct_rule_id because = findings->items[k].because;
    int there = 0;
    for (uint32_t j = first; j < last && !there; j++) there = findings->items[j].rule == because;
    if (!there) findings->items[k].because = CT_RULE_COUNT;
  }
}

int ct_suppress(ct_suppressions *suppressions, ctsec_findings *findings, ctsec_error **err) {
  if (!suppressions->waiver_count && !suppressions->known_count) return 0;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < findings->containers->count; i++) {
    uint32_t first = findings->starts[i], last = findings->starts[i + 1];
    findings->starts[i] = kept;
    for (uint32_t k = first; k < last; k++) {
      const ctsec_finding *finding = &findings->items[k];
      const ct_waiver *waiver = find_waiver(suppressions, finding);
      if (waiver) {
        ct_waived *grown = ct_arena_grow(&findings->arena, findings->waived, findings->waived_count, sizeof *grown);
        if (!grown) return ct_error_nomem(err);
        findings->waived = grown;
        grown[findings->waived_count++] = (ct_waived){*finding, waiver->reason, waiver->expires, (uint32_t)(waiver - suppressions->waivers)};
      } else if (!is_known(suppressions, finding)) {
        findings->items[kept++] = *finding;
      }
    }
    forget_causes(findings, findings->starts[i], kept);
  }
  findings->starts[findings->containers->count] = kept;
  findings->hidden = findings->count - kept;
  findings->count = kept;
  return 0;
}

void ct_suppressions_count(ct_suppressions *suppressions, const ctsec_findings *findings) {
  for (uint32_t i = 0; findings && i < findings->waived_count; i++) suppressions->waivers[findings->waived[i].waiver].matched++;
}

void ct_suppressions_write(ct_json *json, const ct_suppressions *suppressions) {
  if (suppressions->waivers_source) {
    ct_json_key(json, "waivers");
    ct_json_array(json);
    for (uint32_t i = 0; i < suppressions->waiver_count; i++) {
      const ct_waiver *waiver = &suppressions->waivers[i];
      ct_json_object(json);
      ct_json_key_text(json, "source", suppressions->waivers_source);
      ct_json_key_signed(json, "line", waiver->line);
      ct_json_key_signed(json, "column", waiver->column);
      ct_json_key_text(json, "status", ct_waiver_status(suppressions, waiver));
      ct_json_key_text(json, "rule", waiver->rule);
      ct_json_key_text(json, "container", waiver->container);
      ct_json_key_text(json, "path", waiver->path);
      ct_json_key_text(json, "reason", waiver->reason);
      ct_json_key_text(json, "expires", waiver->expires);
      ct_json_key_text(json, "message", waiver->fault);
      ct_json_key_unsigned(json, "matched", waiver->matched);
      ct_json_end(json);
    }
    ct_json_end(json);
  }
  if (!suppressions->baseline_source) return;
  ct_json_key(json, "baseline");
  ct_json_object(json);
  ct_json_key_text(json, "source", suppressions->baseline_source);
  ct_json_key_unsigned(json, "known", suppressions->matched);
  ct_json_key(json, "gone");
  ct_json_array(json);
  for (uint32_t i = 0; i < suppressions->known_count; i++) {
    const ct_known *known = &suppressions->known[i];
    if (known->used || known->unasked) continue;
    ct_json_object(json);
    ct_json_key_text(json, "container", known->container);
    ct_json_key_text(json, "rule", known->rule);
    ct_json_key_mask(json, "fingerprint", known->print);
    ct_json_end(json);
  }
  ct_json_end(json);
  ct_json_end(json);
}

static void add_waiver(ct_buffer *buffer, const ct_suppressions *suppressions, const ct_waiver *waiver, int lang) {
  const char *status = ct_waiver_status(suppressions, waiver);
  ct_message_id id = !strcmp(status, "malformed") ? CT_MESSAGE_WAIVER_MALFORMED
                     : !strcmp(status, "expired") ? CT_MESSAGE_WAIVER_EXPIRED
                                                  : CT_MESSAGE_WAIVER_UNUSED;
  if (!strcmp(status, "active")) return;
  ct_utf8_add_visible(buffer, suppressions->waivers_source, strlen(suppressions->waivers_source));
  ct_buffer_format(buffer, ":%lld:%lld: ", (long long)waiver->line, (long long)waiver->column);
  ct_buffer line;
  ct_buffer_init(&line);
  const ct_message_value values[] = {{"rule", waiver->rule ? waiver->rule : ""},
                                     {"date", waiver->expires ? waiver->expires : ""},
                                     {"fault", waiver->fault ? waiver->fault : ""}};
  ct_message_add(&line, id, lang, values, sizeof values / sizeof *values);
  if (line.failed)
    buffer->failed = 1;
  else
    ct_utf8_add_visible(buffer, line.data, line.length);
  ct_buffer_char(buffer, '\n');
  ct_buffer_free(&line);
}

static void add_count(ct_buffer *buffer, ct_message_id id, uint32_t count, int lang) {
  ct_buffer number;
  ct_buffer_init(&number);
  ct_buffer_format(&number, "%u", count);
  ct_buffer_char(&number, '\0');
  const ct_message_value values[] = {{"count", number.failed ? "" : number.data}};
  ct_message_add(buffer, id, lang, values, 1);
  ct_buffer_char(buffer, '\n');
  if (number.failed) buffer->failed = 1;
  ct_buffer_free(&number);
}

void ct_suppressions_text(ct_buffer *buffer, const ct_suppressions *suppressions, int lang) {
  uint32_t waived = 0;
  for (uint32_t i = 0; i < suppressions->waiver_count; i++) {
    add_waiver(buffer, suppressions, &suppressions->waivers[i], lang);
    waived += suppressions->waivers[i].matched;
  }
  if (suppressions->waivers_source) add_count(buffer, CT_MESSAGE_WAIVED_TOTAL, waived, lang);
  if (!suppressions->baseline_source) return;
  add_count(buffer, CT_MESSAGE_BASELINE_KNOWN, suppressions->matched, lang);
  add_count(buffer, CT_MESSAGE_BASELINE_GONE, count_gone(suppressions), lang);
  for (uint32_t i = 0; i < suppressions->known_count; i++) {
    const ct_known *known = &suppressions->known[i];
    if (known->used || known->unasked) continue;
    ct_buffer_text(buffer, "  ");
    ct_utf8_add_visible(buffer, known->container, strlen(known->container));
    ct_buffer_text(buffer, "  ");
    ct_utf8_add_visible(buffer, known->rule, strlen(known->rule));
    ct_buffer_char(buffer, '\n');
  }
}
