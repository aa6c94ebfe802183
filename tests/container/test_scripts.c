/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands wherever a script holds them, and what is not known of them. */
#include <stdlib.h>
#include <string.h>

#include "container/model.h"
#include "ctsec/ctsec.h"
#include "support/support.h"

/* "ID RULE LINE:COLUMN" of what is privileged, then "? LINE:COLUMN NAME" of what is not known. */
static void describe(const char *text, char *out, size_t size) {
  ctsec_containers *containers;
  ctsec_findings *findings;
  ctsec_error *error = NULL;
  int status = ctsec_containers_parse(text, strlen(text), NULL, &containers, &error);
  ck_assert_msg(!status, "%s: %s", text, ctsec_error_message(error));
  ctsec_options *options;
  ck_assert_int_eq(ctsec_options_new(&options, NULL), 0);
  ck_assert_int_eq(ctsec_options_set(options, "rule", "privileged,exec-privileged", 26, NULL), 0);
  ck_assert_int_eq(ctsec_findings_check(containers, options, &findings, NULL), 0);
  ct_buffer buffer;
  ct_buffer_init(&buffer);
  for (size_t i = 0; i < ctsec_findings_count(findings); i++) {
    const ctsec_finding *finding = ctsec_findings_at(findings, i);
    ct_buffer_format(&buffer, "%s%s %s %u:%u", i ? ", " : "", ctsec_container_id(ctsec_finding_container(finding)),
                     ctsec_finding_rule(finding), (unsigned)ctsec_finding_line(finding), (unsigned)ctsec_finding_column(finding));
  }
  for (uint32_t i = 0; i < containers->note_count; i++) {
    int64_t line, column;
    ct_containers_locate(containers, containers->notes[i].at, &line, &column);
    ct_buffer_format(&buffer, "%s? %u:%u %s", buffer.length ? ", " : "", (unsigned)line, (unsigned)column, containers->notes[i].name);
  }
  ct_buffer_char(&buffer, '\0');
  ck_assert(!buffer.failed && buffer.length <= size);
  memcpy(out, buffer.data, buffer.length);
  ct_buffer_free(&buffer);
  ctsec_findings_free(findings);
  ctsec_options_free(options);
  ctsec_containers_free(containers);
}

#define RUN "docker run --privileged --name a x"

static const struct {
  const char *text;
  const char *expected;
} rows[] = {
    /* Where a command may stand. */
    {"sh -c \"" RUN "\"", "a privileged 1:19"},
    {"bash -lc '" RUN "'", "a privileged 1:22"},
    {"bash -c 'sh -c \"" RUN "\"'", "a privileged 1:28"},
    {"sh -c \"echo \\\"hi\\\" && docker run --privileged --name a \\\"x\\\"\"", "a privileged 1:34"},
    {"sudo sh -c \"docker run --name a \\\n  --privileged x\"", "a privileged 2:3"},
    {"echo \xe6\x97\xa5 && sh -c '" RUN "'", "a privileged 1:29"},
    {"ssh host '" RUN "'", "a privileged 1:22"},
    {"ssh -T host <<-'E'\n\tcd x &&\n\t" RUN "\n\tE", "a privileged 3:13"},
    {"sudo bash <<E\n" RUN "\nE", "a privileged 2:12"},
    {"su - u -c \"" RUN "\"", "a privileged 1:23"},
    {"eval \"" RUN "\"", "a privileged 1:18"},
    {"trap '" RUN "' EXIT", "a privileged 1:18"},
    {"watch '" RUN "'", "a privileged 1:19"},
    {"alias d='" RUN "'", "a privileged 1:21"},
    {"gcloud compute ssh vm --command='" RUN "'", "a privileged 1:45"},
    {"X=\"$(sudo " RUN ")\"", "a privileged 1:22"},
    {"ssh h \"x=\\$(" RUN ")\"", "a privileged 1:24"},
    {"echo x | xargs -n1 docker run --privileged --name a", "a privileged 1:31"},
    {"find . -exec " RUN " \\;", "a privileged 1:25"},
    {"function f { " RUN "; }", "a privileged 1:25"},
    {"coproc " RUN, "a privileged 1:19"},
    {"all:\n\t@" RUN "\n", "a privileged 2:14"},
    {"* * * * * root " RUN, "a privileged 1:27"},
    {"ExecStart=/usr/bin/" RUN, "a privileged 1:31"},
    {"$SUDO " RUN, "a privileged 1:18"},
    {"nohup " RUN " &", "a privileged 1:18"},
    {"exec " RUN, "a privileged 1:17"},
    /* What is shown, or runs in a container, does not run here. */
    {"echo '" RUN "'; docker run --name b y", ""},
    {"docker run --name b y sh -c '" RUN "'", "? 1:30 docker"},
    {"docker run --name b y; cat >f <<E\n" RUN "\nE", "? 2:1 cat"},
    {"docker run --name b y; retry 3 " RUN, "? 1:32 retry"},
    {"C='" RUN "'; docker run --name b y", "? 1:4 C"},
    {"docker run --name b y; sh -c 'a \"; " RUN "'", "? 1:36 sh"},
    /* Engines and options that the shell fills in. */
    {"E=podman\n$E run --privileged --name a x", "a privileged 2:8"},
    {"E=docker\nsudo sh -c \"$E run --privileged --name a x\"", "a privileged 2:20"},
    {"E=docker; ssh h <<X\n$E run --privileged --name a x\nX", "a privileged 2:8"},
    {"$DOCKER run --privileged --name a x", "a privileged 1:13, ? 1:1 $DOCKER"},
    {"\"${D:-docker}\" run --privileged --name a x", "a privileged 1:20, ? 1:1 ${D:-docker}"},
    {"docker $C --privileged x; docker run --name b y", "? 1:1 docker $C --privileged x"},
    {"docker run $O --privileged --name a x", "a privileged 1:15, ? 1:12 $O"},
    {"docker run ${G:+--gpus all} --name a x", "? 1:12 ${G:+--gpus all}"},
    {"docker run \"$@\"", "? 1:12 $@"},
    {"docker run -$F x", "? 1:12 -$F"},
    {"docker run --rm $IMAGE --privileged", ""},
    {"docker run --rm \"$1\" --privileged --name a x", ""},
    {"docker run -v \"$D:/d\" -v \"$PWD:/e\" -v $(pwd)/x:/f --network $N -p 80:$P -e $E --mount \"$M\" x",
     "? 1:15 $D:/d, ? 1:61 $N, ? 1:67 80:$P, ? 1:87 $M"},
    {"docker run --cap-add CHOWN --device $D --sysctl a=$B --name a x", "? 1:37 $D, ? 1:49 a=$B"},
    /* What enters a container. */
    {"docker exec --privileged a sh", "a privileged 1:13, a exec-privileged 1:13"},
    {"podman exec -it -u 0:0 --latest sh", "#1 exec-privileged 1:20"},
    {"docker exec --user root a sh; docker exec -u 5 b sh", "a exec-privileged 1:20"},
    {"docker run --name a x; sudo docker exec --privileged -it a sh", "a privileged 1:41, a exec-privileged 1:41"},
    {"docker exec $OPTS a sh; docker exec $C sh; docker run --name b y", "? 1:13 $OPTS"},
    {"docker exec --privileged=$P a sh; docker run --name b y", "? 1:26 $P"},
    /* What is not read. */
    {"docker service create --cap-add ALL y; docker run --name b y", "? 1:1 docker service create --cap-add ALL y"},
    {"docker update -m 5 c; podman kube play f; podman pod create; docker run --name b y",
     "? 1:1 docker update -m 5 c, ? 1:23 podman kube play f, ? 1:43 podman pod create"},
    {"docker compose -f c up; docker-compose up; docker stack deploy s; docker run --name b y",
     "? 1:1 docker compose -f c up, ? 1:25 docker-compose up, ? 1:44 docker stack deploy s"},
    {"ctr run --privileged i c; kubectl run p; docker run --name b y", "? 1:1 ctr run --privileged i c, ? 1:27 kubectl run p"},
    {"docker compose ps; docker service ls; docker ps; docker run --name b y", ""},
};

START_TEST(each_command_is_found_or_named) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char out[512];
    describe(rows[i].text, out, sizeof out);
    ck_assert_msg(!strcmp(out, rows[i].expected), "%s\n  gives  %s\n  not    %s", rows[i].text, out, rows[i].expected);
  }
}
END_TEST

/* What a variable may add is neither there nor absent. */
START_TEST(open_options_leave_the_rest_unknown) {
  static const char text[] = "docker run $O --cap-add SYS_TIME x";
  ctsec_containers *containers;
  ctsec_findings *findings;
  ck_assert_int_eq(ctsec_containers_parse(text, sizeof text - 1, NULL, &containers, NULL), 0);
  const ct_container *container = &containers->items[0];
  ck_assert(container->privileged.from.state == CT_UNKNOWN && container->seccomp.from.state == CT_UNKNOWN);
  ck_assert_uint_eq(container->facts.exec_known, 0);
  ck_assert_int_eq(ctsec_findings_check(containers, NULL, &findings, NULL), 0);
  for (size_t i = 0; i < ctsec_findings_count(findings); i++)
    ck_assert_str_ne(ctsec_finding_rule(ctsec_findings_at(findings, i)), "mem-limit");
  ctsec_findings_free(findings);
  ctsec_containers_free(containers);
}
END_TEST

/* A text within a text, again and again, and many texts in one file. */
START_TEST(depth_and_number_are_bounded) {
  ct_buffer text;
  ct_buffer_init(&text);
  for (int i = 0; i < 3000; i++) ct_buffer_text(&text, "eval ");
  ct_buffer_text(&text, "docker run x\n");
  for (int i = 0; i < 20000; i++) ct_buffer_text(&text, "Y='docker run x'\n");
  ctsec_containers *containers;
  ck_assert_int_eq(ctsec_containers_parse(text.data, text.length, NULL, &containers, NULL), 0);
  ck_assert_uint_eq(containers->note_count, 20000);
  ctsec_containers_free(containers);
  ct_buffer_free(&text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("scripts");
  TCase *all = tcase_create("all");
  tcase_add_test(all, each_command_is_found_or_named);
  tcase_add_test(all, open_options_leave_the_rest_unknown);
  tcase_add_test(all, depth_and_number_are_bounded);
  suite_add_tcase(suite, all);
  return ct_test_run(suite);
}
