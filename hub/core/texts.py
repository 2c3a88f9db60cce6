"""The words of the site that editors may change, as the project ships them (Markdown, one paragraph)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """One place for words: what stands there by default, and where it is, for editors."""

    words: str
    note: str


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
    "living.title": Text("Not a library. A living archive.", "Home, the living archive"),
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
    "contact.email": Text("", "Contact page: an e-mail address"),
    "contact.hours": Text("", "Contact page: when somebody answers"),
    "contact.lead": Text(
        "For corrections and new entries, use the forms: they reach an editor at once. For anything else, "
        "write.",
        "Contact page, below the title",
    ),
}
