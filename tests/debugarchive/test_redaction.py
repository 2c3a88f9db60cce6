"""What a pasted text tells about people and machines is taken out, on the server and in the browser alike."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from debugarchive.matching import analyse
from debugarchive.matching.redaction import NAMES, RULES, for_browser, redact_line
from tests.debugarchive.test_matching import READ
from tests.search.strange import STRANGE

TABLE = [
    ('  File "/home/ada/shop/app.py", line 3, in f', '  File "<path>", line 3, in f'),
    ('  File "/home/ada lovelace/shop/app.py", line 3', '  File "<path>", line 3'),
    ("    at main (/srv/shop/a.js:3:7)", "    at main (<path>:3:7)"),
    ("    at main (file:///srv/shop/a.mjs:3:7)", "    at main (file://<path>)"),
    ("   at A.B() in C:\\Users\\Ada\\shop\\a.cs:line 3", "   at A.B() in <path>:line 3"),
    ("in C:\\Program Files\\Shop\\a.vb:line 3", "in <path>:line 3"),
    ("\\\\fileserver\\share\\a.txt is locked", "<path> is locked"),
    ("cd ~/shop/secret-project", "cd <path>"),
    ("/usr/bin/python3: No module named x", "<path>: No module named x"),
    ("postgres://ada:pw@db.example.com:5432/shop", "<database>"),
    ("jdbc:mysql://10.1.2.3:3306/shop?user=ada", "<database>"),
    ("Server=db1;Database=shop;User Id=ada;Password=pw12;", "<database>"),
    ("Access denied for user 'ada'@'10.1.2.3' (using password: YES)", "Access denied for user '<user>'@'<host>' (using password: YES)"),
    ('password authentication failed for user "ada"', 'password authentication failed for user "<user>"'),
    ("mail from ada.lovelace@example.org bounced", "mail from <email> bounced"),
    ("react@18.2.0 and react-dom@18.2.0", "react@18.2.0 and react-dom@18.2.0"),
    ("Authorization: Bearer abcdef1234567890", "Authorization: <token>"),
    ("api_key=AbCdEf123456&x=1", "api_key=<token>&x=1"),
    ("token ghp_abcdefghijklmnopqrstuvwxyz0123456789", "token <token>"),
    ("key AKIAIOSFODNN7EXAMPLE here", "key <token> here"),
    ("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "sha256:<token>"),
    ("connect ECONNREFUSED 10.1.2.3:5432", "connect ECONNREFUSED <host>:5432"),
    ("connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED 127.0.0.1:5432"),
    ("getaddrinfo ENOTFOUND db.internal", "getaddrinfo ENOTFOUND <host>"),
    ('connection to server at "db1", port 5432 failed', 'connection to server at "<host>", port 5432 failed'),
    ("GET https://shop.example.com/orders/7?k=v 500", "GET https://<host>/<path> 500"),
    ("fe80:0:0:0:1:2:3:4 is unreachable", "<host> is unreachable"),
    ("ada@laptop:~/shop$ make", "<user>@<host>:<path>$ make"),
    ("git@github.com:ada/shop.git", "git@<host>:<path>"),
    ("-----BEGIN RSA PRIVATE KEY-----", "<token>"),
    # What is no secret stays.
    ("java.net.BindException: Address already in use", "java.net.BindException: Address already in use"),
    ("System.NullReferenceException: Object reference", "System.NullReferenceException: Object reference"),
    ("Illuminate\\Database\\QueryException", "Illuminate\\Database\\QueryException"),
    ("TypeError: user is undefined", "TypeError: user is undefined"),
    ("std::vector<int>::at", "std::vector<int>::at"),
    ("at 07:50:18 on 2026/11/30", "at 07:50:18 on 2026/11/30"),
    ("use async/await or I/O", "use async/await or I/O"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), TABLE)
def test_private_data_is_taken_out_and_nothing_else(line: str, expected: str):
    assert redact_line(line, Counter()) == expected


@pytest.mark.parametrize("line", [line for line, _ in TABLE])
def test_redacting_twice_changes_nothing(line: str):
    once = redact_line(line, Counter())
    assert redact_line(once, Counter()) == once


@pytest.mark.parametrize(
    "text", [row[4] for row in READ], ids=[f"{row[0]} {row[1] or row[3][:12]}" for row in READ]
)
def test_a_text_redacted_in_the_browser_is_read_alike(text: str):
    bare = analyse(text).primary
    sent = analyse(analyse(text).redacted).primary
    assert bare is not None
    assert sent is not None
    assert sent[1] == bare[1]


def test_what_was_taken_out_is_counted():
    taken: Counter[str] = Counter()
    redact_line("copy /srv/a/b and /srv/a/c to ada@example.org", taken)
    assert taken == {"path": 2, "email": 1}
    assert set(taken) <= set(NAMES)


def test_a_rule_asks_for_nothing_that_its_matches_lack():
    lines = [line for line, _ in TABLE] + [line for row in READ for line in row[4].split("\n")]
    for rule in RULES:
        pattern = re.compile(rule.pattern, re.IGNORECASE if rule.ignores_case else 0)
        for line in filter(pattern.search, lines):
            assert not rule.needs or any(need in line.lower() for need in rule.needs), (rule.pattern, line)


@pytest.mark.browser
def test_browser_and_server_take_out_the_same(browser: Browser):
    """One table, and every strange and every real text, through static/js/redaction.js in Chromium."""
    script = Path("static/js/redaction.js").read_text().replace("export function", "function")
    texts = [line for line, _ in TABLE] + [row[4] for row in READ]
    texts += [text for text in STRANGE if "\ud800" not in text and "\udfff" not in text]
    page = browser.new_page()
    page.goto("about:blank")
    rules = json.dumps({**for_browser(), "most": 262_144})
    found = page.evaluate(
        f"texts => {{ {script}; const rules = compile({rules}); return texts.map((text) => redact(text, rules)); }}",
        texts,
    )
    page.close()
    for text, one in zip(texts, found, strict=True):
        taken: Counter[str] = Counter()
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert one["text"] == "\n".join(redact_line(line, taken) for line in lines)
        assert one["counts"] == dict(taken)
