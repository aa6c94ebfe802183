/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CT_CONTAINER_KUBERNETES_H
#define CT_CONTAINER_KUBERNETES_H

#include "container/read.h"

/* One pod, or the pod template of a workload. */
typedef struct ct_pod {
  /* The object that was written: Pod, Deployment... */
  const ct_value *object;
  const char *kind;
  const char *space;
  const char *name;
  /* Of the pod or its template; metadata may be NULL. */
  const ct_value *metadata;
  const ct_value *spec;
  /* Why an item of a list is none: then nothing else is set. The caller's. */
  ctsec_error *error;
  struct ct_pod *next;
} ct_pod;

/* Lists of containers in the order in which the standard visits them; NULL past the third. */
const char *ct_pod_list_at(size_t index);

/*
 * The pods of one document: a Pod, a workload with a pod template (of a kind
 * that Kubernetes does not have too), or a List of these, each wrong item of
 * which is one with its error. Other kinds hold none, which is no error. Sets *is_kubernetes
 * where the document has apiVersion and kind.
 */
int ct_pods_find(ct_reader *reader, const ct_value *root, ct_pod **pods, int *is_kubernetes);

/* Fills reader->container from one container of a pod: its own fields, and those of the pod that it inherits. */
void ct_read_kubernetes(ct_reader *reader, const ct_pod *pod, const ct_value *container);

#endif
