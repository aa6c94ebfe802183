// SPDX-License-Identifier: LGPL-2.1-or-later

package ctsec

import (
	"bytes"
	"context"
	"encoding"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"libctsec.org/ctsec/document"
)

// must gives a value, or ends the program: only for what tests rely on.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestCredentials(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	own := must(ReadCredentials("/proc", int32(os.Getpid()), int32(syscall.Gettid())))
	if id, known := own.ID(IdEffective); !known || int(id) != os.Geteuid() {
		t.Error(id, known)
	}
	status := must(os.ReadFile("/proc/thread-self/status"))
	again := must(ParseCredentials(status))
	for set := SetInheritable; set <= SetAmbient; set++ {
		a, _ := own.Set(set)
		b, known := again.Set(set)
		if a != b || !known {
			t.Error(set, a, b)
		}
	}
	if mode, known := again.Seccomp(); !known || !strings.Contains(string(status), fmt.Sprintf("Seccomp:\t%d\n", mode)) {
		t.Error(mode)
	}
	if _, known := again.NoNewPrivileges(); !known || again.Name() == "" {
		t.Error("NoNewPrivs")
	}
	net := CapsOf(CapNetAdmin, CapNetRaw)
	kept := must(NewCredentials([5]Caps{net, net, net, net, 0}, [4]uint32{1000, 1000, 1000, 1000}, SecureKeepCaps, false))
	ambient := must(kept.RaiseAmbient(CapNetRaw))
	after := must(ambient.Exec(NotSetuid, nil))
	if set, _ := after.Set(SetEffective); set != CapsOf(CapNetRaw) {
		t.Error(set)
	}
	if set, _ := must(ambient.LowerAmbient(CapNetRaw)).Set(SetAmbient); set != 0 {
		t.Error(set)
	}
	if _, err := kept.Drop(CapNetRaw); !errors.Is(err, &Error{Code: EPerm}) {
		t.Error(err)
	}
	root := must(NewCredentials([5]Caps{0, net, net, net, 0}, [4]uint32{}, 0, true))
	user := must(root.Setresuid(1000, KeepID, 1000))
	if id, _ := user.ID(IdReal); id != 1000 {
		t.Error(id)
	}
	if id, _ := must(root.Setfsuid(7)).ID(IdFileSystem); id != 7 {
		t.Error(id)
	}
	if set, _ := must(kept.Capset(0, net, 0)).Set(SetEffective); set != 0 {
		t.Error(set)
	}
	var found document.Credentials
	if err := json.Unmarshal([]byte(must(root.JSON())), &found); err != nil || !found.Permitted.Has(CapNetRaw) {
		t.Error(err, found)
	}
}

func TestFileCapsAndTexts(t *testing.T) {
	var raw bytes.Buffer
	_ = binary.Write(&raw, binary.LittleEndian, []uint32{0x03000001, 1 << CapNetBindService, 0, 0, 0, 100000})
	caps := must(DecodeFileCaps(raw.Bytes()))
	id, set := caps.RootID()
	if caps.Set(SetPermitted) != CapsOf(CapNetBindService) || !caps.Effective() || caps.Version() != 3 || id != 100000 || !set {
		t.Error(caps)
	}
	if caps.String() != "cap_net_bind_service=ep [rootid=100000]" || !strings.Contains(must(caps.JSON()), "ctsec/filecaps/1") {
		t.Error(caps)
	}
	if _, err := ReadFileCaps(os.Args[0]); !errors.Is(err, &Error{Code: ENotfound}) {
		t.Error(err)
	}
	if _, err := ReadFileCaps("/nonexistent"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	sets := must(ParseCapText("cap_chown,cap_kill=ep cap_net_raw+i"))
	if sets.Permitted != CapsOf(CapChown, CapKill) || sets.Inheritable != CapsOf(CapNetRaw) {
		t.Error(sets)
	}
	iab := must(ParseIAB("!cap_sys_admin,^cap_net_raw"))
	if iab.Dropped != CapsOf(CapSysAdmin) || iab.Ambient != CapsOf(CapNetRaw) {
		t.Error(iab)
	}
	if !strings.Contains(must(CapTextJSON("=")), "libcap") || !strings.Contains(must(IABJSON("cap_kill")), "iab") {
		t.Error("documents")
	}
	var err *Error
	if _, failed := ParseCapText("cap_chow=e"); !errors.As(failed, &err) || err.Offset < 0 {
		t.Error(failed)
	}
	if must(FindCap("sys_admin")) != CapSysAdmin {
		t.Error("FindCap")
	}
	for _, number := range CapsOf(CapKill, CapBpf).Numbers() {
		if number != CapKill && number != CapBpf {
			t.Error(number)
		}
	}
	if text := must(CapsOf(CapBpf).Text(With("lang", "ja"))); !strings.Contains(text, "CAP_BPF") {
		t.Error(text)
	}
}

func TestTextsAreReadBack(t *testing.T) {
	type both interface {
		encoding.TextMarshaler
		encoding.TextUnmarshaler
	}
	caps, again := Caps(0x1234), Caps(0)
	arch, archAgain := Arch(ArchAarch64), Arch(0)
	outcome, outcomeAgain := Outcome(AnswerDeny), Outcome(0)
	layer, layerAgain := Layer(LayerMount), Layer(0)
	status, statusAgain := PathStatus(PathPossible), PathStatus(0)
	severity, severityAgain := Severity(SeverityHigh), Severity(0)
	text, textAgain := must(ParseCapText("cap_kill=i")), CapText{}
	iab, iabAgain := must(ParseIAB("%cap_kill")), IAB{}
	for _, pair := range [][2]both{{&caps, &again}, {&arch, &archAgain}, {&outcome, &outcomeAgain}, {&layer, &layerAgain},
		{&status, &statusAgain}, {&severity, &severityAgain}, {&text, &textAgain}, {&iab, &iabAgain}} {
		raw := must(pair[0].MarshalText())
		if err := pair[1].UnmarshalText(raw); err != nil || string(must(pair[1].MarshalText())) != string(raw) {
			t.Errorf("%s: %v", raw, err)
		}
		if err := pair[1].UnmarshalText([]byte("nonsense!")); err == nil {
			t.Errorf("%T takes anything", pair[1])
		}
	}
	if _, err := Arch(99).MarshalText(); err == nil {
		t.Error("there is no such architecture")
	}
}

func TestWhatIsClosed(t *testing.T) {
	containers := must(ParseContainers(read(t, dangerous)))
	container := containers.At(0)
	confinement := must(container.Confinement(nil))
	containers.Close()
	containers.Close()
	if container.ID() != "" || containers.Len() != 0 || containers.At(0) != nil || len(containers.Errors()) != 0 {
		t.Error("the container is still there")
	}
	for _, failed := range []error{second(containers.JSON()), second(containers.Check()), second(container.Confinement(nil)),
		second(containers.Find("x"))} {
		if !errors.Is(failed, &Error{Code: EArg}) {
			t.Error(failed)
		}
	}
	// What was derived lives on.
	answer := must(confinement.Check(must(NewRequest("x86_64", "mount"))))
	confinement.Close()
	if must(answer.JSON()) == "" {
		t.Error("gone")
	}
	answer.Close()
	if _, err := answer.JSON(); !errors.Is(err, &Error{Code: EArg}) {
		t.Error(err)
	}
	profile := must(BuiltinProfile("docker"))
	policy := must(profile.Resolve())
	profile.Close()
	filter := must(policy.Compile())
	policy.Close()
	verdict := must(filter.Simulate("x86_64", "read", nil))
	filter.Close()
	if verdict.String() != "allow" {
		t.Error(verdict)
	}
	for _, failed := range []error{second(profile.Resolve()), second(policy.Compile()), second(filter.Text()),
		second(policy.SimulateBatch(make([]Call, 1))), second(filter.Simulate("x86_64", "read", nil)),
		second(Stack{filter}.SimulateBatch(make([]Call, 1)))} {
		if !errors.Is(failed, &Error{Code: EArg}) {
			t.Error(failed)
		}
	}
	scan := must(NewScan("json"))
	job := must(scan.Job("x", []byte("[]")))
	job.Close()
	job.Check()
	if err := scan.FeedJob(job); !errors.Is(err, &Error{Code: EArg}) {
		t.Error(err)
	}
	late := must(scan.Job("compose.yaml", nil))
	if err := late.SetText([]byte("services:\n  web:\n    image: web\n    env_file: web.env\n")); err != nil {
		t.Error(err)
	}
	names := must(late.FindFiles())
	if err := late.SetFile("web.env", []byte("A=B\n")); err != nil || !strings.Contains(strings.Join(names, " "), "web.env") {
		t.Error(err, names)
	}
	late.Check()
	if err := late.SetText(nil); !errors.Is(err, &Error{Code: EArg}) {
		t.Error(err)
	}
	if err := scan.FeedJob(late); err != nil || scan.Containers() != 1 {
		t.Error(err)
	}
	orphan := must(scan.Job("x", []byte("[]")))
	scan.Close()
	orphan.Check()
	orphan.Close()
	if err := scan.Feed("x", nil); !errors.Is(err, &Error{Code: EArg}) || scan.Count(0) != 0 {
		t.Error(err)
	}
	if _, err := scan.Finish(); !errors.Is(err, &Error{Code: EArg}) {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestFinalizersAreASafetyNet(t *testing.T) {
	data := read(t, dangerous)
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for k := 0; k < 30; k++ {
				scan := must(NewScan("ndjson"))
				_ = scan.Feed("x", data)
				// Its last use: the stream may not be freed before the call is done.
				if text := must(scan.Finish()); text == "" {
					t.Error("nothing")
				}
				container := must(ParseContainers(data)).At(0)
				if container.ID() == "" {
					t.Error("gone")
				}
				if k%10 == 0 {
					runtime.GC()
				}
			}
		}()
	}
	group.Wait()
}

func TestFeedAll(t *testing.T) {
	var inputs []Input
	for _, path := range must(filepath.Glob("../../examples/*.json")) {
		inputs = append(inputs, Input{path, read(t, path)})
	}
	inputs = append(inputs, Input{"bad", []byte("{")})
	for i := 0; i < 3; i++ {
		inputs = append(inputs, inputs...)
	}
	reports := map[string]bool{}
	for _, workers := range []int{0, 1, 3} {
		scan := must(NewScan("json"))
		if err := scan.FeedAll(context.Background(), inputs, workers); err != nil {
			t.Error(err)
		}
		if len(scan.Errors) != 8 || scan.Containers() == 0 {
			t.Error(scan.Errors)
		}
		reports[must(scan.Finish())] = true
		scan.Close()
	}
	scan := must(NewScan("json"))
	for _, input := range inputs {
		_ = scan.FeedReader(input.Source, bytes.NewReader(input.Data))
	}
	reports[must(scan.Finish())] = true
	if len(reports) != 1 {
		t.Error(len(reports), "different reports")
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	stopped := must(NewScan("json"))
	if err := stopped.FeedAll(done, inputs, 2); !errors.Is(err, context.Canceled) || stopped.Containers() != 0 {
		t.Error(err)
	}
	if err := stopped.Lenient(true); err != nil {
		t.Error(err)
	}
	if err := stopped.Feed("other", []byte(`{"some": "document"}`)); err != nil {
		t.Error(err)
	}
}

// endless gives the same line for ever.
type endless struct{ line string }

func (e endless) Read(into []byte) (int, error) { return copy(into, e.line), nil }

func TestReaders(t *testing.T) {
	done, cancel := context.WithCancel(context.Background())
	log := must(NewDenials("ndjson"))
	line := `type=SECCOMP msg=audit(1700000000.100:1): auid=0 uid=0 pid=7 comm="x" exe="/x" sig=0 arch=c000003e syscall=165 compat=0 ip=0x0 code=0x50000` + "\n"
	reads := 0
	reader := readerFunc(func(into []byte) (int, error) {
		if reads++; reads == 5 {
			cancel()
		}
		return endless{line}.Read(into)
	})
	if err := log.FeedReader(done, "endless", reader); !errors.Is(err, context.Canceled) || reads != 5 {
		t.Error(err, reads)
	}
	if _, err := log.Finish(); err != nil || log.Count(DenialsRecords) != 1 || log.Count(DenialsDuplicates) != 4 {
		t.Error(err, log.Count(DenialsRecords), log.Count(DenialsDuplicates), log.Errors())
	}
	if _, err := ReadTrace(context.Background(), io.MultiReader(strings.NewReader("getp"), strings.NewReader("id() = 1\n"))); err != nil {
		t.Error(err)
	}
	if _, err := ReadTrace(done, endless{"getpid() = 1\n"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	broken := errors.New("broken")
	if _, err := ReadTrace(context.Background(), readerFunc(func([]byte) (int, error) { return 0, broken })); !errors.Is(err, broken) {
		t.Error(err)
	}
	trace := must(ParseTrace([]byte("getpid() = 1\n")))
	if text := must(trace.Text()); text == "" {
		t.Error("no text")
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(into []byte) (int, error) { return f(into) }

func TestFindings(t *testing.T) {
	found := must(must(ParseContainers(read(t, dangerous))).Check())
	var whole document.Findings
	if err := json.Unmarshal([]byte(must(found.JSON())), &whole); err != nil {
		t.Fatal(err)
	}
	listed := whole.Containers[0].Findings
	if found.Len() != len(listed) || found.At(found.Len()).Rule != "" || found.At(-1).Rule != "" {
		t.Error(found.Len())
	}
	for i, one := range listed {
		if own := found.At(i); own.Rule != one.Rule || own.Message != one.Message || own.Line != one.Line ||
			own.Severity.String() != one.Severity || own.Container != whole.Containers[0].ID {
			t.Error(own, one)
		}
	}
	if text := must(found.Text()); !strings.Contains(text, "privileged") {
		t.Error(text)
	}
	if marshalled := must(json.Marshal(found)); !json.Valid(marshalled) {
		t.Error("json.Marshaler")
	}
	all := Catalogue()
	if len(all) < 100 || must(FindRule("privileged")).Severity != SeverityCritical {
		t.Error(len(all))
	}
	if _, err := FindRule("privilegd"); !errors.Is(err, &Error{Code: ENotfound}) {
		t.Error(err)
	}
	if text := must(RulesText([]string{"privileged"})); !strings.Contains(text, "privileged") {
		t.Error(text)
	}
}

func TestFixes(t *testing.T) {
	compose := []byte("services:\n  web:\n    image: web  # kept\n    privileged: true\n")
	fixes := must(must(must(ParseContainers(compose, With("source", "compose.yaml"))).Check()).Fix(With("source", "compose.yaml")))
	if text := string(fixes.Bytes()); strings.Contains(text, "privileged: true") || !strings.Contains(text, "# kept") {
		t.Error(text)
	}
	fixed, left := false, false
	for _, one := range fixes.All() {
		fixed = fixed || one.Fixed && one.Finding.Rule == "privileged" && one.Reason == ""
		left = left || !one.Fixed && one.Reason != ""
	}
	var found document.Fixes
	if err := json.Unmarshal([]byte(must(fixes.JSON())), &found); err != nil || !fixed || !left || len(found.Fixed) == 0 {
		t.Error(err, fixed, left)
	}
	if diff := must(fixes.Diff()); !strings.HasPrefix(diff, "--- compose.yaml") || must(fixes.Text()) == "" {
		t.Error(diff)
	}
	if _, err := must(must(ParseContainers(read(t, dangerous))).Check()).Fix(); !errors.Is(err, &Error{Code: EUnsupported}) {
		t.Error(err)
	}
	fixes.Close()
	if fixes.Bytes() != nil || len(fixes.All()) != 0 {
		t.Error("still there")
	}
}

func TestBatchOfAnswers(t *testing.T) {
	containers := must(ParseContainers(read(t, dangerous)))
	confinement := must(containers.At(0).Confinement(nil, With("fact", "docker=20.10"), With("fact", "userns=host")))
	var calls []Call
	var unknown []uint32
	lines := []string{"x86_64 mount", "x86_64 getpid", "x86_64 open_by_handle_at ?"}
	for _, line := range lines {
		call, bits, err := ReadCall(line)
		if err != nil {
			t.Fatal(err)
		}
		calls, unknown = append(calls, call), append(unknown, bits)
	}
	batch := must(confinement.CheckBatch(calls, unknown))
	for i, line := range must(confinement.CheckLines(strings.Join(lines, "\n"))) {
		if !strings.HasPrefix(line, batch[i].Outcome.String()) {
			t.Error(line, batch[i])
		}
	}
	if _, err := confinement.CheckBatch(calls, unknown[:1]); err == nil {
		t.Error("lengths differ")
	}
	answer := must(confinement.Check(must(NewRequest("x86_64", "getpid"))))
	if answer.String() != "allow" {
		t.Error(answer)
	}
	if _, err := NewRequest("x86_64", "getpid", make([]string, 100)...); err == nil {
		t.Error("a hundred arguments")
	}
}

func TestRecorder(t *testing.T) {
	recorder := must(NewRecorder())
	defer recorder.Close()
	if err := recorder.Set("command", "true"); err != nil {
		t.Error(err)
	}
	if filter := must(recorder.Filter(0x7fc00000)); filter.Len() < 10 {
		t.Error(filter.Len())
	}
	if profile := must(recorder.Profile("/run/agent.sock")); !strings.Contains(profile, "listenerPath") {
		t.Error(profile)
	}
	var raw bytes.Buffer
	for _, part := range []interface{}{uint64(7), uint32(99), uint32(0), int32(435), uint32(0xc000003e), uint64(0), [6]uint64{0x1000, 88}} {
		_ = binary.Write(&raw, binary.LittleEndian, part)
	}
	told := must(DecodeNotification(raw.Bytes()))
	if told.ID != 7 || told.PID != 99 || told.Call.Number != 435 || told.Call.Args[0] != 0x1000 {
		t.Error(told)
	}
	address, length, err := recorder.Memory(told.Call)
	if err != nil || address != 0x1000 || length == 0 {
		t.Error(address, length, err)
	}
	if err := recorder.Feed(told.Call, make([]byte, length)); err != nil {
		t.Error(err)
	}
	trace := must(ParseTrace([]byte(must(recorder.Take()) + must(recorder.Finish()))))
	found := false
	for _, call := range trace.All() {
		found = found || call.Number == 435
	}
	if !found || len(trace.Problems) != 0 {
		t.Error(trace.Problems)
	}
}

func TestLimitsAndPlaces(t *testing.T) {
	_, err := ParseContainers(read(t, dangerous), WithLimit(LimitBytes, 10))
	if !errors.Is(err, &Error{Code: ELimit}) {
		t.Error(err)
	}
	_, err = ParseContainers([]byte("[\n  {\"Id\": tru}\n]"), With("source", "x.json"))
	var place struct {
		Source       string
		Line, Column int
	}
	if err := json.Unmarshal(must(json.Marshal(err)), &place); err != nil || place.Line != 2 || place.Column != 10 || place.Source != "x.json" {
		t.Error(place, err)
	}
	if resolution := must(ResolveCaps()); !strings.Contains(must(resolution.Text()), "CAP_CHOWN") {
		t.Error("text")
	}
}

// Every document that a golden case expects is read without loss: written again, it has the same members.
func TestGoldenDocuments(t *testing.T) {
	kinds := map[string]func() interface{}{
		"ctsec/findings/1": func() interface{} { return new(document.Findings) },
		"ctsec/why/1":      func() interface{} { return new(document.Why) },
		"ctsec/verdict/1":  func() interface{} { return new(document.Verdict) },
		"ctsec/paths/1":    func() interface{} { return new(document.Paths) },
		"ctsec/denials/1":  func() interface{} { return new(document.Denials) },
		"ctsec/caps/1":     func() interface{} { return new(document.Caps) },
		"ctsec/diff/1":     func() interface{} { return new(document.Diff) },
		"ctsec/least/1":    func() interface{} { return new(document.Least) },
	}
	seen := map[string]int{}
	err := filepath.WalkDir("../../tests/data", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Base(path) != "expected.json" {
			return err
		}
		text := read(t, path)
		var head struct{ Schema string }
		if json.Unmarshal(text, &head) != nil || kinds[head.Schema] == nil {
			return nil
		}
		seen[head.Schema]++
		made := kinds[head.Schema]()
		strict := json.NewDecoder(bytes.NewReader(text))
		strict.DisallowUnknownFields()
		if err := strict.Decode(made); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if _, err := json.Marshal(made); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil || len(seen) < 7 {
		t.Error(err, seen)
	}
}
