/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "container/inspect.h"

/* Null is the empty set here, not "nothing said". */
static void read_set(ct_reader *reader, const ct_value *object, const char *key, ct_set *set) {
  const ct_value *value = ct_value_member(object, key);
  if (!value || !ct_read_kind(reader, value, CT_BIT(CT_NULL) | CT_BIT(CT_ARRAY))) return;
  uint64_t mask = 0;
  for (uint32_t i = 0; value->kind == CT_ARRAY && i < value->count; i++) {
    const ct_value *item = &value->as.items[i];
    if (!ct_read_kind(reader, item, CT_BIT(CT_STRING))) return;
    int number = ct_cap_named(item->as.string, item->length);
    if (number >= 0) {
      mask |= UINT64_C(1) << number;
      continue;
    }
    ct_texts *unknown = &reader->container->unknown_caps;
    ct_text *grown = ct_arena_grow(reader->arena, (void *)(uintptr_t)unknown->items, unknown->count, sizeof *grown);
    if (!grown) {
      ct_read_nomem(reader);
      return;
    }
    unknown->items = grown;
    grown[unknown->count++] = (ct_text){{CT_SET, 0, item}, item->as.string, item->length};
    unknown->from = (ct_origin){CT_SET, 0, value};
  }
  set->from = (ct_origin){CT_SET, 0, value};
  set->mask = mask;
}

/* Containers of a user's own podman live below that user's folders. */
static void read_rootless(ct_reader *reader, const ct_value *value) {
  static const char run[] = "/run/user/";
  ct_flag *mapped = &reader->container->user_mapped;
  if (!ct_is_set(mapped->from) && value->length > sizeof run - 1 && !memcmp(value->as.string, run, sizeof run - 1))
    *mapped = (ct_flag){{CT_SET, 0, value}, 1};
}

/* Inspects do not show unmask=ALL; the command line that made the container does. */
static void read_unmask(ct_reader *reader) {
  static const char option[] = "--security-opt";
  const ct_texts *words = &reader->container->create_command;
  const size_t size = sizeof option - 1;
  for (uint32_t i = 0; i < words->count; i++) {
    const ct_text *word = &words->items[i];
    if (word->length < size || memcmp(word->value, option, size)) continue;
    const char *value = word->value + size + 1;
    size_t length = word->length > size ? word->length - size - 1 : 0;
    if (word->length == size && i + 1 < words->count) {
      word = &words->items[++i];
      value = word->value;
      length = word->length;
    }
    if (length > 7 && !memcmp(value, "unmask=", 7)) ct_read_security_option(reader, word->from.at, value, length);
  }
}

static void pass(ct_reader *reader, const ct_value *value) {
  (void)reader;
  (void)value;
}

void ct_read_podman(ct_reader *reader, const ct_value *object) {
  static const ct_field fields[] = {
      CT_CALL("AppArmorProfile", CT_STRING, pass),
      CT_CALL("Config", CT_OBJECT, ct_inspect_config),
      CT_CALL("ConmonPidFile", CT_STRING, read_rootless),
      CT_CALL("HostConfig", CT_OBJECT, ct_inspect_host),
      CT_TEXT_FIELD("Id", container_id),
      CT_TEXT_FIELD("Image", image_id),
      CT_TEXT_FIELD("ImageName", image),
      CT_TEXT_FIELD("MountLabel", selinux.mount_label),
      CT_CALL("Mounts", CT_ARRAY, ct_inspect_mounts),
      CT_CALL("Name", CT_STRING, ct_inspect_name),
      CT_TEXT_FIELD("OCIRuntime", runtime),
      CT_TEXT_FIELD("ProcessLabel", selinux.process_label),
      CT_CALL("State", CT_OBJECT, ct_inspect_state),
  };
  CT_READ_FIELDS(reader, object, fields, reader->container);
  read_set(reader, object, "BoundingCaps", &reader->container->bounding);
  read_set(reader, object, "EffectiveCaps", &reader->container->effective);
  if (reader->status) return;
  ct_container *container = reader->container;
  /* HostConfig.Runtime is "oci" whatever runs; the runtime's name is beside. */
  const ct_value *runtime = ct_value_member(object, "OCIRuntime");
  if (ct_value_is(runtime, CT_STRING)) ct_read_text(reader, runtime, &container->runtime);
  const ct_value *apparmor = ct_value_member(object, "AppArmorProfile");
  if (ct_value_is(apparmor, CT_STRING)) ct_inspect_apparmor(reader, apparmor);
  read_unmask(reader);
  ct_inspect_missing_mounts(reader, object, container->host_object);
}
