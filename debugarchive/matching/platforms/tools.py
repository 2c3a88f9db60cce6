"""Docker, Git, npm and its kin, pip, apt, Composer: tools that say ``error:`` in their own ways."""

import re
from dataclasses import replace

from debugarchive.matching.faults import Fault, Lines, Shape, by_shapes, shape, with_names_quoted

_DOCKER = (
    shape(
        r"(?:docker: |.{0,300}: )?(?P<message>(?:Bind for|failed to set up container networking|failed to bind host port).*)"
    ),
    shape(r"(?:docker: )?(?:ERROR: )?Error response from daemon: (?P<message>.*)"),
    shape(
        r"(?:docker: |ERROR: )?(?P<message>(?:Cannot connect to the Docker daemon|failed to connect to the docker API|(?:Got )?permission denied while trying to connect to the [Dd]ocker).*)"
    ),
    shape(r"ERROR: (?P<message>failed to (?:solve|build|compute|fetch).*)"),
    shape(r"docker: (?P<message>.*)"),
)
_GIT = (
    shape(r"\s{0,4}! \[(?P<message>(?:remote )?rejected\].*\(.{1,200}\))"),
    shape(r"(?P<message>CONFLICT \(.{1,40}\): .*)"),
    shape(r"(?:remote: )?fatal: (?P<message>.*)"),
    shape(
        r"error: (?P<message>(?:failed to push|Your local changes|pathspec|cannot|The following untracked|unable to|src refspec|could not).*)"
    ),
)
_NPM = (
    shape(r"npm (?:ERR!|error) code (?P<code>[A-Z][A-Z0-9_]{2,40}|\d{1,3})(?P<message>)$"),
    shape(
        r"npm (?:ERR!|error) (?!code |errno |syscall |path |dest |A complete log|This is|in this|command |signal |network This|\s|at )(?P<message>\S.{2,})"
    ),
    shape(
        r"(?:yarn|pnpm)?(?:error| ERR_PNPM_\w{1,40} ) (?P<message>(?:Couldn't find|An unexpected error|Command failed|No matching).*)"
    ),
)
_PIP = (
    shape(
        r"ERROR: (?P<message>(?:Could not|No matching distribution|Failed building|Cannot (?:install|uninstall)|pip's|Package|ResolutionImpossible|.{1,100} is not a supported wheel|Command errored|THESE PACKAGES).*)"
    ),
    shape(
        r"error: (?P<message>externally-managed-environment|subprocess-exited-with-error|metadata-generation-failed|legacy-install-failure|command '.{1,100}' failed.*)"
    ),
    shape(r"E: (?P<message>.*)"),
)
_NAMES = (
    re.compile(
        r"(?:Could not find a version that satisfies the requirement|No matching distribution found for) (\S{1,200})"
    ),
    re.compile(r"Unable to locate package (\S{1,200})"),
    re.compile(r"Package (\S{1,200}) has no installation candidate"),
    re.compile(r"pathspec (\S{1,200}) did not"),
    re.compile(r"src refspec (\S{1,200}) does not match"),
    re.compile(r"Failed building wheel for (\S{1,200})"),
)
_ARROW = re.compile(r"rejected\]\s{1,20}.{1,300} \((.{1,200})\)")
_CODE = re.compile(r"(?:nospc |E[A-Z0-9_]{3,40}:? |\d{3} ){1,2}")
_HELP = re.compile(r"\s?(?:See 'docker|Run 'docker|see https?://|\(from versions: ).*")


def _finder(platform: str, shapes: tuple[Shape, ...], lines: Lines) -> list[Fault]:
    found = []
    for one in by_shapes(platform, shapes, lines):
        fault = one
        message = _ARROW.sub(r"rejected: \1", _HELP.sub("", fault.message))
        if platform == "npm" and fault.code:
            message = message or _npm_message(lines, fault.at)
            fault = replace(fault, code=f"npm {fault.code}")
        if message:
            found.append(replace(fault, message=with_names_quoted(message, _NAMES)))
    return found


def _npm_message(lines: Lines, at: int) -> str:
    """What npm says after the code: the first line that is a sentence."""
    for line in lines[at + 1 : at + 12]:
        if found := _NPM[1].fault("npm", line, 0):
            return _CODE.sub("", found.message)
    return "npm error"


def find_docker(lines: Lines) -> list[Fault]:
    return _finder("docker", _DOCKER, lines)


def find_git(lines: Lines) -> list[Fault]:
    return _finder("git", _GIT, lines)


def find_npm(lines: Lines) -> list[Fault]:
    return _finder("npm", _NPM, lines)


def find_pip(lines: Lines) -> list[Fault]:
    return _finder("pip", _PIP, lines)
