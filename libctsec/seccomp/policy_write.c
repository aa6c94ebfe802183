/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "seccomp/names.h"
#include "seccomp/verdict.h"

static void write_rule(ct_json *json, const ct_table *table, const ct_rule *rule) {
  ct_json_object(json);
  ct_json_key_text(json, "rule", rule->pointer);
  ct_action_write(json, table->abi.audit, &rule->action);
  ct_json_key(json, "conditions");
  ct_json_array(json);
  for (uint32_t i = 0; i < rule->count; i++) {
    const ct_condition *condition = &rule->conditions[i];
    ct_json_object(json);
    ct_json_key_unsigned(json, "index", condition->index);
    ct_json_key_text(json, "op", ct_op_name(condition->op));
    ct_json_key(json, "value");
    ct_json_hex(json, condition->value);
    ct_json_key(json, "valueTwo");
    ct_json_hex(json, condition->value_two);
    ct_json_end(json);
  }
  ct_json_end(json);
  ct_json_end(json);
}

static void write_table(ct_json *json, const ct_table *table) {
  ct_json_object(json);
  ct_json_key_text(json, "arch", table->abi.name);
  ct_json_key_unsigned(json, "audit", table->abi.audit);
  ct_json_key_unsigned(json, "bits", table->abi.bits);
  ct_json_key(json, "ranges");
  ct_json_array(json);
  for (uint32_t i = 0; i < table->range_count; i++) {
    const ct_range *range = &table->ranges[i];
    ct_json_object(json);
    ct_json_key_unsigned(json, "first", range->first);
    ct_json_key_unsigned(json, "last", range->last);
    ct_action_write(json, table->abi.audit, range->entry ? NULL : &range->action);
    ct_json_key(json, "rules");
    ct_json_array(json);
    for (uint32_t r = 0; range->entry && r < range->entry->count; r++)
      write_rule(json, table, &range->entry->rules[r]);
    ct_json_end(json);
    ct_json_end(json);
  }
  ct_json_end(json);
  ct_json_end(json);
}

int ctsec_policy_to_json(const ctsec_policy *policy, char **text, size_t *length, ctsec_error **err) {
  if (!policy) return ct_error_null(err, "policy");
  if (!text || !length) return ct_error_null(err, text ? "length" : "text");
  ct_json json;
  ct_json_init(&json, 0);
  ct_json_object(&json);
  ct_json_key_text(&json, "schema", "ctsec/policy/1");
  ct_json_key(&json, "target");
  if (policy->target)
    ct_json_raw(&json, policy->target, strlen(policy->target));
  else
    ct_json_null(&json);
  ct_json_key_text(&json, "source", policy->source);
  ct_json_key_bool(&json, "unconfined", policy->unconfined);
  ct_json_key(&json, "default");
  ct_json_object(&json);
  ct_action_write(&json, policy->tables[policy->native].abi.audit, &policy->default_action);
  ct_json_key_text(&json, "rule", policy->default_pointer);
  ct_json_end(&json);
  ct_json_key_unsigned(&json, "rules", policy->rule_count);
  ct_json_key(&json, "abis");
  ct_json_array(&json);
  for (uint32_t i = 0; i < policy->table_count; i++) write_table(&json, &policy->tables[i]);
  ct_json_end(&json);
  ct_json_end(&json);
  return ct_json_take(&json, text, length) ? ct_error_nomem(err) : 0;
}
