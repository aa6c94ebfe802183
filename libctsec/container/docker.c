/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "container/inspect.h"

static void pass(ct_reader *reader, const ct_value *value) {
  (void)reader;
  (void)value;
}

void ct_read_docker(ct_reader *reader, const ct_value *object) {
  static const ct_field fields[] = {
      /* After HostConfig, whose options it must not hide. */
      CT_CALL("AppArmorProfile", CT_STRING, pass),
      CT_CALL("Config", CT_OBJECT, ct_inspect_config),
      CT_CALL("HostConfig", CT_OBJECT, ct_inspect_host),
      CT_TEXT_FIELD("Id", container_id),
      CT_TEXT_FIELD("Image", image_id),
      CT_TEXT_FIELD("MountLabel", selinux.mount_label),
      CT_CALL("Mounts", CT_ARRAY, ct_inspect_mounts),
      CT_CALL("Name", CT_STRING, ct_inspect_name),
      CT_TEXT_FIELD("Platform", platform),
      CT_TEXT_FIELD("ProcessLabel", selinux.process_label),
      CT_CALL("State", CT_OBJECT, ct_inspect_state),
  };
  CT_READ_FIELDS(reader, object, fields, reader->container);
  if (reader->status) return;
  const ct_text *platform = &reader->container->platform;
  if (ct_text_is(platform, "windows")) {
    reader->status = ct_error_value(reader->err, CTSEC_E_UNSUPPORTED, reader->document, platform->from.at,
                                    "this is a Windows container: there is nothing to say about it");
    return;
  }
  const ct_value *apparmor = ct_value_member(object, "AppArmorProfile");
  if (ct_value_is(apparmor, CT_STRING)) ct_inspect_apparmor(reader, apparmor);
  ct_inspect_missing_mounts(reader, object, reader->container->host_object);
}
