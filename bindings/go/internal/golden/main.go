// SPDX-License-Identifier: LGPL-2.1-or-later

// Runs golden cases through the Go binding: reads `FOLDER<TAB>COMMAND` lines, answers `STATUS LENGTH` and the bytes.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"libctsec.org/ctsec"
)

// words splits as a shell does, with single and double quotes.
func words(command string) []string {
	var list []string
	var word strings.Builder
	inWord, quote := false, rune(0)
	for _, c := range command {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, inWord = c, true
		case quote == 0 && c == ' ':
			if inWord {
				list = append(list, word.String())
			}
			word.Reset()
			inWord = false
		default:
			word.WriteRune(c)
			inWord = true
		}
	}
	if inWord {
		list = append(list, word.String())
	}
	return list
}

type command struct {
	options  []ctsec.Option
	format   string
	failOn   string
	waivers  string
	baseline string
	against  string
	trace    bool
	operands []string
	root     string
	pids     []int32
	// Of denials.
	container string
	profile   string
	fix       bool
}

func parse(list []string, stopAfter int) command {
	c := command{format: "text", failOn: "high", root: "/proc"}
	for i := 0; i < len(list); i++ {
		word := list[i]
		if stopAfter > 0 && len(c.operands) >= stopAfter {
			c.operands = append(c.operands, word)
			continue
		}
		if word == "--" {
			c.operands = append(c.operands, list[i+1:]...)
			break
		}
		if !strings.HasPrefix(word, "--") || len(word) == 2 {
			c.operands = append(c.operands, word)
			continue
		}
		name, value, equal := strings.Cut(word[2:], "=")
		if name == "privileged" || name == "no-new-privileges" || name == "audit" || name == "host" || name == "trace" || name == "fix" {
			value = "true"
		} else if !equal {
			i++
			value = list[i]
		}
		switch name {
		case "fix":
			c.fix = true
		case "waivers":
			c.waivers = value
		case "baseline":
			c.baseline = value
		case "trace":
			c.trace = true
		case "against":
			c.against = value
		case "host":
			c.pids = append(c.pids, -1)
		case "pid":
			pid, _ := strconv.ParseInt(value, 10, 32)
			c.pids = append(c.pids, int32(pid))
		case "proc-root":
			c.root = value
		case "format":
			c.format = value
		case "for":
			c.container = value
		case "profile":
			c.profile = value
		case "fail-on":
			c.failOn = value
			c.options = append(c.options, ctsec.With(name, value))
		default:
			c.options = append(c.options, ctsec.With(name, value))
		}
	}
	return c
}

// beside reads the files that an input names from its folder.
func beside(path string, data []byte, c command) []ctsec.Option {
	given := map[string]bool{}
	var files []ctsec.Option
	add := func(name, file string) bool {
		content, err := os.ReadFile(file)
		if err != nil || given[name] {
			return false
		}
		given[name] = true
		files = append(files, ctsec.WithFile(name, content))
		return true
	}
	for _, option := range c.options {
		if option.Name == "override" {
			add(option.Value, option.Value)
		}
	}
	for again := true; again; {
		again = false
		list := append(append([]ctsec.Option{ctsec.With("source", path)}, c.options...), files...)
		names, err := ctsec.FindFiles(data, list...)
		if err != nil {
			return files
		}
		for _, name := range names {
			again = !filepath.IsAbs(name) && add(name, filepath.Join(filepath.Dir(path), name)) || again
		}
	}
	return files
}

// fixed is the patch, or the document, for one input, and whether there was a finding that counts.
func fixed(c command, operand string, data []byte) (string, bool, error) {
	list := append(append([]ctsec.Option{ctsec.With("source", operand)}, c.options...), beside(operand, data, c)...)
	containers, err := ctsec.ParseContainers(data, list...)
	if err != nil {
		return "", false, err
	}
	findings, err := containers.Check(list...)
	if err != nil {
		return "", false, err
	}
	made, err := findings.Fix(list...)
	if err != nil {
		return "", false, err
	}
	found := false
	for i := 0; i < findings.Len(); i++ {
		found = found || findings.At(i).Severity >= ctsec.SeverityHigh
	}
	text, err := made.Diff()
	if c.format == "json" {
		text, err = made.JSON()
	}
	return text, found, err
}

func fix(c command) (int, string, error) {
	text, status := "", 0
	for _, operand := range c.operands {
		data, err := os.ReadFile(operand)
		if err != nil {
			return 2, "", err
		}
		part, found, err := fixed(c, operand, data)
		if err != nil {
			status = 2
		} else if found && status == 0 {
			status = 1
		}
		text += part
	}
	return status, text, nil
}

func scan(c command) (int, string, error) {
	if c.fix {
		return fix(c)
	}
	stream, err := ctsec.NewScan(c.format, append(c.options, ctsec.With("now", os.Getenv("SOURCE_DATE_EPOCH")))...)
	if err != nil {
		return 2, "", err
	}
	defer stream.Close()
	for _, accepted := range []struct {
		path string
		set  func(string, []byte) error
	}{{c.waivers, stream.Waivers}, {c.baseline, stream.Baseline}} {
		if accepted.path == "" {
			continue
		}
		data, err := os.ReadFile(accepted.path)
		if err != nil {
			return 2, "", err
		}
		_ = accepted.set(accepted.path, data)
	}
	text := ""
	for _, operand := range c.operands {
		data, err := os.ReadFile(operand)
		var number syscall.Errno
		if errors.As(err, &number) {
			_ = stream.Unread(operand, number)
			continue
		}
		if err := stream.SetFiles(beside(operand, data, c)...); err != nil {
			return 2, "", err
		}
		_ = stream.Feed(operand, data)
		part, err := stream.Take()
		if err != nil {
			return 2, "", err
		}
		text += part
	}
	for _, pid := range c.pids {
		_ = stream.Process(c.root, pid)
		part, err := stream.Take()
		if err != nil {
			return 2, "", err
		}
		text += part
	}
	rest, err := stream.Finish()
	if err != nil {
		return 2, "", err
	}
	text += rest
	if len(stream.Errors) > 0 {
		if len(c.operands)+len(c.pids) == 1 && c.waivers == "" && c.baseline == "" {
			text = ""
		}
		return 2, text, nil
	}
	var threshold ctsec.Severity
	if err := threshold.UnmarshalText([]byte(c.failOn)); err != nil {
		return 2, "", err
	}
	if stream.Count(threshold) > 0 {
		return 1, text, nil
	}
	return 0, text, nil
}

func paths(c command) (int, string, error) {
	html := c.format == "html"
	found, err := ctsec.NewPaths(append(c.options, ctsec.With("html", strconv.FormatBool(html)))...)
	if err != nil {
		return 2, "", err
	}
	defer found.Close()
	for _, operand := range c.operands {
		data, err := os.ReadFile(operand)
		var number syscall.Errno
		if errors.As(err, &number) {
			_ = found.Unread(operand, number)
			continue
		}
		_ = found.Feed(operand, data)
	}
	text, err := found.JSON()
	if html {
		text, err = found.Text()
	}
	if len(found.Errors) > 0 {
		if len(c.operands) == 1 {
			text = ""
		}
		return 2, text, err
	}
	if found.Count(ctsec.PathReachable) > 0 {
		return 1, text, err
	}
	return 0, text, err
}

func rules(c command) (int, string, error) {
	text, err := ctsec.Rules(c.operands, c.options...)
	return 0, text, err
}

func decode(c command) (int, string, error) {
	all := ""
	for _, operand := range c.operands {
		mask, err := ctsec.ParseCaps(operand)
		if err != nil {
			return 2, "", err
		}
		text, err := mask.JSON()
		if err != nil {
			return 2, "", err
		}
		all += text
	}
	return 0, all, nil
}

func encodeAll(c command) (ctsec.Caps, error) {
	var all ctsec.Caps
	for _, operand := range c.operands {
		mask, err := ctsec.EncodeCaps(operand)
		if err != nil {
			return 0, err
		}
		all |= mask
	}
	return all, nil
}

func encode(c command) (int, string, error) {
	mask, err := encodeAll(c)
	if err != nil {
		return 2, "", err
	}
	text, err := mask.JSON()
	return 0, text, err
}

func explain(c command) (int, string, error) {
	mask, err := encodeAll(c)
	if err != nil {
		return 2, "", err
	}
	if len(c.operands) == 0 {
		mask = 1<<(ctsec.CapLast+1) - 1
	}
	text, err := mask.Explain(c.options...)
	return 0, text, err
}

func resolve(c command) (int, string, error) {
	resolution, err := ctsec.ResolveCaps(c.options...)
	if err != nil {
		return 2, "", err
	}
	text, err := resolution.JSON()
	return 0, text, err
}

func load(name string) (*ctsec.Profile, error) {
	if strings.HasPrefix(name, "builtin:") {
		return ctsec.BuiltinProfile(strings.TrimPrefix(name, "builtin:"))
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return ctsec.ParseProfile(data, ctsec.With("source", name))
}

func resolved(name string, c command) (*ctsec.Policy, error) {
	profile, err := load(name)
	if err != nil {
		return nil, err
	}
	return profile.Resolve(c.options...)
}

func simulate(c command) (int, string, error) {
	policy, err := resolved(c.operands[0], c)
	if err != nil {
		return 2, "", err
	}
	arch := "x86_64"
	for _, option := range c.options {
		if option.Name == "arch" {
			arch = option.Value
		}
	}
	verdict, err := policy.Simulate(arch, c.operands[1], c.operands[2:], c.options...)
	if err != nil {
		return 2, "", err
	}
	status := 1
	if allowed, known := verdict.Allowed(); !known {
		status = 3
	} else if allowed {
		status = 0
	}
	text, err := verdict.JSON()
	return status, text, err
}

func show(c command) (int, string, error) {
	profile, err := load(c.operands[0])
	if err != nil {
		return 2, "", err
	}
	text, err := profile.JSON(c.options...)
	return 0, text, err
}

func diff(c command) (int, string, error) {
	first, err := resolved(c.operands[0], c)
	if err != nil {
		return 2, "", err
	}
	second, err := resolved(c.operands[1], c)
	if err != nil {
		return 2, "", err
	}
	text, equal, err := first.Diff(second, c.options...)
	if equal {
		return 0, text, err
	}
	return 1, text, err
}

func fromTrace(c command) (int, string, error) {
	var traces []*ctsec.Trace
	bad := 0
	for _, operand := range c.operands {
		data, err := os.ReadFile(operand)
		if err != nil {
			return 2, "", err
		}
		trace, err := ctsec.ParseTrace(data, append(c.options, ctsec.With("source", operand))...)
		if err != nil {
			return 2, "", err
		}
		if len(trace.Problems) > 0 {
			bad = 2
		}
		traces = append(traces, trace)
	}
	if c.trace {
		text, err := traces[0].Recording()
		if c.format == "json" {
			text, err = traces[0].JSON()
		}
		return bad, text, err
	}
	least, err := ctsec.LeastOf(traces, c.options...)
	if err != nil {
		return 2, "", err
	}
	if c.against != "" {
		named := c
		named.options = append(named.options, ctsec.With("source", c.against))
		against, err := resolved(c.against, named)
		if err != nil {
			return 2, "", err
		}
		found, err := least.Compare(against, c.options...)
		if err != nil {
			return 2, "", err
		}
		text, err := found.JSON()
		if bad == 0 && len(found.Differences()) > 0 {
			bad = 1
		}
		return bad, text, err
	}
	text, err := least.Profile()
	if c.format == "json" {
		text, err = least.JSON()
	}
	return bad, text, err
}

func explainCall(c command) (int, string, error) {
	text, err := ctsec.ExplainSyscall(c.operands[0], c.options...)
	return 0, text, err
}

func lint(c command) (int, string, error) {
	profile, err := load(c.operands[0])
	if err != nil {
		return 2, "", err
	}
	found, err := profile.Diagnose(c.options...)
	if err != nil {
		return 2, "", err
	}
	text, err := found.JSON()
	if found.Count(ctsec.SeverityHigh) > 0 {
		return 1, text, err
	}
	return 0, text, err
}

func why(c command) (int, string, error) {
	var list []ctsec.Option
	var data []byte
	var do, source string
	run, profile := false, c.profile
	for _, option := range c.options {
		switch option.Name {
		case "do":
			do = option.Value
		case "run":
			run, source, data = true, "--run", []byte(option.Value)
		default:
			list = append(list, option)
		}
	}
	rest := c.operands
	if !run {
		var err error
		source, rest = rest[0], rest[1:]
		if data, err = os.ReadFile(source); err != nil {
			return 2, "", err
		}
	}
	list = append(list, ctsec.With("source", source))
	containers, err := ctsec.ParseContainers(data, list...)
	if err != nil || containers.Len() > 1 {
		return 2, "", err
	}
	var given *ctsec.Profile
	if profile != "" {
		if given, err = load(profile); err != nil {
			return 2, "", err
		}
	}
	confinement, err := containers.At(0).Confinement(given, list...)
	if err != nil {
		return 2, "", err
	}
	arch := "x86_64"
	for _, option := range list {
		if option.Name == "arch" {
			arch = option.Value
		}
	}
	var request *ctsec.Request
	if do != "" {
		request, err = ctsec.Do(arch, do)
	} else {
		request, err = ctsec.NewRequest(arch, rest[0], rest[1:]...)
	}
	if err != nil {
		return 2, "", err
	}
	answer, err := confinement.Check(request)
	if err != nil {
		return 2, "", err
	}
	text, err := answer.JSON()
	return []int{0, 1, 3}[answer.Outcome()], text, err
}

// Operands after which nothing is an option.
var stopAfter = map[string]int{"seccomp simulate": 2, "why": 2}

func denials(c command) (int, string, error) {
	stream, err := ctsec.NewDenials(c.format, c.options...)
	if err != nil {
		return 2, "", err
	}
	defer stream.Close()
	if c.container != "" {
		data, err := os.ReadFile(c.container)
		if err != nil {
			return 2, "", err
		}
		source := append([]ctsec.Option{ctsec.With("source", c.container)}, c.options...)
		containers, err := ctsec.ParseContainers(data, source...)
		if err != nil {
			return 2, "", err
		}
		if err := stream.SetContainer(containers.At(0)); err != nil {
			return 2, "", err
		}
		if c.profile == "" {
			profile, err := ctsec.ParseProfile(data, source...)
			if err != nil {
				return 2, "", err
			}
			if err := stream.SetProfile(profile); err != nil {
				return 2, "", err
			}
		}
	}
	if c.profile != "" {
		profile, err := load(c.profile)
		if err != nil {
			return 2, "", err
		}
		if err := stream.SetProfile(profile); err != nil {
			return 2, "", err
		}
	}
	for _, operand := range c.operands {
		data, err := os.ReadFile(operand)
		if err != nil {
			return 2, "", err
		}
		_ = stream.Feed(operand, data)
	}
	text, err := stream.Finish()
	if err != nil {
		return 2, "", err
	}
	switch failed := stream.Count(ctsec.DenialsFailed) > 0; {
	case failed && stream.Count(ctsec.DenialsRecords) == 0:
		return 2, "", nil
	case failed:
		return 2, text, nil
	case stream.Count(ctsec.DenialsDenied) > 0:
		return 1, text, nil
	case stream.Count(ctsec.DenialsUnparsed) > 0:
		return 2, text, nil
	}
	return 0, text, nil
}

var commands = map[string]func(command) (int, string, error){
	"denials": denials, "scan": scan, "paths": paths, "why": why, "rules": rules, "caps decode": decode, "caps encode": encode, "caps explain": explain,
	"caps list": explain, "caps resolve": resolve, "seccomp simulate": simulate, "seccomp show": show, "seccomp diff": diff,
	"seccomp explain": explainCall, "seccomp from-trace": fromTrace, "seccomp lint": lint,
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		folder, line, _ := strings.Cut(lines.Text(), "\t")
		if err := os.Chdir(folder); err != nil {
			panic(err)
		}
		list := words(line)
		name, used := list[0], 1
		run := commands[name]
		if run == nil && len(list) > 1 {
			run, used = commands[name+" "+list[1]], 2
		}
		if run == nil {
			fmt.Fprintf(os.Stderr, "the Go driver does not know `%s`\n", line)
			os.Exit(1)
		}
		status, text, err := run(parse(list[used:], stopAfter[strings.Join(list[:used], " ")]))
		if err != nil {
			status, text = 2, ""
		}
		fmt.Fprintf(out, "%d %d\n%s", status, len(text), text)
	}
}
