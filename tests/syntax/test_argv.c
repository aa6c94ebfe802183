/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "support/support.h"
#include "syntax/argv.h"

/* Words as [text], open ones as [text]*, ** where they may become several, one command a line. */
static void write_commands(const ct_document *document, char *out, size_t size) {
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  const ct_value *root = document->roots;
  for (uint32_t i = 0; i < root->count; i++) {
    const ct_value *command = ct_value_item(root, i);
    for (uint32_t k = 0; k < command->count; k++) {
      const ct_value *word = ct_value_item(command, k);
      ck_assert(word->parent == command && command->parent == root && command->offset <= word->offset);
      ck_assert_uint_le(word->end, document->length);
      ct_buffer_format(&buffer, "%s[%s]%s", ct_command_is_text(command) ? "text " : "", word->as.string,
                       ct_word_splits(word) ? "**" : ct_word_is_open(word) ? "*" : "");
    }
    ct_buffer_char(&buffer, '\n');
  }
  char *text;
  size_t length;
  ck_assert_int_eq(ct_buffer_take(&buffer, &text, &length), 0);
  ck_assert_uint_lt(length, size);
  memcpy(out, text, length + 1);
  free(text);
}

static const struct {
  const char *text;
  const char *expected;
} good[] = {
    {"", ""},
    {"  \n# only a comment\n", ""},
    {"docker run -d img", "[docker][run][-d][img]\n"},
    {"docker run --name 'a b' \"c d\" e\\ f", "[docker][run][--name][a b][c d][e f]\n"},
    {"docker run -e X=\"y $Q z\" img", "[docker][run][-e][X=y $Q z]*[img]\n"},
    {"docker run \\\n  -v /:/host \\\r\n  img # comment", "[docker][run][-v][/:/host][img]\n"},
    {"ID=$(docker run -d x) && y", "[ID=$(docker run -d x)]**\n[docker][run][-d][x]\n[y]\n"},
    {"echo `docker run x`; (docker run y)", "[echo][`docker run x`]**\n[docker][run][x]\n[docker][run][y]\n"},
    {"echo \"$(docker run \"a b\")\"", "[echo][$(docker run \"a b\")]*\n[docker][run][a b]\n"},
    {"docker run x 2>&1 >/dev/null </dev/zero | tee log", "[docker][run][x]\n[tee][log]\n"},
    {"cat <<EOF\ndocker run inside\nEOF\ndocker run after", "[cat]\ntext [cat]\n[docker][run][after]\n"},
    {"cat <<-'E F' x\n\tdocker run inside\n\tE F\nafter", "[cat][x]\ntext [cat]\n[after]\n"},
    {"a '' \"\" b", "[a][][][b]\n"},
    {"a\\\nb", "[ab]\n"},
    {"echo $ $' x", NULL},
    {"echo $ \"$\" a$", "[echo][$][$][a$]\n"},
    {"echo ${A:-b c} $((1+(2))) $1 $@ $?", "[echo][${A:-b c}]**[$((1+(2)))]**[$1]**[$@]**[$?]**\n"},
    {"echo '$A' \\$A \"\\$A\"", "[echo][$A][$A][$A]\n"},
    {"echo ~/x a~ *.c [ab] \"*\"", "[echo][~/x]*[a~][*.c]*[[ab]]*[*]\n"},
    {"a & b | c || d && e; f", "[a]\n[b]\n[c]\n[d]\n[e]\n[f]\n"},
    {"echo \"a\\qb\\\\c\\\nd\"", "[echo][a\\qb\\cd]\n"},
    {"diff <(docker run x) y", "[diff][y]\n[docker][run][x]\n"},
    {"sh -c 'docker run \"a b\"' x", "[sh][-c][docker run \"a b\"][x]\n[docker][run][a b]\n"},
    {"bash -lc \"docker run \\\"$A\\\" \\$B\"", "[bash][-lc][docker run \"$A\" $B]*\n[docker][run][$A]*[$B]**\n"},
    {"ssh h \"x $(docker run y)\"", "[ssh][h][x $(docker run y)]*\n[x][$(docker run y)]**\n[docker][run][y]\n"},
    {"sudo sh -c 'sh -c \"docker run x\"'", "[sudo][sh][-c][sh -c \"docker run x\"]\n[sh][-c][docker run x]\n[docker][run][x]\n"},
    {"ssh h <<E\ndocker run x\nE\n", "[ssh][h]\n[docker][run][x]\n"},
    {"sh -s <<-E\n\tdocker run x\n\tE\n", "[sh][-s]\n[docker][run][x]\n"},
    {"sh file <<E\ndocker run x\nE\n", "[sh][file]\ntext [sh]\n"},
    {"sh -c 'docker run x \"y'", "[sh][-c][docker run x \"y]\n[docker][run][x]\n"},
    {"sh -c 'a \"y; docker run x'", "[sh][-c][a \"y; docker run x]\n[a]\ntext [sh]\n"},
    {"A='docker run x'", "[A=docker run x]\ntext [A=docker run x]\n"},
    {"echo 'docker run x'", "[echo][docker run x]\n"},
    {"docker run x sh -c 'docker run y'", "[docker][run][x][sh][-c][docker run y]\ntext [docker]\n"},
    {"a \"$@\" \"${b[@]}\" \"$c\"", "[a][$@]**[${b[@]}]**[$c]*\n"},
    {"\xff\xfe x", "[\xff\xfe][x]\n"},
};

START_TEST(words_are_split_as_a_shell_splits_them) {
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    ct_arena arena;
    ct_arena_init(&arena);
    const ct_document *document;
    ctsec_error *error = NULL;
    int status = ct_argv_parse(&arena, good[i].text, strlen(good[i].text), NULL, &document, &error);
    if (!good[i].expected) {
      ck_assert_int_eq(status, CTSEC_E_SYNTAX);
    } else {
      char written[1024];
      ck_assert_msg(!status, "%s: %s", good[i].text, ctsec_error_message(error));
      write_commands(document, written, sizeof written);
      ck_assert_str_eq(written, good[i].expected);
    }
    ctsec_error_free(error);
    ct_arena_free(&arena);
  }
}
END_TEST

static const struct {
  const char *text;
  size_t length;
  int code;
  int64_t offset, line, column;
} bad[] = {
    {"docker run 'x", 13, CTSEC_E_SYNTAX, 11, 1, 12},
    {"a\nb \"x", 6, CTSEC_E_SYNTAX, 4, 2, 3},
    {"あ $(x", 7, CTSEC_E_SYNTAX, 5, 1, 4},
    {"${x", 3, CTSEC_E_SYNTAX, 0, 1, 1},
    {"$((1", 4, CTSEC_E_SYNTAX, 0, 1, 1},
    {"x `y", 4, CTSEC_E_SYNTAX, 2, 1, 3},
    {"(x", 2, CTSEC_E_SYNTAX, 0, 1, 1},
    {"x <<E\nabc", 9, CTSEC_E_SYNTAX, 6, 2, 1},
    {"a\0b", 3, CTSEC_E_SYNTAX, 1, 1, 2},
};

START_TEST(what_has_no_end_is_named_with_its_place) {
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    ct_arena arena;
    ct_arena_init(&arena);
    const ct_document *document = NULL;
    ctsec_error *error = NULL;
    ck_assert_int_eq(ct_argv_parse(&arena, bad[i].text, bad[i].length, NULL, &document, &error), bad[i].code);
    ck_assert_ptr_null(document);
    ck_assert_int_eq(ctsec_error_offset(error), bad[i].offset);
    ck_assert_int_eq(ctsec_error_line(error), bad[i].line);
    ck_assert_int_eq(ctsec_error_column(error), bad[i].column);
    ctsec_error_free(error);
    ct_arena_free(&arena);
  }
}
END_TEST

START_TEST(limits_hold) {
  ct_arena arena;
  ct_arena_init(&arena);
  const ct_document *document = NULL;
  char deep[2000];
  for (size_t i = 0; i + 1 < sizeof deep; i += 2) memcpy(deep + i, "$(", 2);
  ctsec_error *error = NULL;
  ck_assert_int_eq(ct_argv_parse(&arena, deep, sizeof deep, NULL, &document, &error), CTSEC_E_LIMIT);
  ctsec_error_free(error);
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ctsec_options_set_limit(options, CTSEC_LIMIT_NODES, 3, NULL);
  ck_assert_int_eq(ct_argv_parse(&arena, "a b c d", 7, options, &document, NULL), CTSEC_E_LIMIT);
  ctsec_options_set_limit(options, CTSEC_LIMIT_BYTES, 3, NULL);
  ck_assert_int_eq(ct_argv_parse(&arena, "a b c d", 7, options, &document, NULL), CTSEC_E_LIMIT);
  ctsec_options_free(options);
  ct_arena_free(&arena);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("argv");
  TCase *all = tcase_create("all");
  tcase_add_test(all, words_are_split_as_a_shell_splits_them);
  tcase_add_test(all, what_has_no_end_is_named_with_its_place);
  tcase_add_test(all, limits_hold);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
