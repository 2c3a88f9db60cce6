"""The words of the site that editors may change, as the project ships them (Markdown, one paragraph)."""

import re
from dataclasses import dataclass
from functools import cache
from html import escape

from django.core.exceptions import ValidationError

from hub.core import catalogue
from hub.core.addresses import normalised_address
from hub.core.markdown import render_inline

_NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{3,30}")


@dataclass(frozen=True)
class Text:
    """One place for words: what stands there by default, and where it is, for editors."""

    words: str
    note: str
    shape: str = ""  # "email", "phone": a plain address or number; "order": names of sections


TEXTS = {
    "hero.eyebrow": Text("Knowledge Hub · an open archive", "Home, above the title"),
    "hero.title": Text("Engineering knowledge, *given back*. For free.", "Home, the title"),
    "hero.lead": Text(
        "Interview questions answered at every depth, by people who run what they describe. Each answer is "
        "reviewed, dated, and says what it was verified with, so you can tell what still holds.",
        "Home, below the title",
    ),
    "hero.mission": Text(
        "Take what you need. When you know better, write it down for the next one.", "Home, the mission"
    ),
    "quote.first": Text(
        "Somebody left a lamp on for whoever debugs alone at two in the morning. This archive is that lamp.",
        "Home, the first quote",
    ),
    "quote.first.role": Text("Why this archive exists", "Home, below the first quote"),
    "quote.second": Text(
        "Late nights and broken builds teach more than any manual. They should only have to teach it once.",
        "Home, the second quote",
    ),
    "quote.second.role": Text("The rule of the house", "Home, below the second quote"),
    "living.title": Text(
        "Not a library. A living archive.", "Home, the living archive; empty hides the section"
    ),
    "living.lead": Text(
        "Entries are revised when versions move, retired when they stop being true, and every change is on "
        "record. Nothing is silently rewritten.",
        "Home, below “living archive”",
    ),
    "contribute.lead": Text(
        "A question you were asked, an answer that could be better, a mistake you will not make twice: send "
        "it in. No account needed; an editor reads every one.",
        "Home and the contribution page",
    ),
    "alerts.lead": Text(
        "New and revised entries on what you work with: at once, once a day or once a week. You choose the "
        "kinds, technologies, tags and levels.",
        "Home and the sign-up page",
    ),
    "security.legal_scope": Text(
        "Testing a system without its owner’s consent is a crime in most countries, also when nothing breaks "
        "and whatever the intention. Agree on scope, time and contacts in writing first, stay inside them, "
        "stop at the first sign of harm, and report what you find to the owner.",
        "Security topics that show an attack, in the box about the law",
    ),
    "contact.email": Text("", "Contact page: an e-mail address; enquiries are sent there", "email"),
    "contact.phone": Text("", "Contact page: a telephone number", "phone"),
    "contact.hours": Text("", "Contact page: when somebody answers, with the time zone"),
    "contact.social": Text("", "Contact page and home: links to other places, [Name](https://…) each"),
    "contact.lead": Text(
        "For corrections and new entries, use the forms: they reach an editor at once. For anything else, "
        "write.",
        "Contact page, below the title",
    ),
    "contact.mentorship": Text(
        "One to one, on your own questions: where you stand, what comes next, how to get there.",
        "Contact page and home: what mentorship is",
    ),
    "contact.training": Text(
        "For a team, on its own code: security, performance, debugging, design.",
        "Contact page and home: what training is",
    ),
    "testimonials.lead": Text(
        "In their own words, with their consent, read by an editor before they stand here.",
        "Testimonials, below the title",
    ),
    "home.order": Text(
        "",
        "Home: the sections that are shown, in order, as names separated by commas; empty for all of them",
        "order",
    ),
    "home.domains.eyebrow": Text("Knowledge domains", "Home, above the domains"),
    "home.domains.title": Text("Explore the ecosystem", "Home, the domains; empty hides the section"),
    "home.ways-in.eyebrow": Text("Ways in", "Home, above “ways in”"),
    "home.ways-in.title": Text("Start where you stand", "Home, “ways in”; empty hides the section"),
    "home.living.eyebrow": Text("The ecosystem grows", "Home, above the living archive"),
    "home.voices.eyebrow": Text("Voices", "Home, above the testimonials"),
    "home.voices.title": Text("What readers say", "Home, the testimonials; empty hides the section"),
    "home.talk.eyebrow": Text("People", "Home, above “let’s talk”"),
    "home.talk.title": Text("Let’s talk", "Home, “let’s talk”; empty hides the section"),
    "talk.lead": Text(
        "Knowledge is free. Mentorship is personal: when a page is not enough, there is a person.",
        "Home, below “let’s talk”",
    ),
}


def section_names() -> list[str]:
    """The sections of the home page in the order in which they are shipped."""
    return ["domains", *(kind.path for kind in catalogue.kinds()), "ways-in", "living", "voices", "talk"]


@cache
def places() -> dict[str, Text]:
    """Every place for words: those of the house, and two for each kind's section of the home page."""
    found = dict(TEXTS)
    order = TEXTS["home.order"]
    found["home.order"] = Text(order.words, f"{order.note}: {', '.join(section_names())}", order.shape)
    for kind in catalogue.kinds():
        eyebrow, title = kind.home_words or (kind.label_plural, kind.title)
        found[f"home.{kind.path}.eyebrow"] = Text(eyebrow, f"Home, above the {kind.unit}")
        found[f"home.{kind.path}.title"] = Text(title, f"Home, the {kind.unit}; empty hides the section")
    return found


def html_of(key: str, words: str) -> str:
    """Words as the safe HTML of their place; raises ValidationError where they do not fit it."""
    shape = places()[key].shape if key in places() else ""
    if not words.strip():
        return ""
    if shape == "order":
        names = [name.strip() for name in words.split(",")]
        if unknown := [name for name in names if name not in section_names()]:
            raise ValidationError(f"There is no section “{unknown[0][:60]}”.", code="unknown")
        return ", ".join(names)
    if shape == "email":
        address = normalised_address(words)
        return f'<a href="mailto:{escape(address)}">{escape(address)}</a>'
    if shape == "phone":
        if not _NUMBER.fullmatch(words.strip()):
            raise ValidationError("Give a telephone number, such as +44 20 7946 0000.", code="phone")
        digits = re.sub(r"[^0-9+]", "", words)
        return f'<a href="tel:{digits}">{escape(words.strip())}</a>'
    return render_inline(words)
