"""Where a request comes from, as far as limits need to know."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


@lru_cache(maxsize=1)
def _trusted(proxies: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    return [ip_network(proxy, strict=False) for proxy in proxies]


def client_address(request: HttpRequest) -> str:
    """The client's IP address: the nearest address in X-Forwarded-For that is not a trusted proxy.

    The header is believed only when the request comes from one of ``TRUSTED_PROXIES``.
    """
    trusted = _trusted(tuple(settings.TRUSTED_PROXIES))
    address = str(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        if not any(_parsed(address) in network for network in trusted) or not hop.strip():
            break
        address = hop.strip()
    return str(_parsed(address))


def client_network(request: HttpRequest) -> str:
    """The network that every limit counts: /24 of IPv4, /64 of IPv6."""
    address = _parsed(client_address(request))
    return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))


def _parsed(address: str) -> IPv4Address | IPv6Address:
    try:
        parsed = ip_address(address.strip().strip("[]"))
    except ValueError:
        return ip_address("0.0.0.0")  # noqa: S104 (a value to count under, nothing listens on it)
    return getattr(parsed, "ipv4_mapped", None) or parsed
