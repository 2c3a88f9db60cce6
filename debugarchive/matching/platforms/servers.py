"""What servers and orchestrators say of programs: nginx and Kubernetes."""

import re
from dataclasses import replace

from debugarchive.matching.faults import Fault, Lines, by_shapes, shape

_NGINX = (
    shape(r"nginx: \[(?:emerg|error|alert|warn)\] (?P<message>.*)"),
    shape(r"(?P<message>.{5,600}?), client: .*"),
)
# Where the request came from and went: after the message, and the same for none.
_NGINX_TAIL = re.compile(r"(?:,|\") (?:client|server|request|upstream|host): .*| in <path>:\d{1,7}$")
_REASONS = (
    "CrashLoopBackOff|ImagePullBackOff|ErrImagePull|InvalidImageName|OOMKilled|CreateContainerConfigError|"
    "CreateContainerError|RunContainerError|ContainerCannotRun|FailedScheduling|FailedMount|FailedAttachVolume|Evicted"
)
_KUBERNETES = (
    shape(
        rf"[\w.<>-]{{1,253}}\s{{1,40}}\d{{1,3}}/\d{{1,3}}\s{{1,20}}(?:Init:)?(?P<code>{_REASONS})\b.*(?P<message>)"
    ),
    shape(rf"\s{{0,20}}Reason:\s{{1,20}}(?P<code>{_REASONS})(?P<message>)$"),
    shape(
        r"\s{0,8}Warning\s{1,8}(?P<type>[A-Z]\w{2,40})\s.{1,80}?\s{1,20}(?:kubelet|default-scheduler|\S{1,40}-controller)[\w., -]{0,60}? {2,20}(?P<message>\S.*)"
    ),
    shape(rf".{{0,300}}\b(?:with|is|reason:?) \"?(?P<code>{_REASONS})\b.*(?P<message>)"),
    shape(r"(?P<message>back-off \w{2,12} restarting failed container).*"),
)
_OBJECT = re.compile(r" \S{1,200} in pod \S{1,400}$")


def find_nginx(lines: Lines) -> list[Fault]:
    """Errors of nginx, without the request that met them."""
    return [
        replace(fault, message=_NGINX_TAIL.sub("", fault.message))
        for fault in by_shapes("nginx", _NGINX, lines)
        if ", client: " in lines[fault.at] or lines[fault.at].startswith("nginx: ")
    ]


def find_kubernetes(lines: Lines) -> list[Fault]:
    """Reasons of pods and containers: a name of Kubernetes' own is the number of its error."""
    found = []
    for fault in by_shapes("kubernetes", _KUBERNETES, lines):
        message = _OBJECT.sub("", fault.message) or fault.code.lower()
        found.append(replace(fault, message=message, code=f"k8s {fault.code}" if fault.code else ""))
    return found
