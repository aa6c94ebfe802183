/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One container as reports for people look at it. What is computed once serves every form. */
#ifndef CT_REPORT_VIEW_H
#define CT_REPORT_VIEW_H

#include "report/calls.h"
#include "report/page.h"
#include "report/report.h"

#define CT_LAYERS 5
enum { CT_LAYER_NAMESPACES, CT_LAYER_CGROUPS, CT_LAYER_CAPABILITIES, CT_LAYER_SECCOMP, CT_LAYER_LSM };

typedef struct ct_layer {
  const char *name;
  ct_hold hold;
  const char *text;
} ct_layer;

typedef struct ct_view {
  const ctsec_options *options;
  /* What is reported, and its container. */
  const ctsec_findings *findings;
  uint32_t index;
  const ct_container *container;
  /* What every rule says of the same container, whatever was left out of the report. */
  const ctsec_findings *all;
  int lang;
  ct_arena arena;
  ct_call_table calls;
  ct_layer layers[CT_LAYERS];
  /* Memory ran out somewhere. */
  int failed;
} ct_view;

/* Fills in `layers`; the other members are set. */
void ct_view_layers(ct_view *view);
/* The five layers as a picture. */
void ct_view_picture(const ct_view *view, ct_buffer *out);

/* What this container may do, and what keeps it from more. */
void ct_view_statement(ct_view *view, ct_page *page);
/* What its filter does with system calls; a part of the statement. */
void ct_view_say_calls(ct_view *view, ct_page *page);
/* The four areas, each item with its evidence. */
void ct_view_checklist(ct_view *view, ct_page *page);

/* Helpers. Texts live in the arena; never NULL. */
const char *ct_view_keep(ct_view *view, ct_buffer *buffer);
const char *ct_view_word(const ct_view *view, ct_message_id id);
/* "CHOWN SETUID"; "none". */
void ct_view_add_caps(const ct_view *view, ct_buffer *buffer, uint64_t mask);
/* It has the host's own file systems, not mounts from them. */
int ct_view_sees_host(const ct_view *view);
/* What filters system calls: "the default profile of docker". */
const char *ct_view_profile(ct_view *view);
/* "/etc -> /host (rw), ..." of what the container has from the host. */
const char *ct_view_binds(ct_view *view);
/* " (12:5)", where it stands. */
void ct_view_add_place(const ct_view *view, ct_buffer *buffer, const ct_value *at);
int ct_count_bits(uint64_t mask);

#endif
