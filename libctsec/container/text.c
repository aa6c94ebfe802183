/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "container/text.h"

#include <string.h>

void *ct_append(ct_reader *reader, ct_origin *from, void *items, uint32_t *count, size_t size, const ct_value *at) {
  if (reader->status) return NULL;
  void *array;
  memcpy(&array, items, sizeof array);
  array = ct_arena_grow(reader->arena, array, *count, size);
  if (!array) {
    ct_read_nomem(reader);
    return NULL;
  }
  memcpy(items, &array, sizeof array);
  if (from->state == CT_UNSET) *from = (ct_origin){CT_SET, 0, at};
  return (char *)array + size * (*count)++;
}

void ct_set_text(ct_text *text, const ct_value *at, const char *value, size_t length) {
  text->from = (ct_origin){CT_SET, 0, at};
  text->value = value;
  text->length = length;
}

void ct_set_flag(ct_flag *flag, const ct_value *at, int value) {
  flag->from = (ct_origin){CT_SET, 0, at};
  flag->value = value;
}

void ct_set_number(ct_number *number, const ct_value *at, int64_t value) {
  number->from = (ct_origin){CT_SET, 0, at};
  number->value = value;
}

/* Model texts are NUL-terminated; parts of a larger text are copied for that. */
static const char *copy(ct_reader *reader, const char *text, size_t length) {
  const char *made = reader->status ? NULL : ct_arena_copy(reader->arena, text, length);
  if (!made) ct_read_nomem(reader);
  return made;
}

static void set_part(ct_reader *reader, ct_text *text, const ct_value *at, const char *value, size_t length) {
  const char *made = copy(reader, value, length);
  if (made) ct_set_text(text, at, made, length);
}

void ct_append_text(ct_reader *reader, ct_texts *list, const ct_value *at, const char *text, size_t length) {
  ct_text *item = CT_APPEND(reader, list, at);
  if (item) set_part(reader, item, at, text, length);
}

void ct_append_pair(ct_reader *reader, ct_pairs *list, const ct_value *at, const char *text, size_t length) {
  ct_pair *item = CT_APPEND(reader, list, at);
  if (!item) return;
  const char *equal = memchr(text, '=', length);
  size_t key = equal ? (size_t)(equal - text) : length;
  item->at = at;
  item->key = copy(reader, text, key);
  item->key_length = key;
  if (!equal) return;
  item->value = copy(reader, equal + 1, length - key - 1);
  item->value_length = length - key - 1;
}

static int is(const char *text, size_t length, const char *word) {
  return strlen(word) == length && !memcmp(text, word, length);
}

int ct_parse_bool(const char *text, size_t length, int *value) {
  static const char *const words[2][6] = {{"0", "f", "F", "FALSE", "false", "False"},
                                          {"1", "t", "T", "TRUE", "true", "True"}};
  for (int v = 0; v < 2; v++) {
    for (int i = 0; i < 6; i++) {
      if (!is(text, length, words[v][i])) continue;
      *value = v;
      return 1;
    }
  }
  return 0;
}

int ct_parse_integer(const char *text, size_t length, int64_t *value) {
  size_t at = length && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  uint64_t magnitude = 0;
  if (at == length) return 0;
  for (size_t i = at; i < length; i++) {
    if (text[i] < '0' || text[i] > '9') return 0;
    if (magnitude > (uint64_t)INT64_MAX / 10) return 0;
    magnitude = magnitude * 10 + (uint64_t)(text[i] - '0');
    if (magnitude > INT64_MAX) return 0;
  }
  *value = text[0] == '-' ? -(int64_t)magnitude : (int64_t)magnitude;
  return 1;
}

/* Digits with an optional fraction, "1.", ".5"; *used is what was read. Scaled by `scale`, which loses what lies below one. */
static int parse_decimal(const char *text, size_t length, uint64_t scale, int64_t *value, size_t *used) {
  uint64_t whole = 0;
  size_t at = 0;
  for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
    if (whole > (uint64_t)INT64_MAX / 10 / scale) return 0;
    whole = whole * 10 + (uint64_t)(text[at] - '0');
  }
  if (whole > (uint64_t)INT64_MAX / scale) return 0;
  uint64_t fraction = 0, power = 1;
  const size_t whole_digits = at;
  if (at < length && text[at] == '.') {
    for (at++; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
      if (power == 1000000000u) continue;
      fraction = fraction * 10 + (uint64_t)(text[at] - '0');
      power *= 10;
    }
  }
  if (!whole_digits && at < 2) return 0;
  /* fraction * scale / power, without leaving 64 bits. */
  uint64_t result = whole * scale + fraction * (scale / power) + fraction * (scale % power) / power;
  if (result > INT64_MAX) return 0;
  *value = (int64_t)result;
  *used = at;
  return 1;
}

int ct_parse_size(const char *text, size_t length, int64_t *bytes) {
  if (is(text, length, "-1")) {
    *bytes = -1;
    return 1;
  }
  size_t digits = 0;
  while (digits < length && ((text[digits] >= '0' && text[digits] <= '9') || text[digits] == '.')) digits++;
  size_t unit = digits;
  while (unit < length && text[unit] == ' ') unit++;
  static const char letters[] = "bkmgtp";
  uint64_t scale = 1;
  if (unit < length) {
    char letter = (char)(text[unit] | 0x20);
    const char *found = memchr(letters, letter, sizeof letters - 1);
    if (!found) return 0;
    scale <<= 10 * (unsigned)(found - letters);
    size_t rest = length - unit - 1;
    const char *tail = text + unit + 1;
    if (letter == 'b' ? rest != 0 : !(rest == 0 || (rest == 1 && (tail[0] | 0x20) == 'b') ||
                                      (rest == 2 && (tail[0] | 0x20) == 'i' && (tail[1] | 0x20) == 'b')))
      return 0;
  }
  size_t used;
  return parse_decimal(text, digits, scale, bytes, &used) && used == digits;
}

int ct_parse_processors(const char *text, size_t length, int64_t *nano) {
  size_t used;
  return parse_decimal(text, length, 1000000000u, nano, &used) && used == length;
}

static double power_of_ten(int exponent) {
  double power = 1;
  for (; exponent > 0; exponent--) power *= 10;
  return power;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

int ct_scale_quantity(double number, int ten, int64_t *value) {
  if (!(number >= 0)) return 0;
  /* One of the two is 1, so that what a double holds exactly is not rounded. */
  number = number * power_of_ten(ten) / power_of_ten(-ten);
  *value = number < 9e18 ? (int64_t)number : INT64_MAX;
  if (number < 9e18 && (double)*value < number) ++*value;
  return 1;
}

int ct_parse_quantity(const char *text, size_t length, int places, int64_t *value) {
  double number = 0;
  int seen = 0, ten = places;
  size_t at = length && text[0] == '+';
  for (int point = 0; at < length && (is_digit(text[at]) || (text[at] == '.' && !point)); at++) {
    if (text[at] == '.') {
      point = 1;
      continue;
    }
    seen = 1;
    if (number > 1e18) {
      ten += !point;
      continue;
    }
    number = number * 10 + (text[at] - '0');
    ten -= point;
  }
  if (!seen) return 0;
  static const char decimal[] = "num kMGTPE", binary[] = "KMGTPE";
  const size_t rest = length - at;
  const char *scale = rest ? memchr(rest == 2 ? binary : decimal, text[at], rest == 2 ? sizeof binary - 1 : sizeof decimal - 1) : NULL;
  if (rest == 2 && scale && text[at + 1] == 'i') {
    for (; scale >= binary; scale--) number *= 1024;
  } else if (rest == 1 && scale && *scale != ' ') {
    ten += 3 * (int)(scale - decimal - 3);
  } else if (rest) {
    int64_t exponent;
    if ((text[at] | 0x20) != 'e' || !ct_parse_integer(text + at + 1, rest - 1, &exponent)) return 0;
    if (exponent < -99 || exponent > 99) return 0;
    ten += (int)exponent;
  }
  return ct_scale_quantity(number, ten, value);
}

static void refuse(ct_reader *reader, const ct_value *at, const char *what, const char *text, size_t length) {
  if (reader->status) return;
  reader->status = ct_error_value(reader->err, CTSEC_E_SCHEMA, reader->document, at, "`%.*s` is no %s", (int)length,
                                  text, what);
}

static int is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Length up to the next colon; one after the letter of a Windows drive is none. */
static size_t next_part(const char *text, size_t length) {
  size_t at = 0;
  if (length > 2 && is_letter(text[0]) && text[1] == ':' && (text[2] == '\\' || text[2] == '/')) at = 2;
  const char *colon = memchr(text + at, ':', length - at);
  return colon ? (size_t)(colon - text) : length;
}

static int is_path(const char *text, size_t length) {
  if (!length) return 0;
  if (text[0] == '/' || text[0] == '.' || text[0] == '~' || text[0] == '\\') return 1;
  if (length > 2 && is_letter(text[0]) && text[1] == ':') return 1;
  /* $PWD/data: a variable that begins a source is a path by custom, since a volume's name cannot hold one. */
  return text[0] == '$' || text[0] == '`';
}

static int is_propagation(const char *text, size_t length) {
  static const char words[][12] = {"shared", "rshared", "slave", "rslave", "private", "rprivate", "unbindable",
                                      "runbindable"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (is(text, length, words[i])) return 1;
  return 0;
}

void ct_read_mount_options(ct_reader *reader, ct_mount *mount, const ct_value *at, const char *text, size_t length,
                           int open) {
  for (size_t start = 0; start < length && !reader->status;) {
    const char *option = text + start;
    const char *comma = memchr(option, ',', length - start);
    size_t size = comma ? (size_t)(comma - option) : length - start;
    if (is(option, size, "ro") || is(option, size, "readonly")) ct_set_flag(&mount->writable, at, 0);
    if (is(option, size, "rw")) ct_set_flag(&mount->writable, at, 1);
    /* A variable may be any of them. */
    if (open && size && memchr("$`", *option, 2)) mount->writable.from = (ct_origin){CT_UNKNOWN, 0, at};
    if (is_propagation(option, size)) set_part(reader, &mount->propagation, at, option, size);
    ct_append_text(reader, &mount->options, at, option, size);
    start += size + 1;
  }
}

void ct_read_volume(ct_reader *reader, const ct_value *at, const char *text, size_t length, int open) {
  const char *parts[3];
  size_t sizes[3];
  int count = 0;
  size_t offset = 0;
  while (count < 3) {
    size_t size = count < 2 ? next_part(text + offset, length - offset) : length - offset;
    parts[count] = text + offset;
    sizes[count++] = size;
    offset += size;
    if (offset >= length) break;
    offset++;
  }
  if (offset < length || !length || (count > 1 && !sizes[1]) || (count > 2 && memchr(parts[2], ':', sizes[2]))) {
    refuse(reader, at, "volume", text, length);
    return;
  }
  ct_mount *mount = CT_APPEND(reader, &reader->container->mounts, at);
  if (!mount) return;
  mount->at = at;
  int has_source = count > 1 && sizes[0];
  int bind = has_source && is_path(parts[0], sizes[0]);
  ct_set_text(&mount->type, at, bind ? "bind" : "volume", bind ? 4 : 6);
  set_part(reader, &mount->destination, at, parts[count > 1 ? 1 : 0], sizes[count > 1 ? 1 : 0]);
  if (has_source) set_part(reader, bind ? &mount->source : &mount->name, at, parts[0], sizes[0]);
  ct_set_flag(&mount->writable, at, 1);
  if (count < 3) return;
  ct_read_mount_options(reader, mount, at, parts[2], sizes[2], open);
}

static int is_access(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] != 'r' && text[i] != 'w' && text[i] != 'm') return 0;
  return length > 0 && length <= 3;
}

/* "vendor.com/class=name" */
static int is_cdi(const char *text, size_t length) {
  const char *slash = memchr(text, '/', length);
  const char *equal = memchr(text, '=', length);
  return slash && equal && slash > text && slash < equal && text[0] != '/';
}

void ct_read_device(ct_reader *reader, const ct_value *at, const char *text, size_t length) {
  if (is_cdi(text, length)) {
    ct_device_request *request = CT_APPEND(reader, &reader->container->device_requests, at);
    if (!request) return;
    request->at = at;
    ct_set_text(&request->driver, at, "cdi", 3);
    ct_append_text(reader, &request->ids, at, text, length);
    return;
  }
  if (!length) {
    refuse(reader, at, "device", text, length);
    return;
  }
  ct_device *device = CT_APPEND(reader, &reader->container->devices, at);
  if (!device) return;
  device->at = at;
  device->major = device->minor = -1;
  size_t host = next_part(text, length);
  set_part(reader, &device->host, at, text, host);
  set_part(reader, &device->path, at, text, host);
  ct_set_text(&device->access, at, "rwm", 3);
  if (host >= length) return;
  const char *rest = text + host + 1;
  size_t left = length - host - 1;
  size_t path = next_part(rest, left);
  /* Of two parts Compose takes the second for a path in any case. */
  if (path == left && is_access(rest, left) && reader->container->format != CT_FORMAT_COMPOSE) {
    set_part(reader, &device->access, at, rest, left);
    return;
  }
  set_part(reader, &device->path, at, rest, path);
  if (path >= left) return;
  if (!is_access(rest + path + 1, left - path - 1))
    refuse(reader, at, "device", text, length);
  else
    set_part(reader, &device->access, at, rest + path + 1, left - path - 1);
}

void ct_read_port(ct_reader *reader, const ct_value *at, const char *text, size_t length) {
  const char *ip = "", *rest = text;
  size_t ip_length = 0, left = length;
  if (left && *rest == '[') {
    const char *close = memchr(rest, ']', left);
    if (!close || close + 1 >= text + length || close[1] != ':') {
      refuse(reader, at, "port", text, length);
      return;
    }
    ip = rest + 1;
    ip_length = (size_t)(close - rest) - 1;
    left -= (size_t)(close + 2 - rest);
    rest = close + 2;
  }
  const char *last = NULL;
  for (size_t i = 0; i < left; i++)
    if (rest[i] == ':') last = rest + i;
  const char *container = last ? last + 1 : rest;
  const char *host = "";
  size_t host_length = 0;
  if (last) {
    const char *first = ip_length ? NULL : memchr(rest, ':', (size_t)(last - rest));
    host = first ? first + 1 : rest;
    host_length = (size_t)(last - host);
    if (first) {
      ip = rest;
      ip_length = (size_t)(first - rest);
    }
  }
  size_t container_length = (size_t)(rest + left - container);
  if (!container_length) {
    refuse(reader, at, "port", text, length);
    return;
  }
  ct_port *port = CT_APPEND(reader, &reader->container->ports, at);
  if (!port) return;
  port->at = at;
  port->container = copy(reader, container, container_length);
  set_part(reader, &port->host_ip, at, ip, ip_length);
  set_part(reader, &port->host_port, at, host, host_length);
}

void ct_read_ulimit(ct_reader *reader, const ct_value *at, const char *text, size_t length) {
  const char *equal = memchr(text, '=', length);
  const char *numbers = equal ? equal + 1 : text;
  size_t left = equal ? length - (size_t)(numbers - text) : 0;
  const char *colon = left ? memchr(numbers, ':', left) : NULL;
  size_t first = colon ? (size_t)(colon - numbers) : left;
  int64_t soft = 0, hard = 0;
  if (!equal || !ct_parse_integer(numbers, first, &soft) ||
      (colon && !ct_parse_integer(colon + 1, left - first - 1, &hard))) {
    /* podman: "host" keeps the limits of the caller */
    if (!is(text, length, "host")) refuse(reader, at, "limit of resources", text, length);
    return;
  }
  ct_ulimit *limit = CT_APPEND(reader, &reader->container->ulimits, at);
  if (!limit) return;
  limit->at = at;
  set_part(reader, &limit->name, at, text, (size_t)(equal - text));
  ct_set_number(&limit->soft, at, soft);
  ct_set_number(&limit->hard, at, colon ? hard : soft);
}
