"""Where a request comes from: the proxy's word counts only when the proxy is ours."""

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from hub.core.network import client_address, client_network


def request(remote: str, forwarded: str = ""):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    made = RequestFactory().get("/", headers=headers)
    made.META["REMOTE_ADDR"] = remote
    return made


@pytest.fixture
def behind_proxies(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "2001:db8:ffff::/48"]


def test_without_trusted_proxies_the_header_counts_for_nothing(settings):
    settings.TRUSTED_PROXIES = []
    assert client_address(request("203.0.113.7", "198.51.100.1")) == "203.0.113.7"


def test_a_stranger_who_sends_the_header_is_still_the_stranger(behind_proxies):
    assert client_address(request("203.0.113.7", "198.51.100.1, 10.0.0.1")) == "203.0.113.7"


def test_behind_our_proxy_the_nearest_stranger_is_the_client(behind_proxies):
    assert client_address(request("10.0.0.1", "203.0.113.7")) == "203.0.113.7"
    assert client_address(request("10.0.0.1", "203.0.113.7, 10.0.0.2")) == "203.0.113.7"
    assert client_address(request("2001:db8:ffff::1", "203.0.113.7")) == "203.0.113.7"


def test_what_the_client_wrote_before_our_proxy_counts_for_nothing(behind_proxies):
    assert client_address(request("10.0.0.1", "1.1.1.1, 10.9.9.9, 203.0.113.7")) == "203.0.113.7"


def test_a_proxy_that_names_nobody_is_the_client(behind_proxies):
    assert client_address(request("10.0.0.1")) == "10.0.0.1"
    assert client_address(request("10.0.0.1", " , ")) == "10.0.0.1"


def test_a_request_over_a_local_socket_has_an_address():
    assert client_address(request("")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("nonsense", "0.0.0.0/24"),
    ],
)
def test_limits_count_networks(address, network):
    assert client_network(request(address)) == network


def test_neighbours_in_one_network_count_together():
    assert client_network(request("2001:db8::1")) == client_network(request("2001:db8::ffff"))
    assert client_network(request("2001:db8::1")) != client_network(request("2001:db8:0:1::1"))


@pytest.mark.parametrize(
    "hop", ["<script>", "1.2.3.4:80", "[2001:db8::1]:443", "999.1.1.1", "a" * 4000, "%", "127.1"]
)
def test_a_broken_header_is_no_accident(behind_proxies, hop):
    assert client_network(request("10.0.0.1", hop))


@given(st.text(max_size=60))
def test_no_header_is_an_accident(text):
    made = request("10.0.0.1")
    made.META["HTTP_X_FORWARDED_FOR"] = text
    assert client_network(made)
