"""Markdown to safe HTML: CommonMark with tables, fenced code, admonitions and heading anchors.

Rendered once, when a text is published. Raw HTML in the source stays text, and what comes out passes an
allow-list, so neither a mistake in the renderer nor in a plugin can let script through.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import nh3
from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from hub.core.slugs import technical_slug

RENDERER_VERSION = 2
MAX_CHARACTERS = 200_000
# Some of Pygments' lexers take quadratic time on crafted code: longer blocks stay plain, and so does what
# follows once a text has spent its share.
MAX_HIGHLIGHTED = 4_000
MAX_HIGHLIGHTED_A_TEXT = 20_000
_ADMONITIONS = {"note", "tip", "important", "warning", "caution", "danger", "example", "question"}

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption",
    "figure", "h3", "h4", "h5", "h6", "hr", "img", "kbd", "li", "ol", "p", "pre", "s", "span", "strong",
    "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "id"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "th": {"scope"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "div": {"tabindex"},
    "figure": {"data-language", "data-executed"},
}
_LANGUAGE_NAMES = {
    "bash": "Shell", "c": "C", "cpp": "C++", "css": "CSS", "csharp": "C#", "dockerfile": "Dockerfile",
    "go": "Go", "html": "HTML", "http": "HTTP", "ini": "INI", "java": "Java", "javascript": "JavaScript",
    "js": "JavaScript", "json": "JSON", "kotlin": "Kotlin", "nginx": "nginx", "output": "Output",
    "php": "PHP", "postgresql": "PostgreSQL", "python": "Python", "ruby": "Ruby", "rust": "Rust",
    "sh": "Shell", "sql": "SQL", "text": "Text", "toml": "TOML", "ts": "TypeScript",
    "typescript": "TypeScript", "vb": "VB.NET", "xml": "XML", "yaml": "YAML",
}  # fmt: skip
# A figure's name says its size; see hub.core.figures.
_FIGURE = re.compile(r"/media/figures/[0-9a-f]{32}-([1-9][0-9]{0,3})x([1-9][0-9]{0,3})\.(?:png|jpg|webp)")
_WORDS = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True)
class Heading:
    """One heading inside a rendered text: its level (3–6), its anchor and its words."""

    level: int
    anchor: str
    text: str


def count_words(text: str) -> int:
    return len(_WORDS.findall(text))


def language_name(language: str) -> str:
    """How a code block's language is written for people; ``Code`` where none was given."""
    return _LANGUAGE_NAMES.get(language, language.title() if language else "Code")


def highlight_code(code: str, language: str) -> str:
    """Return the code as HTML spans (classes ``hl-…``); plain escaped text for an unknown language.

    Code of more than MAX_HIGHLIGHTED characters stays plain too.
    """
    if len(code) > MAX_HIGHLIGHTED:
        return escape(code)
    try:
        lexer = get_lexer_by_name({"output": "text", "": "text"}.get(language, language), stripnl=False)
    except ClassNotFound:
        return escape(code)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True, classprefix="hl-")))


def code_figure(code: str, info: str = "", *, title: str = "", is_highlighted: bool = True) -> str:
    """Return one code block as a figure with its language label.

    ``title`` stands before the label: a file's name. ``info`` is the fence's info string: the language,
    then flags. ``norun`` adds the words "not executed"; ``raises=Name`` says which exception the block
    ends with, on purpose; ``flags=-lm,-O2`` with which words it is compiled.
    """
    language, _, flags = " ".join(info.split()).partition(" ")
    label = escape(language_name(language))
    name = f'<span class="code-title">{escape(title)}</span>' if title else ""
    body = highlight_code(code, language) if is_highlighted else escape(code)
    notes = ""
    if "norun" in flags.split():
        notes = '<span class="code-note">not executed</span>'
    for flag in flags.split():
        if flag.startswith("raises="):
            notes += f'<span class="code-note">raises {escape(flag[7:])}</span>'
        if flag.startswith("flags="):
            notes += f'<span class="code-note">{escape(flag[6:].replace(",", " "))}</span>'
    return (
        f'<figure class="code" data-language="{escape(language)}">'
        f"<figcaption>{name}<span>{label}</span>{notes}</figcaption>"
        f'<pre tabindex="0"><code>{body}</code></pre></figure>\n'
    )


def _fence(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    env["highlighted"] = env.get("highlighted", 0) + len(token.content)
    return code_figure(token.content, token.info, is_highlighted=env["highlighted"] <= MAX_HIGHLIGHTED_A_TEXT)


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A picture with its size, so that nothing moves when it arrives."""
    token = tokens[index]
    src, found = str(token.attrs["src"]), _FIGURE.fullmatch(str(token.attrs["src"]))
    alt = renderer.renderInlineAsText(token.children or [], options, env)
    size = f' width="{found.group(1)}" height="{found.group(2)}" loading="lazy"' if found else ""
    return f'<img src="{escape(src)}" alt="{escape(alt)}"{size}>'


def _picture(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """A picture that stands alone, with its title as its caption."""
    token = tokens[index]
    image = renderer.renderInline(token.children or [], options, env)
    title = str((token.children or [])[0].attrs.get("title", ""))
    caption = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    return f'<figure class="picture">{image}{caption}</figure>\n'


def _frame(tokens: list[Token]) -> list[Token]:
    """Paragraphs that hold one picture and nothing else become figures."""
    framed: list[Token] = []
    at = 0
    while at < len(tokens):
        three = tokens[at : at + 3]
        if (
            [token.type for token in three] == ["paragraph_open", "inline", "paragraph_close"]
            and [child.type for child in three[1].children or []] == ["image"]
            and _FIGURE.fullmatch(str((three[1].children or [])[0].attrs["src"]))
        ):
            framed.append(Token("picture", "", 0, children=three[1].children))
            at += 3
        else:
            framed.append(tokens[at])
            at += 1
    return framed


@dataclass(frozen=True)
class Picture:
    """One picture that a text asks for: the line of its paragraph, where it lies and what it shows."""

    line: int
    src: str
    alt: str

    @property
    def is_figure(self) -> bool:
        return bool(_FIGURE.fullmatch(self.src))


def pictures(text: str) -> list[Picture]:
    """The pictures of a text, in order."""
    if "![" not in text:
        return []
    return [
        Picture(token.map[0] + 1 if token.map else 1, str(child.attrs["src"]), child.content)
        for token in parse(text)
        if token.type == "inline"
        for child in token.children or []
        if child.type == "image"
    ]


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    parser.enable(["table", "strikethrough"])
    parser.use(admon_plugin).use(deflist_plugin)
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("code_block", _fence)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("picture", _picture)
    parser.add_render_rule("table_open", lambda *_: '<div class="table" tabindex="0"><table>\n')
    parser.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return parser


def parse(text: str) -> list[Token]:
    """The tokens of a text, for whoever needs its blocks (code runner, checks)."""
    return _parser().parse(text)


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    """Drop images from elsewhere: a page makes no request to a third party."""
    if tag == "img" and attribute == "src" and not value.startswith("/media/"):
        return None
    return value


def sanitise(html: str) -> str:
    """Pass HTML through the allow-list."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_keep_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )


def headings(text: str, prefix: str = "") -> list[Heading]:
    """The headings of a text, with the anchors that ``render`` gives them."""
    return _anchor(parse(text), prefix)


def _anchor(tokens: list[Token], prefix: str) -> list[Heading]:
    """Give each heading an id that is unique in this text, and demote h1 and h2 to h3."""
    found: list[Heading] = []
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for token, inline in itertools.pairwise(tokens):
        if token.type != "heading_open":
            continue
        level = max(3, int(token.tag[1]))
        token.tag = f"h{level}"
        stem = "-".join(part for part in (prefix, technical_slug(inline.content) or "part") if part)
        anchor = stem
        while anchor in taken:
            numbers[stem] = numbers.get(stem, 1) + 1
            anchor = f"{stem}-{numbers[stem]}"
        taken.add(anchor)
        token.attrSet("id", anchor)
        found.append(Heading(level, anchor, inline.content))
    for token in tokens:
        if token.type == "heading_close":
            token.tag = f"h{max(3, int(token.tag[1]))}"
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type == "admonition_open":  # a writer's words never become classes of the page
            type_ = str(token.meta["tag"])
            token.attrSet("class", f"admonition {type_ if type_ in _ADMONITIONS else 'note'}")
        if token.type in {"th_open", "td_open"} and (style := str(token.attrs.pop("style", ""))):
            token.attrJoin("class", style.replace("text-align:", "to-"))  # CSP: no inline style
    return found


def render(text: str, prefix: str = "") -> str:
    """Return a Markdown text as safe HTML; ``prefix`` keeps anchors of several texts on a page apart.

    Raises ValueError for a text of more than MAX_CHARACTERS.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"a text holds at most {MAX_CHARACTERS} characters")
    parser, env = _parser(), dict[str, Any]()
    tokens = parser.parse(text, env)
    _anchor(tokens, prefix)
    tokens = _frame(tokens)
    return sanitise(parser.renderer.render(tokens, parser.options, env))


def render_inline(text: str) -> str:
    """Return one line of Markdown as safe HTML without a paragraph around it."""
    return sanitise(_parser().renderInline(" ".join(text[:5000].split())))


def plain_text(text: str) -> str:
    """Return the words of a Markdown text without its marks: for search and meta descriptions."""
    words: list[str] = []
    for token in parse(text):
        if token.type in {"fence", "code_block"}:
            words.append(token.content)
        elif token.type == "inline":
            words.append("".join(_inline_words(token.children or [])))
    return "\n".join(words)


def _inline_words(tokens: Sequence[Token]) -> list[str]:
    return [
        " " if token.type in {"softbreak", "hardbreak"} else token.content
        for token in tokens
        if token.type in {"text", "code_inline", "softbreak", "hardbreak", "image"}
    ]
