/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* This machine as a target: what a process of it has, and what it runs on. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/options.h"
#include "ctsec/caps.h"

typedef struct place {
  char path[4096];
  char text[16384];
  size_t length;
} place;

static int read_text(place *file, const char *root, const char *name, ctsec_error **err) {
  ct_buffer path;
  ct_buffer_init(&path);
  ct_buffer_format(&path, "%s/%s", root, name);
  ct_buffer_char(&path, '\0');
  int fits = !path.failed && path.length <= sizeof file->path;
  if (fits) memcpy(file->path, path.data, path.length);
  int failed = path.failed;
  ct_buffer_free(&path);
  if (failed) return ct_error_nomem(err);
  if (!fits) return ct_error_set(err, CTSEC_E_ARG, "root: too long for a path");
  int fd = open(file->path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return ct_error_system(err, errno, file->path, "cannot be read");
  ssize_t n;
  file->length = 0;
  do {
    n = read(fd, file->text + file->length, sizeof file->text - file->length);
    if (n > 0) file->length += (size_t)n;
  } while ((n > 0 && file->length < sizeof file->text) || (n < 0 && errno == EINTR));
  int number = errno;
  close(fd);
  return n < 0 ? ct_error_system(err, number, file->path, "cannot be read") : 0;
}

static size_t first_line(const place *file) {
  size_t length = 0;
  while (length < file->length && file->text[length] != '\n') length++;
  return length;
}

static int set_caps(ctsec_options *options, const place *status, ctsec_error **err) {
  static const char digits[] = "0123456789abcdef";
  ctsec_credentials *credentials = NULL;
  uint64_t mask = 0;
  char text[18] = "0x";
  int failed = ctsec_credentials_parse(status->text, status->length, NULL, &credentials, err);
  if (failed) return failed;
  int state = ctsec_credentials_set(credentials, CTSEC_SET_BOUNDING, &mask);
  ctsec_credentials_free(credentials);
  if (state != CTSEC_STATE_SET) return ct_error_set(err, CTSEC_E_SCHEMA, "%s: no bounding set", status->path);
  for (int i = 0; i < 16; i++) text[2 + i] = digits[mask >> (60 - 4 * i) & 15];
  return ctsec_options_set(options, "caps", text, sizeof text, err);
}

/* The kernel's own word since Linux 6.1; before, what uname() says. mips does not say its byte order. */
static int set_arch(ctsec_options *options, place *file, const char *root, ctsec_error **err) {
  static const union {
    uint16_t number;
    char little;
  } order = {1};
  struct utsname names;
  char name[sizeof names.machine + 2];
  size_t length = 0;
  if (!read_text(file, root, "sys/kernel/arch", NULL)) length = first_line(file);
  const char *text = file->text;
  if (!length && !uname(&names)) {
    text = names.machine;
    length = strlen(text);
  }
  if (!length || length >= sizeof names.machine) return ct_error_set(err, CTSEC_E_IO, "the architecture cannot be read");
  memcpy(name, text, length);
  if ((length == 4 || length == 6) && !memcmp(name, "mips", 4) && order.little) {
    memcpy(name + length, "el", 2);
    length += 2;
  }
  return ctsec_options_set(options, "arch", name, length, err);
}

int ctsec_options_read(ctsec_options *options, const char *root, int32_t pid, ctsec_error **err) {
  place file;
  char name[32] = "self/status";
  if (!options) return ct_error_null(err, "options");
  if (!root) return ct_error_null(err, "root");
  if (pid < 0) return ct_error_set(err, CTSEC_E_ARG, "%d is no process", pid);
  if (pid) {
    ct_buffer number;
    ct_buffer_init(&number);
    ct_buffer_format(&number, "%d/status", pid);
    ct_buffer_char(&number, '\0');
    int failed = number.failed;
    if (!failed) memcpy(name, number.data, number.length);
    ct_buffer_free(&number);
    if (failed) return ct_error_nomem(err);
  }
  /* All is read before anything is set. */
  ctsec_options *found = NULL;
  int status = ctsec_options_new(&found, err);
  if (!status) status = read_text(&file, root, name, err);
  if (!status) status = set_caps(found, &file, err);
  if (!status) status = set_arch(found, &file, root, err);
  if (!status) status = read_text(&file, root, "sys/kernel/osrelease", err);
  if (!status) status = ctsec_options_set(found, "kernel", file.text, first_line(&file), err);
  const char *caps = options->caps, *arch = options->arch;
  if (!status && !caps) caps = ct_arena_string(&options->arena, found->caps);
  if (!status && !arch) arch = ct_arena_string(&options->arena, found->arch);
  if (!status && (!caps || !arch)) status = ct_error_nomem(err);
  if (!status) {
    options->caps = caps;
    options->arch = arch;
    if (!options->kernel.known) options->kernel = found->kernel;
  }
  ctsec_options_free(found);
  return status;
}
