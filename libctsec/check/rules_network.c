/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "check/check.h"

static int everywhere(const ct_text *ip) {
  return !ip->length || ct_text_is(ip, "0.0.0.0") || ct_text_is(ip, "::") || ct_text_is(ip, "[::]");
}

static int64_t first_number(const ct_text *text) {
  int64_t value = 0;
  size_t i = 0;
  for (; i < text->length && text->value[i] >= '0' && text->value[i] <= '9' && value < 100000; i++)
    value = value * 10 + (text->value[i] - '0');
  return i ? value : -1;
}

static void check_ports(ct_check *check) {
  const ct_container *container = check->container;
  /* A container in the host's network publishes nothing: its ports are the host's. */
  if (container->namespaces[CT_NS_NET].mode == CT_NS_HOST) return;
  for (uint32_t i = 0; i < container->ports.count; i++) {
    const ct_port *port = &container->ports.items[i];
    const char *host_port = port->host_port.length ? port->host_port.value : "";
    const char *shown = ct_check_text(check, "%s%s%s", host_port, *host_port ? ":" : "", port->container);
    const char *published = port->host_ip.length ? ct_check_text(check, "%s:%s", port->host_ip.value, shown) : shown;
    struct ctsec_finding *finding;
    /* A variable in front may bring an address. */
    if (everywhere(&port->host_ip) && *shown != '$') {
      finding = ct_report(check, CT_RULE_PORT_ALL_IFACES, port->at);
      finding->observed = ct_check_text(check, "%s:%s", port->host_ip.length ? port->host_ip.value : "0.0.0.0", shown);
      /* Without a port of the host, two colons stand for one that the engine picks. */
      finding->values.value = shown;
      finding->values.device = ct_check_text(check, "-p %s", published);
      finding->values.name = *host_port ? shown : ct_check_text(check, ":%s", shown);
    }
    int64_t number = first_number(&port->host_port);
    if (number > 0 && number < 1024) {
      finding = ct_report(check, CT_RULE_PORT_PRIVILEGED, port->host_port.from.at ? port->host_port.from.at : port->at);
      finding->observed = shown;
      finding->values.value = host_port;
    }
    if (!strcmp(port->container, "22/tcp") || !strcmp(port->container, "22")) {
      finding = ct_report(check, CT_RULE_SSH_PORT, port->at);
      finding->observed = shown;
    }
  }
  if (ct_is_true(&container->publish_all) && container->exposed.count) {
    struct ctsec_finding *finding = ct_report(check, CT_RULE_PORT_ALL_IFACES, container->publish_all.from.at);
    finding->observed = ct_said(check, CT_FIELD_PUBLISH_ALL_NAME, "true");
    finding->values.value = finding->values.name = "PORT:PORT";
    finding->values.device = "--publish-all";
  }
}

static int runs_sshd(const ct_texts *words) {
  for (uint32_t i = 0; i < words->count; i++) {
    const ct_text *word = &words->items[i];
    if (ct_text_is(word, "sshd") || (word->length >= 5 && !memcmp(word->value + word->length - 5, "/sshd", 5))) return 1;
  }
  return 0;
}

static void check_ssh(ct_check *check) {
  const ct_container *container = check->container;
  for (uint32_t i = 0; i < container->ports.count; i++)
    if (!strcmp(container->ports.items[i].container, "22/tcp")) return;
  const ct_texts *words = runs_sshd(&container->command) ? &container->command : runs_sshd(&container->entrypoint) ? &container->entrypoint : NULL;
  if (words) {
    ct_report(check, CT_RULE_SSH_PORT, words->from.at)->observed = "sshd";
    return;
  }
  for (uint32_t i = 0; i < container->exposed.count; i++) {
    if (!ct_text_is(&container->exposed.items[i], "22/tcp")) continue;
    ct_report(check, CT_RULE_SSH_PORT, container->exposed.items[i].from.at)->observed = "22/tcp";
    return;
  }
}

/* What an image says it listens on, and as whom. */
static void check_exposed(ct_check *check) {
  const ct_container *container = check->container;
  if (container->format != CT_FORMAT_DOCKERFILE || container->facts.root != CT_NO) return;
  for (uint32_t i = 0; i < container->exposed.count; i++) {
    const ct_text *port = &container->exposed.items[i];
    int64_t number = first_number(port);
    if (number <= 0 || number >= 1024) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_PORT_PRIVILEGED, port->from.at);
    finding->message_id = CT_MESSAGE_EXPOSE_LOW_PORT;
    finding->reason = CT_MESSAGE_REASON_LOW_PORT;
    finding->values.value = ct_check_text(check, "%.*s", (int)port->length, port->value);
    finding->observed = ct_check_text(check, "EXPOSE %s, user %.*s", finding->values.value, (int)container->user.length, container->user.text);
  }
}

void ct_rules_network(ct_check *check) {
  const ct_container *container = check->container;
  check_exposed(check);
  check_ports(check);
  check_ssh(check);
  const ct_namespace *net = &container->namespaces[CT_NS_NET];
  int of_docker = container->format == CT_FORMAT_DOCKER_INSPECT ||
                  (container->format == CT_FORMAT_RUN && container->engine == CTSEC_ENGINE_DOCKER);
  if (of_docker && ct_is_set(net->from) && net->mode == CT_NS_PRIVATE &&
      (!net->text || !strcmp(net->text, "default") || !strcmp(net->text, "bridge"))) {
    struct ctsec_finding *finding =
        ct_report(check, CT_RULE_DEFAULT_BRIDGE, net->from.at ? net->from.at : container->host_object);
    finding->observed = net->from.defaulted ? ct_unsaid(check, CT_FIELD_NET_NAME)
                                            : ct_said(check, CT_FIELD_NET_NAME, net->text ? net->text : "default");
    finding->values.name = "NETWORK";
  }
  for (uint32_t i = 0; i < container->extra_hosts.count; i++) {
    const ct_text *host = &container->extra_hosts.items[i];
    if (!memmem(host->value, host->length, "host-gateway", 12)) continue;
    struct ctsec_finding *finding = ct_report(check, CT_RULE_HOST_ALIASES, host->from.at);
    finding->observed = finding->values.value = ct_check_text(check, "%.*s", (int)host->length, host->value);
  }
}
