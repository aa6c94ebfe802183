/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "container/model.h"

static const char *const names[CT_FORMAT_COUNT] = {
    [CT_FORMAT_DOCKER_INSPECT] = "docker-inspect", [CT_FORMAT_PODMAN_INSPECT] = "podman-inspect",
    [CT_FORMAT_OCI] = "oci",                       [CT_FORMAT_COMPOSE] = "compose",
    [CT_FORMAT_KUBERNETES] = "kubernetes",         [CT_FORMAT_CRICTL] = "crictl",
    [CT_FORMAT_RUN] = "run",                       [CT_FORMAT_PROC] = "proc",
    [CT_FORMAT_DOCKERFILE] = "dockerfile",
};

const char *ct_format_name(ct_format format) { return format < CT_FORMAT_COUNT ? names[format] : NULL; }

ct_format ct_format_find(const char *name) {
  for (int i = 1; i < CT_FORMAT_COUNT; i++)
    if (!strcmp(names[i], name)) return (ct_format)i;
  return CT_FORMAT_NONE;
}

static int has(const ct_value *value, const char *key) { return ct_value_member(value, key) != NULL; }

static int is_podman(const ct_value *value) {
  static const char marks[][14] = {"EffectiveCaps", "BoundingCaps", "OCIRuntime", "ImageName", "ConmonPidFile",
                                      "IsInfra",       "StaticDir",    "OCIConfigPath"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (has(value, marks[i])) return 1;
  return has(ct_value_member(value, "State"), "OciVersion") || has(ct_value_member(value, "HostConfig"), "CgroupManager");
}

/* What a JSON object that is no container's looks like, and what to do instead. */
static const char *other_kind(const ct_value *value) {
  if ((has(value, "RepoTags") || has(value, "RepoDigests") || has(value, "RootFS")) && !has(value, "HostConfig"))
    return "this is the inspect output of an image, not of a container; use `docker inspect --type container NAME`";
  if (has(value, "Mountpoint") && has(value, "Driver"))
    return "this is the inspect output of a volume, not of a container";
  if (has(value, "IPAM") || (has(value, "subnets") && has(value, "network_interface")))
    return "this is the inspect output of a network, not of a container";
  if (has(value, "InfraContainerID") || has(value, "InfraConfig"))
    return "this is the inspect output of a pod; inspect its containers";
  if (has(value, "ServerVersion") || has(value, "ContainersRunning"))
    return "this is the output of `docker info`, which describes no container";
  if (has(value, "Command") && has(value, "Names"))
    return "this is a list of containers (ps); `docker inspect NAME` has what is needed";
  if (has(value, "defaultAction") && (has(value, "syscalls") || has(value, "architectures")))
    return "this is a seccomp profile, not a container; `ctsec seccomp` reads it";
  if (has(value, "HostConfig") || has(value, "Config"))
    return "the member `HostConfig` is missing or null: without it nothing can be said about this container";
  return NULL;
}

static int no_container(const ct_document *document, const ct_value *value, ctsec_error **err) {
  if (value->kind != CT_OBJECT)
    return ct_error_value(err, CTSEC_E_SCHEMA, document, value, "no container: expected an object, found %s",
                          ct_kind_name(value->kind));
  const char *other = other_kind(value);
  if (other) return ct_error_value(err, CTSEC_E_SCHEMA, document, value, "%s", other);
  return ct_error_value(err, CTSEC_E_SCHEMA, document, value,
                        "no container is described here: neither `HostConfig` (docker inspect, podman inspect) nor "
                        "`ociVersion` (OCI configuration) is a member");
}

int ct_format_detect(const ct_document *document, const ct_value *value, ct_format *format, ctsec_error **err) {
  if (ct_value_is(value, CT_OBJECT)) {
    const ct_value *host = ct_value_member(value, "HostConfig");
    if (host && host->kind != CT_NULL) {
      *format = is_podman(value) ? CT_FORMAT_PODMAN_INSPECT : CT_FORMAT_DOCKER_INSPECT;
      return 0;
    }
    /* crictl: the answer of the CRI, which a Kubernetes object has beside what it is. */
    const ct_value *answer = ct_value_member(value, "status");
    if (answer && !has(value, "kind") && (has(value, "info") || (has(answer, "imageRef") && has(answer, "metadata")))) {
      *format = CT_FORMAT_CRICTL;
      return 0;
    }
    if (has(value, "ociVersion") && !other_kind(value)) {
      *format = CT_FORMAT_OCI;
      return 0;
    }
  }
  return no_container(document, value, err);
}
