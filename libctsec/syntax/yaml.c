/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libyaml behind the door: its events become nodes of ours, then the tree.
 *
 * Scalars are resolved as go-yaml v3 does, which Compose uses: true and false
 * (three spellings) are the only booleans, 0o17 and 017 are octal, 1_000 is a
 * number. What it calls a date, a not-a-number or an infinity stays text.
 */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/library.h"
#include "base/utf8.h"
#include "syntax/names.h"
#include "syntax/scalar.h"

/* Offsets are 32 bits, and libyaml's own sums stay far from overflow. */
#define LARGEST_TEXT ((uint64_t)INT32_MAX)

#define MOST_TAG_DIRECTIVES 1000

typedef struct node node;

/* An item, or a member with its key. */
typedef struct entry {
  const char *key;
  uint32_t key_length;
  uint32_t key_offset;
  /* Brought by an alias or a merge: a copy. */
  int copied;
  node *value;
  struct entry *next;
} entry;

struct node {
  /* CT_STRING stands for any scalar until its text is resolved: text and length are its, entries and count a container's. */
  uint8_t kind;
  uint8_t plain;
  /* Being read still: an alias to it would have no end. */
  uint8_t open;
  union {
    uint32_t length;
    uint32_t count;
  };
  uint32_t offset;
  uint32_t end;
  union {
    const char *text;
    entry *entries;
  };
  const char *tag;
  node *next_document;
};

typedef struct frame {
  node *container;
  entry **tail;
  /* Of a mapping: the key whose value comes next. */
  const node *key;
  ct_names keys;
  /* The merge entry's value. */
  entry *merge;
} frame;

#define YAML_FUNCTIONS(F) \
  F(yaml_event_delete) \
  F(yaml_parser_delete) \
  F(yaml_parser_initialize) \
  F(yaml_parser_parse) \
  F(yaml_parser_set_encoding) \
  F(yaml_parser_set_input_string)

typedef struct libyaml {
#define FUNCTION(name) __typeof__(name) *name;
  YAML_FUNCTIONS(FUNCTION)
#undef FUNCTION
} libyaml;

#define NAME(name) #name "\0"
static const char libyaml_names[] = YAML_FUNCTIONS(NAME);
#undef NAME
static ct_library library;

CT_LIBRARY_NOTE("[{\"feature\":\"yaml\",\"description\":\"YAML input\",\"priority\":\"required\",\"soname\":[\"" CT_LIBYAML
                "\"]}]");

typedef struct reading {
  /* For what is dropped at the end. */
  ct_arena scratch;
  ct_arena *arena;
  libyaml yaml;
  yaml_parser_t parser;
  const char *source;
  const char *text;
  size_t length;
  /* All ASCII: characters are bytes. */
  int plain;
  /* libyaml counts characters; this is where its last mark was in bytes. */
  size_t mark_index;
  size_t mark_offset;
  frame *frames;
  uint32_t depth;
  /* Slots of mappings that ended, the next in the first of each. */
  ct_name *spare;
  ct_names anchors;
  node *first_document;
  node **last_document;
  uint32_t documents;
  uint64_t nodes;
  uint64_t copies;
  uint64_t depth_limit;
  uint64_t node_limit;
  uint64_t copy_limit;
  /* The value being copied, once all is read. */
  const ct_value *value;
  ctsec_error **err;
} reading;

static void add_pointer(const reading *r, ct_buffer *pointer) {
  ct_value_add_pointer(pointer, r->value);
  for (uint32_t i = 0; i < r->depth; i++) {
    const frame *f = &r->frames[i];
    if (f->container->kind == CT_ARRAY) {
      /* An open container below is counted already when it begins. */
      uint32_t index = f->container->count - (i + 1 < r->depth && f->container->count);
      ct_buffer_format(pointer, "/%u", index);
    } else if (f->key) {
      ct_buffer_char(pointer, '/');
      for (uint32_t n = 0; n < f->key->length; n++) {
        char c = f->key->text[n];
        if (c == '~' || c == '/')
          ct_buffer_text(pointer, c == '~' ? "~0" : "~1");
        else
          ct_buffer_char(pointer, c);
      }
    }
  }
  ct_buffer_char(pointer, '\0');
}

static int fail(const reading *r, int code, size_t offset, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static int fail(const reading *r, int code, size_t offset, const char *format, ...) {
  if (!r->err) return code;
  ct_document document = {r->source, r->text, r->length, NULL, 0, 0, NULL};
  ct_place place = CT_NO_PLACE;
  ct_buffer message, pointer;
  ct_buffer_init(&message);
  ct_buffer_init(&pointer);
  va_list arguments;
  va_start(arguments, format);
  ct_buffer_vformat(&message, format, arguments);
  va_end(arguments);
  add_pointer(r, &pointer);
  place.source = r->source;
  place.offset = (int64_t)offset;
  place.pointer = pointer.failed ? NULL : pointer.data;
  ct_document_locate(&document, offset, &place.line, &place.column);
  if (message.failed || pointer.failed)
    code = ct_error_nomem(r->err);
  else
    ct_error_at(r->err, code, &place, "%.*s", (int)message.length, message.data);
  ct_buffer_free(&message);
  ct_buffer_free(&pointer);
  return code;
}

static uint32_t offset_of(reading *r, const yaml_mark_t *mark) {
  if (r->plain) return (uint32_t)(mark->index < r->length ? mark->index : r->length);
  size_t index = r->mark_index, offset = r->mark_offset;
  while (index < mark->index && offset < r->length) {
    int n = ct_utf8_length(r->text + offset, r->length - offset);
    offset += n ? (size_t)n : 1;
    index++;
  }
  while (index > mark->index && offset) {
    do offset--;
    while (offset && (r->text[offset] & 0xc0) == 0x80);
    index--;
  }
  r->mark_index = index;
  r->mark_offset = offset;
  return (uint32_t)offset;
}

static int parser_failed(reading *r) {
  const yaml_parser_t *p = &r->parser;
  /* libyaml names no error where it had no memory for a tag. */
  if (p->error == YAML_MEMORY_ERROR || p->error == YAML_NO_ERROR) return ct_error_nomem(r->err);
  const char *problem = p->problem ? p->problem : "unreadable YAML";
  if (p->error == YAML_READER_ERROR) return fail(r, CTSEC_E_SYNTAX, p->problem_offset, "%s", problem);
  uint32_t offset = offset_of(r, &p->problem_mark);
  if (p->error == YAML_SCANNER_ERROR && offset < r->length && r->text[offset] == '\t')
    return fail(r, CTSEC_E_SYNTAX, offset, "a tab where only spaces may indent");
  if (!p->context) return fail(r, CTSEC_E_SYNTAX, offset, "%s", problem);
  return fail(r, CTSEC_E_SYNTAX, offset, "%s, %s", problem, p->context);
}

static int too_many_copies(const reading *r, size_t offset) {
  return fail(r, CTSEC_E_LIMIT, offset, "aliases add more values than the limit of %llu",
              (unsigned long long)r->copy_limit);
}

static char *copy_text(reading *r, const yaml_char_t *text, size_t length) {
  char *copy = ct_arena_take(r->arena, length + 1);
  if (copy) memcpy(copy, text, length);
  return copy;
}

static int new_node(reading *r, ct_kind kind, const yaml_event_t *event, node **result) {
  uint32_t offset = offset_of(r, &event->start_mark);
  if (++r->nodes > r->node_limit)
    return fail(r, CTSEC_E_LIMIT, offset, "more values than the limit of %llu", (unsigned long long)r->node_limit);
  node *made = ct_arena_take(&r->scratch, sizeof *made);
  if (!made) return ct_error_nomem(r->err);
  made->kind = (uint8_t)kind;
  made->offset = offset;
  made->end = offset_of(r, &event->end_mark);
  *result = made;
  return 0;
}

static int set_tag(reading *r, node *n, const yaml_char_t *tag) {
  if (!tag) return 0;
  n->tag = ct_arena_string(&r->scratch, (const char *)tag);
  return n->tag ? 0 : ct_error_nomem(r->err);
}

static int set_anchor(reading *r, node *n, const yaml_char_t *anchor) {
  if (!anchor) return 0;
  const char *name = ct_arena_string(&r->scratch, (const char *)anchor);
  if (!name) return ct_error_nomem(r->err);
  void **place = ct_names_place(&r->anchors, &r->scratch, name, strlen(name));
  if (!place) return ct_error_nomem(r->err);
  *place = n;
  return 0;
}

static int is_merge(const node *key) {
  return key->plain && key->length == 2 && !memcmp(key->text, "<<", 2) &&
         (!key->tag || !strcmp(key->tag, "tag:yaml.org,2002:merge"));
}

static int set_key(reading *r, frame *f, const node *key, uint32_t offset) {
  if (key->kind != CT_STRING) return fail(r, CTSEC_E_SYNTAX, offset, "a key that is a list or a mapping");
  void **place = ct_names_place(&f->keys, &r->scratch, key->text, key->length);
  if (!place) return ct_error_nomem(r->err);
  if (*place)
    return fail(r, CTSEC_E_SYNTAX, offset, "the key `%.*s` stands twice in one mapping", (int)key->length, key->text);
  *place = f;
  if (key->offset != offset) {
    node *own = ct_arena_take(&r->scratch, sizeof *own);
    if (!own) return ct_error_nomem(r->err);
    *own = *key;
    own->offset = offset;
    key = own;
  }
  f->key = key;
  return 0;
}

static int append(reading *r, frame *f, entry row) {
  entry *made = ct_arena_take(&r->scratch, sizeof *made);
  if (!made) return ct_error_nomem(r->err);
  *made = row;
  made->next = NULL;
  *f->tail = made;
  f->tail = &made->next;
  f->container->count++;
  return 0;
}

/* Gives a node, or what an alias stands for, to the innermost container. offset: where it is written. */
static int add_node(reading *r, node *n, int copied, uint32_t offset) {
  if (!r->depth) {
    *r->last_document = n;
    r->last_document = &n->next_document;
    r->documents++;
    return 0;
  }
  frame *f = &r->frames[r->depth - 1];
  if (f->container->kind == CT_ARRAY) return append(r, f, (entry){.value = n, .copied = copied});
  if (!f->key) return set_key(r, f, n, offset);
  const node *key = f->key;
  if (is_merge(key)) {
    f->merge = ct_arena_take(&r->scratch, sizeof *f->merge);
    if (!f->merge) return ct_error_nomem(r->err);
    *f->merge = (entry){.value = n, .copied = copied, .key_offset = key->offset};
    if (!n->open) f->key = NULL;
    return 0;
  }
  if (!n->open) f->key = NULL;
  return append(r, f, (entry){key->text, key->length, key->offset, copied, n, NULL});
}

static int push(reading *r, node *container) {
  if (r->depth >= r->depth_limit)
    return fail(r, CTSEC_E_LIMIT, container->offset, "nested deeper than the limit of %llu",
                (unsigned long long)r->depth_limit);
  frame *frames = ct_arena_grow(&r->scratch, r->frames, r->depth, sizeof *frames);
  if (!frames) return ct_error_nomem(r->err);
  r->frames = frames;
  frame *f = &frames[r->depth++];
  *f = (frame){.container = container, .tail = &container->entries};
  if (container->kind == CT_OBJECT && r->spare) {
    f->keys = (ct_names){r->spare, CT_NAMES_LIST, 0};
    r->spare = r->spare->value;
  }
  return 0;
}

static int begin(reading *r, ct_kind kind, const yaml_event_t *event, const yaml_char_t *tag,
                 const yaml_char_t *anchor) {
  node *made = NULL;
  int status = new_node(r, kind, event, &made);
  if (status) return status;
  made->open = 1;
  status = set_tag(r, made, tag);
  if (!status) status = set_anchor(r, made, anchor);
  if (!status) status = add_node(r, made, 0, made->offset);
  return status ? status : push(r, made);
}

static int merge_one(reading *r, frame *f, const node *from, uint32_t offset) {
  if (from->kind != CT_OBJECT)
    return fail(r, CTSEC_E_SYNTAX, offset, "`<<` takes a mapping or a list of mappings");
  for (const entry *e = from->entries; e; e = e->next) {
    void **place = ct_names_place(&f->keys, &r->scratch, e->key, e->key_length);
    if (!place) return ct_error_nomem(r->err);
    if (++r->copies > r->copy_limit) return too_many_copies(r, offset);
    if (*place) continue;
    *place = f;
    entry row = *e;
    row.copied = 1;
    int status = append(r, f, row);
    if (status) return status;
  }
  return 0;
}

/* Explicit members stand; of several sources the first wins. */
static int merge(reading *r, frame *f) {
  const node *from = f->merge->value;
  uint32_t offset = f->merge->key_offset;
  f->key = NULL;
  if (from->kind != CT_ARRAY) return merge_one(r, f, from, offset);
  for (const entry *e = from->entries; e; e = e->next) {
    int status = merge_one(r, f, e->value, offset);
    if (status) return status;
  }
  return 0;
}

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || !c; }

static int end(reading *r, const yaml_event_t *event) {
  frame *f = &r->frames[r->depth - 1];
  node *container = f->container;
  if (f->merge) {
    int status = merge(r, f);
    if (status) return status;
  }
  /* The end of a block is known only at the next token, perhaps lines later. */
  uint32_t last = offset_of(r, &event->end_mark);
  if (event->start_mark.index != event->end_mark.index) {
    container->end = last;
  } else {
    while (last > container->offset && is_blank(r->text[last - 1])) last--;
    container->end = last;
  }
  container->open = 0;
  if (f->keys.size == CT_NAMES_LIST) {
    f->keys.slots->value = r->spare;
    r->spare = f->keys.slots;
  }
  r->depth--;
  if (r->depth && r->frames[r->depth - 1].container->kind == CT_OBJECT) {
    frame *outer = &r->frames[r->depth - 1];
    outer->key = NULL;
  }
  return 0;
}

static int scalar(reading *r, const yaml_event_t *event) {
  node *made = NULL;
  int status = new_node(r, CT_STRING, event, &made);
  if (status) return status;
  made->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  made->length = (uint32_t)event->data.scalar.length;
  made->text = copy_text(r, event->data.scalar.value, event->data.scalar.length);
  if (!made->text) return ct_error_nomem(r->err);
  /* The reader refuses the character itself: only an escape makes one. */
  if (event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE && memchr(made->text, '\0', made->length))
    return fail(r, CTSEC_E_SYNTAX, made->offset, "a NUL character, at which other programs cut the text");
  status = set_tag(r, made, event->data.scalar.tag);
  if (!status) status = set_anchor(r, made, event->data.scalar.anchor);
  return status ? status : add_node(r, made, 0, made->offset);
}

static int alias(reading *r, const yaml_event_t *event) {
  const char *name = (const char *)event->data.alias.anchor;
  uint32_t offset = offset_of(r, &event->start_mark);
  node *target = ct_names_find(&r->anchors, name, strlen(name));
  if (!target) return fail(r, CTSEC_E_SYNTAX, offset, "no anchor `&%s` stands before this alias", name);
  if (target->open) return fail(r, CTSEC_E_SYNTAX, offset, "the alias `*%s` stands within what it repeats", name);
  return add_node(r, target, 1, offset);
}

static int read_event(reading *r, const yaml_event_t *event) {
  switch (event->type) {
    case YAML_DOCUMENT_START_EVENT: r->anchors = (ct_names){0}; return 0;
    case YAML_SCALAR_EVENT: return scalar(r, event);
    case YAML_ALIAS_EVENT: return alias(r, event);
    case YAML_SEQUENCE_START_EVENT:
      return begin(r, CT_ARRAY, event, event->data.sequence_start.tag, event->data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
      return begin(r, CT_OBJECT, event, event->data.mapping_start.tag, event->data.mapping_start.anchor);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: return end(r, event);
    default: return 0;
  }
}

static int read_events(reading *r) {
  for (;;) {
    yaml_event_t event;
    if (!r->yaml.yaml_parser_parse(&r->parser, &event)) return parser_failed(r);
    int last = event.type == YAML_STREAM_END_EVENT;
    int status = read_event(r, &event);
    r->yaml.yaml_event_delete(&event);
    if (status) return status;
    if (last) break;
  }
  if (!r->documents) return fail(r, CTSEC_E_SYNTAX, r->length, "the input is empty");
  return 0;
}

/* libyaml compares each %TAG with all others, before it reports any. */
static int check_directives(const reading *r) {
  if (!r->length) return 0;
  const char *end = r->text + r->length, *at = r->text;
  for (unsigned count = 0; (at = memchr(at, '%', (size_t)(end - at))); at++) {
    if (end - at < 4 || memcmp(at, "%TAG", 4)) continue;
    /* The last bytes of all that YAML 1.1 takes for the end of a line. */
    int begins_line = at == r->text || strchr("\n\r\x85\xa8\xa9", at[-1]);
    if (begins_line && ++count > MOST_TAG_DIRECTIVES)
      return fail(r, CTSEC_E_LIMIT, (size_t)(at - r->text), "more than %d tag directives", MOST_TAG_DIRECTIVES);
  }
  return 0;
}

static int resolve(reading *r, const node *n, ct_value *value) {
  static const char standard[] = "tag:yaml.org,2002:";
  const char *tag = n->tag;
  value->quoted = !n->plain;
  value->kind = CT_STRING;
  value->as.string = n->text;
  value->length = n->length;
  if (tag && !strncmp(tag, standard, sizeof standard - 1)) {
    tag += sizeof standard - 1;
    if (!strcmp(tag, "binary")) return fail(r, CTSEC_E_UNSUPPORTED, n->offset, "binary data");
    if (!strcmp(tag, "str") || !strcmp(tag, "timestamp")) {
      value->quoted = 1;
      return 0;
    }
    int wanted = !strcmp(tag, "null")    ? CT_NULL
                 : !strcmp(tag, "bool")  ? CT_BOOL
                 : !strcmp(tag, "int")   ? CT_INTEGER
                 : !strcmp(tag, "float") ? CT_REAL
                                         : -1;
    if (wanted < 0) return 0;
    if (ct_scalar_resolve(&r->scratch, n->text, n->length, value)) return ct_error_nomem(r->err);
    if (wanted == CT_REAL && value->kind == CT_INTEGER) {
      double real = (double)value->as.magnitude;
      value->as.real = value->negative ? -real : real;
      value->negative = 0;
      value->kind = CT_REAL;
    }
    if (value->kind != wanted)
      return fail(r, CTSEC_E_SYNTAX, n->offset, "`%.*s` is not what its tag !!%s says", (int)n->length, n->text, tag);
    return 0;
  }
  /* A tag of somebody's own, and "!", leave text; but those of Compose say nothing of the kind. */
  if (!n->plain || (tag && strcmp(tag, "!reset") && strcmp(tag, "!override"))) return 0;
  return ct_scalar_resolve(&r->scratch, n->text, n->length, value) ? ct_error_nomem(r->err) : 0;
}

/* A container whose entries are being copied. */
typedef struct level {
  ct_value *value;
  const entry *next;
  uint32_t index;
  int copied;
} level;

typedef struct copying {
  level *levels;
  uint32_t depth;
} copying;

static int copy_node(reading *r, copying *c, const node *n, int copied, ct_value *value) {
  r->value = value;
  if (copied && ++r->copies > r->copy_limit) return too_many_copies(r, n->offset);
  value->offset = n->offset;
  value->end = n->end;
  value->tag = CT_TAG_NONE;
  if (n->tag && !strcmp(n->tag, "!reset")) value->tag = CT_TAG_RESET;
  if (n->tag && !strcmp(n->tag, "!override")) value->tag = CT_TAG_OVERRIDE;
  if (n->kind == CT_STRING) return resolve(r, n, value);
  if (c->depth >= r->depth_limit)
    return fail(r, CTSEC_E_LIMIT, n->offset, "nested deeper than the limit of %llu",
                (unsigned long long)r->depth_limit);
  value->kind = (uint8_t)n->kind;
  value->count = n->count;
  value->as.items = ct_arena_array(r->arena, n->count, sizeof *value);
  level *levels = ct_arena_grow(&r->scratch, c->levels, c->depth, sizeof *levels);
  if (!value->as.items || !levels) return ct_error_nomem(r->err);
  c->levels = levels;
  levels[c->depth++] = (level){value, n->entries, 0, copied};
  return 0;
}

static int copy_document(reading *r, const node *n, ct_value *root) {
  copying c = {0};
  int status = copy_node(r, &c, n, 0, root);
  while (!status && c.depth) {
    level *l = &c.levels[c.depth - 1];
    const entry *e = l->next;
    if (!e) {
      c.depth--;
      continue;
    }
    l->next = e->next;
    ct_value *parent = l->value;
    ct_value *child = &parent->as.items[l->index];
    child->parent = parent;
    child->index = l->index++;
    child->key = e->key;
    child->key_length = e->key_length;
    child->key_offset = e->key_offset;
    status = copy_node(r, &c, e->value, l->copied || e->copied, child);
  }
  return status;
}

static int make_document(reading *r, const ct_document **document) {
  ct_document *made = ct_arena_alloc(r->arena, sizeof *made);
  ct_value *roots = ct_arena_array(r->arena, r->documents, sizeof *roots);
  char *text = ct_arena_copy(r->arena, r->text, r->length);
  if (made && r->source) made->source = ct_arena_string(r->arena, r->source);
  if (!made || !roots || !text || (r->source && !made->source)) return ct_error_nomem(r->err);
  made->text = text;
  made->length = r->length;
  made->roots = roots;
  made->root_count = r->documents;
  uint32_t i = 0;
  for (const node *n = r->first_document; n; n = n->next_document) {
    int status = copy_document(r, n, &roots[i]);
    if (status) return status;
    roots[i].index = i;
    i++;
  }
  *document = made;
  return 0;
}

int ct_yaml_parse(ct_arena *arena, const char *text, size_t length, const ctsec_options *options,
                  const ct_document **document, ctsec_error **err) {
  reading r = {.arena = arena,
               .source = ct_options_source(options),
               .text = text,
               .length = length,
               .depth_limit = ct_options_limit(options, CTSEC_LIMIT_DEPTH),
               .node_limit = ct_options_limit(options, CTSEC_LIMIT_NODES),
               .copy_limit = ct_options_limit(options, CTSEC_LIMIT_ALIASES),
               .err = err};
  r.last_document = &r.first_document;
  int large = ct_options_check_bytes(options, length, LARGEST_TEXT, err);
  if (large) return large;
  r.plain = ct_utf8_is_ascii(text, length);
  int status = check_directives(&r);
  if (status) return status;
  status = ct_library_find(&library, CT_LIBYAML, libyaml_names, &r.yaml, err);
  if (status) return status;
  if (r.yaml.yaml_parser_initialize(&r.parser)) {
    r.yaml.yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    r.yaml.yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, length);
    status = read_events(&r);
    r.yaml.yaml_parser_delete(&r.parser);
    if (!status) status = make_document(&r, document);
  } else {
    status = ct_error_nomem(err);
  }
  ct_arena_free(&r.scratch);
  return status;
}
