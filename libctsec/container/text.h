/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small languages inside values, shared by command lines and Compose files: volumes, devices, ports, sizes, limits. */
#ifndef CT_CONTAINER_TEXT_H
#define CT_CONTAINER_TEXT_H

#include "container/read.h"

/* A place for one more item at the end of a list of the model; NULL where memory is out. Marks the list as said at `at`. */
void *ct_append(ct_reader *reader, ct_origin *from, void *items, uint32_t *count, size_t size, const ct_value *at);
#define CT_APPEND(reader, list, at)                                                                          \
  ct_append(reader, &(list)->from, &(list)->items, &(list)->count, sizeof *(list)->items, at)

void ct_append_text(ct_reader *reader, ct_texts *list, const ct_value *at, const char *text, size_t length);
/* NAME=VALUE, or a name alone. */
void ct_append_pair(ct_reader *reader, ct_pairs *list, const ct_value *at, const char *text, size_t length);
void ct_set_text(ct_text *text, const ct_value *at, const char *value, size_t length);
void ct_set_flag(ct_flag *flag, const ct_value *at, int value);
void ct_set_number(ct_number *number, const ct_value *at, int64_t value);

/* strconv.ParseBool: 1 t T TRUE true True, and their opposites; 0 where it is neither. */
int ct_parse_bool(const char *text, size_t length, int *value);
/* A decimal integer with an optional sign; 0 where it is none. */
int ct_parse_integer(const char *text, size_t length, int64_t *value);
/* "512", "64m", "1.5GiB": bytes; 0 where it is none. */
int ct_parse_size(const char *text, size_t length, int64_t *bytes);
/* "0.5" processors in 10^-9; 0 where it is none. */
int ct_parse_processors(const char *text, size_t length, int64_t *nano);

/* "128Mi", "0.5", "1e3", "500m": a quantity of Kubernetes in 10^-places, rounded up as there; 0 where it is none. */
int ct_parse_quantity(const char *text, size_t length, int places, int64_t *value);
/* number * 10^ten, rounded up; 0 where it is below 0. */
int ct_scale_quantity(double number, int ten, int64_t *value);

/* "[SOURCE:]DESTINATION[:OPTION,...]". A source that is a path is a bind, else a volume of that name. Fails at `at`. */
/* What follows the second colon of a volume, or the path of a tmpfs: words with commas between them. open: a variable may stand there. */
void ct_read_mount_options(ct_reader *reader, ct_mount *mount, const ct_value *at, const char *text, size_t length,
                           int open);
void ct_read_volume(ct_reader *reader, const ct_value *at, const char *text, size_t length, int open);
/* "HOST[:CONTAINER][:rwm]", or the name of a CDI device. */
void ct_read_device(ct_reader *reader, const ct_value *at, const char *text, size_t length);
/* "[IP:][HOST:]CONTAINER[/PROTOCOL]" */
void ct_read_port(ct_reader *reader, const ct_value *at, const char *text, size_t length);
/* "NAME=SOFT[:HARD]" */
void ct_read_ulimit(ct_reader *reader, const ct_value *at, const char *text, size_t length);

#endif
